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

// The two halves of a job whose task and storage are hosted by different runners.
struct TaskRequest
{
    Header header;
    ModuleSpec task;
    qint64 maxResultBytes = 0;
};

// A task's result on its way to a storage of another runner: one of the three.
struct PassedResult
{
    QByteArray json;  // its text
    QString jsonPath; // a file with that text, since it is large; stays until the task's runner gets its next request
    QString file;     // of a result that is a File
    QString mediaType;
};

struct StoreRequest
{
    Header header;
    ModuleSpec storage;
    PassedResult result;
    qint64 maxResultBytes = 0; // of the location
};

struct CallbackRequest
{
    Header header;
    QString delivery;
    ModuleSpec callback;
    QByteArray status;
};

struct AuthorizeRequest // several at once cost little more than one
{
    ModuleSpec authorizer;
    QList<sdk::Request> requests;
};

struct OpenRequest // is this authorizer open to all?
{
    ModuleSpec authorizer;
};

struct DescribeRequest // what does this module take? For runners of other languages: a library tells it by metadata.
{
    ModuleSpec module;
};

using Request = std::variant<JobRequest, TaskRequest, StoreRequest, CallbackRequest, AuthorizeRequest, OpenRequest,
                             DescribeRequest>;

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

struct TaskResult // a task's end, when the storage is elsewhere
{
    PassedResult result;
};

struct Described
{
    core::ModuleInfo info; // title, description, schemas, library
};

struct Failed // of any request
{
    core::JobError error;
};

struct Called
{
    sdk::CallbackResult result;
};

struct Decided // of each request, in their order
{
    QList<tl::expected<sdk::Verdict, core::JobError>> verdicts;
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
    QString loading;  // the library or file, when it ended while loading one
};

using Answer =
    std::variant<Hello, Log, Progress, Done, TaskResult, Described, Failed, Called, Decided, Open, LeftBehind, Ended>;

QByteArray lineOf(const Answer &answer);
std::optional<Answer> answerOf(const QByteArray &line);

// True for what ends a request.
bool isFinal(const Answer &answer);

} // namespace dragonscales::host::protocol
