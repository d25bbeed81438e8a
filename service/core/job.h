// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/clock.h"

#include <QByteArray>
#include <QList>
#include <QString>
#include <QStringList>
#include <QUuid>

#include <optional>

namespace dragonscales::core {

enum class JobStatus : quint8 { Scheduled, Waiting, Queued, Started, Finished, Failed, Canceled };

constexpr bool isEnd(JobStatus status)
{
    return status >= JobStatus::Finished;
}

// The word of API v2 and of the store: "scheduled", "waiting", "queued", …
QByteArray statusWord(JobStatus status);
// The word of API v1, which knows five: scheduled and waiting read as "queued".
QByteArray statusWordV1(JobStatus status);
std::optional<JobStatus> statusFromWord(QByteArrayView word);

// A task, storage or callback by its name in the project, and the parameters of this request.
struct ModuleCall
{
    QString name;
    QByteArray params = "{}"; // a JSON object, as the module gets it
};

// Delays that grow: first · factor^i, at most `longest`. Of each, the part `jitter` (0…1) is left to chance, so that
// what failed at one time does not come back at one time; so none is longer than without it.
struct Backoff
{
    std::chrono::milliseconds first{1000};
    double factor = 2;
    std::chrono::milliseconds longest = std::chrono::hours(1);
    double jitter = 0.5;

    // Before re-run `index`; `chance` from 0 to 1.
    std::chrono::milliseconds delayBefore(int index, double chance) const;
    bool operator==(const Backoff &) const = default;
};

// Re-runs after a failed first attempt. delays[i] precedes re-run i, the last one repeats; none means at once.
struct RetryPolicy
{
    int max = 0;
    QList<std::chrono::milliseconds> delays;
    std::optional<Backoff> backoff{}; // instead of the delays

    // Before re-run `index` (0 is the first); nothing when the tries are used up. `chance` from 0 to 1.
    std::optional<std::chrono::milliseconds> delayBefore(int index, double chance) const;
};

// What becomes of a job when one that it depends on fails or is canceled.
enum class OnFailure : quint8 { Cancel, Run };
QByteArray onFailureWord(OnFailure onFailure);

// A submission that must not be made twice: with the same key, the same body gets the first answer again.
struct IdempotencyKey
{
    QByteArray key;  // SHA-256 of who asks and what the request calls it
    QByteArray body; // SHA-256 of the whole request's
    int place = 0;   // in an array of requests
};

// One submission, checked against the project.
struct JobSpec
{
    QUuid id; // version 7
    QString queue;
    ModuleCall task;
    ModuleCall storage;
    ModuleCall callback;
    int priority = 0;                                        // -100…100, higher first
    TimePoint runAt;                                         // not before; epoch: at once
    std::optional<RetryPolicy> retry;                        // instead of the project's
    std::optional<std::chrono::milliseconds> timeout;        // instead of the project's
    std::chrono::seconds resultTtl = std::chrono::days(7);   // how long a finished job is kept
    std::chrono::seconds failureTtl = std::chrono::days(30); // how long a failed or canceled job is kept
    qint64 maxQueued = 0; // refuse with QueueFull when so many wait in this queue; 0: no limit
    QStringList tags;
    QByteArray traceparent; // W3C trace context header as it came; may be empty
    // Refuse with Conflict while a job with the same task and params has not ended, for so long at most.
    std::optional<std::chrono::seconds> unique;
    std::optional<IdempotencyKey> idempotency;
    QList<QUuid> dependsOn; // waits until these have ended
    OnFailure onFailure = OnFailure::Cancel;
};

// Equal for jobs of which only one may be there at a time: SHA-256 of the task and its params, whatever their order and
// white space; numbers count as they are spelled.
QByteArray uniqueLockOf(const ModuleCall &task);

// Why an attempt or a job failed.
struct JobError
{
    QString type;           // "timeout", "crash", "memory", "exception", the module's own word, …
    QString message;        // one sentence
    QString detail;         // trace, output: as long as it helps; may be empty
    QString fingerprint;    // equal for failures of one cause; made by fingerprintOf()
    bool permanent = false; // another try would fail as well; not stored, since it has had its effect by then

    // What API v1 calls info: the message and, on lines of its own, the detail; the detail alone when it ends with the
    // message, as tracebacks do.
    QString info() const;
};

// Equal for errors of one type whose messages differ only in numbers, ids, quoted texts and addresses.
QString fingerprintOf(const QString &task, const JobError &error);

enum class AttemptOutcome : quint8 { Finished, Failed, Canceled, Lost, Requeued };
QByteArray outcomeWord(AttemptOutcome outcome);

struct Attempt
{
    int run = 1;
    QString worker;
    TimePoint started;
    TimePoint ended;
    AttemptOutcome outcome = AttemptOutcome::Finished;
    std::optional<JobError> error;
};

struct LogLine
{
    TimePoint time;
    QString level; // "debug", "info", "warning", "error"; "stdout", "stderr" for plain output
    QString text;
};

// A job as the store knows it.
struct Job
{
    JobSpec spec;
    int run = 1;
    JobStatus status = JobStatus::Queued;
    TimePoint created;
    TimePoint started; // of the current or last attempt; epoch: never
    TimePoint ended;
    TimePoint leaseExpiry; // epoch: no lease
    int tries = 0;         // failed attempts of this run
    int lost = 0;          // leases of this run that expired
    bool cancelRequested = false;
    double progress = -1; // 0…1; below 0: none told
    QString progressText;
    QByteArray location; // JSON, what the storage answered; empty unless finished
    std::optional<JobError> error;
    QList<Attempt> attempts;
    QList<LogLine> log; // at most kMaxLogLines, the latest
};

inline constexpr int kMaxLogLines = 1000;

// What lists show and the index holds of a job.
struct JobSummary
{
    QUuid id;
    QString queue;
    QString task;
    QString storage;
    QString callback;
    JobStatus status = JobStatus::Queued;
    int run = 1;
    int priority = 0;
    TimePoint created;
    TimePoint runAt; // not before; epoch: at once
    TimePoint started;
    TimePoint ended;
    int tries = 0;
    QString worker;
    QString errorType;
    QString errorMessage;
};

// The status object of API v1, which is also what a callback gets:
// {"id":…,"status":…,"result":…,"info":…}, result null unless finished, info null unless failed.
QByteArray statusObject(const QUuid &id, JobStatus status, const QByteArray &location,
                        const std::optional<JobError> &error);

} // namespace dragonscales::core
