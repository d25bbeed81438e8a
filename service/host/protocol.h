// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/json/value.h"
#include "host/execution.h"
#include "host/modules.h"

#include <dragonscales/authorizer.h>

#include <optional>
#include <variant>

// The messages between service and runner, one JSON object per line. README.md describes them for others who write
// runners; this file is the one place that makes and reads them.
namespace dragonscales::host::protocol {

inline constexpr int kVersion = 1;

// ---- from service to runner: one at a time, each waits for its answer

struct Header
{
    QString id;                           // of the job
    std::chrono::milliseconds timeout{0}; // 0: none
    QByteArray traceparent;
};

struct JobRequest
{
    Header header;
    JobPlan plan;
};

struct CallbackRequest
{
    Header header;
    QString delivery;
    ModuleSpec callback;
    QByteArray status;
};

struct AuthorizeRequest
{
    ModuleSpec authorizer;
    sdk::Request request;
};

struct OpenRequest // is this authorizer open to all?
{
    ModuleSpec authorizer;
};

using Request = std::variant<JobRequest, CallbackRequest, AuthorizeRequest, OpenRequest>;

QByteArray lineOf(const Request &request);
// Nothing when the line is none of these.
std::optional<Request> requestOf(const QByteArray &line);

// ---- from runner to service

struct Hello
{
    int protocol = 0;
    QString version;
    pid_t pid = 0;
};

struct Log
{
    QString level;
    QString text;
};

struct Progress
{
    double fraction = 0;
    QString text;
};

struct Done // a job's end
{
    QByteArray location; // as the runner says: not yet checked
};

struct Failed // of any request
{
    core::JobError error;
};

struct Called
{
    sdk::CallbackResult result;
};

struct Decided
{
    sdk::Verdict verdict;
};

struct Open
{
    bool open = false;
};

// Comes instead of an answer: processes were left behind by the job, and have been killed.
struct LeftBehind
{
    QString processes; // "4711 (sleep 1000), 4712 (…)"
};

// From the monitor, when the process that hosts the code has ended. Nothing comes after it.
struct Ended
{
    int signal = 0; // 0: it exited
    int status = 0;
    Phase phase = Phase::Idle;
    int requests = 0; // that it had begun
};

using Answer = std::variant<Hello, Log, Progress, Done, Failed, Called, Decided, Open, LeftBehind, Ended>;

QByteArray lineOf(const Answer &answer);
std::optional<Answer> answerOf(const QByteArray &line);

// True for what ends a request.
bool isFinal(const Answer &answer);

} // namespace dragonscales::host::protocol
