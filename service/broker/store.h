// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "broker/events.h"
#include "broker/queue_settings.h"
#include "core/result.h"

namespace dragonscales::broker {

// Right to write the end of one run of one job (or of one delivery: `id` is then the delivery's).
struct Lease
{
    QUuid id;
    int run = 1;
    quint64 token = 0;
};

struct ClaimedJob
{
    Lease lease;
    core::JobSpec spec;
    int tries = 0; // failed attempts of this run before
    int lost = 0;
    core::TimePoint created;
};

struct ClaimedDelivery
{
    Lease lease;
    core::Delivery delivery; // with payload; attempts are left out, `tries` counts them
};

// The end of one attempt.
struct JobEnd
{
    enum class Kind : quint8 {
        Finished,
        Failed,
        Canceled,
        Retry,   // failed, tries left: scheduled for `runAt`
        Requeue, // given back unharmed: queued again at once, counts as no try
    };

    Lease lease;
    Kind kind = Kind::Finished;
    QByteArray location;      // of Finished
    core::JobError error;     // of Failed and Retry; without a fingerprint it gets one
    core::TimePoint runAt;    // of Retry
    core::Attempt attempt;    // `worker` and `started` are the caller's; outcome, error and ended are filled in here
    QList<core::LogLine> log; // appended to the job's
    double progress = -1;
    QString progressText;
};

// The end of one try of a delivery.
struct DeliveryEnd
{
    enum class Kind : quint8 { Delivered, Retry, Dead, Requeue };

    Lease lease;
    Kind kind = Kind::Delivered;
    core::TimePoint nextTry;       // of Retry
    core::DeliveryAttempt attempt; // not recorded for Requeue
};

struct JobProgress
{
    Lease lease;
    double progress = -1;
    QString text;
    QList<core::LogLine> log; // appended
};

enum class LeaseState : quint8 { Held, Stale, CancelRequested }; // CancelRequested: held, and asked to stop

enum class CancelResult : quint8 { Canceled, Requested, AlreadyEnded, NotFound };

struct QueueCounts
{
    QString queue;
    qint64 scheduled = 0;
    qint64 queued = 0;
    qint64 started = 0;
    core::TimePoint oldestQueued; // created; epoch: none
};

// Durable state of what moves. A synchronous port, used by one thread at a time. Calls between begin() and commit() are
// one transaction: none of it is seen or survives before commit() has returned without an error. Every lease token is
// new and random enough that a stale one never matches. The commit after a rollback writes something even when nothing
// was done, so that its success shows that the store can write again. Whatever ends a run writes its attempt and its
// pending delivery in that same transaction (nothing ends a run elsewhere). Adapters pass tests/contract.
class Store
{
public:
    virtual ~Store() = default;

    virtual std::shared_ptr<const core::Clock> clock() const = 0; // thread-safe; may outlive the store
    core::TimePoint now() const { return clock()->now(); }

    virtual core::Result<void> begin() = 0;
    // The events of everything since begin(), numbered.
    virtual core::Result<Commit> commit() = 0;
    virtual void rollback() = 0;

    // Each answers in the order of its list. An Error as a whole means that the transaction is to be rolled back.
    virtual core::Result<QList<core::Result<core::JobSummary>>> enqueue(const QList<core::JobSpec> &specs) = 0;
    // At most n of the queue's ready jobs, highest priority first, oldest first; none while it is paused, and no more
    // than its limits let start: `limits`, or what an operator has set instead. QueueChanged tells when more may.
    virtual core::Result<QList<ClaimedJob>> claim(const QString &queue, int n, const QString &worker,
                                                  std::chrono::milliseconds lease, const QueueLimits &limits) = 0;
    // One after the other; each queue's settings afterwards. They are kept until they are changed.
    virtual core::Result<QList<QueueSettings>> changeQueues(const QList<QueuePatch> &patches) = 0;
    virtual core::Result<QList<LeaseState>> renew(const QList<Lease> &leases, std::chrono::milliseconds lease) = 0;
    virtual core::Result<QList<LeaseState>> progress(const QList<JobProgress> &list) = 0;
    // Stale for a lease that is not (any more) the job's: nothing was written. A Retry or Requeue of a job that was
    // asked to cancel ends as Canceled.
    virtual core::Result<QList<LeaseState>> finish(const QList<JobEnd> &ends) = 0;

    // Ended ones go back to their queue as the next run, with no failed tries; each run has a delivery of its own.
    // Conflict for one that has not ended. The next run waits for no other job and holds no unique lock.
    virtual core::Result<QList<core::Result<core::JobSummary>>> retry(const QList<QUuid> &jobs) = 0;
    // Scheduled ones go to their queue; Conflict for others.
    virtual core::Result<QList<core::Result<core::JobSummary>>> runNow(const QList<QUuid> &jobs) = 0;

    // Waiting ones end as canceled here; running ones are marked for their worker.
    virtual core::Result<QList<CancelResult>> cancel(const QList<QUuid> &jobs) = 0;
    // Cancel, and absent from every read from commit on; false: there was none.
    virtual core::Result<QList<bool>> remove(const QList<QUuid> &jobs) = 0;

    virtual core::Result<QList<ClaimedDelivery>> claimDeliveries(int n, const QString &worker,
                                                                 std::chrono::milliseconds lease) = 0;
    virtual core::Result<QList<LeaseState>> renewDeliveries(const QList<Lease> &leases,
                                                            std::chrono::milliseconds lease) = 0;
    virtual core::Result<QList<LeaseState>> finishDeliveries(const QList<DeliveryEnd> &ends) = 0;

    // Moves at most n due scheduled jobs to their queues; how many. Ends pauses whose time is over.
    virtual core::Result<int> promoteDue(int n) = 0;
    // Expired leases, at most n: jobs go back to their queue, or fail ("lost") at the fourth lost lease, or end as
    // canceled when that was asked; deliveries go back to pending. How many.
    virtual core::Result<int> recover(int n) = 0;
    // Deletes at most n answers that were kept for their keys long enough, and ended jobs whose time to live is over
    // and whose deliveries are closed, or that were removed; how many.
    virtual core::Result<int> purge(int n) = 0;

    // When promoteDue, recover or claimDeliveries will next have something to do; nothing: not by time alone.
    virtual core::Result<std::optional<core::TimePoint>> nextDue() = 0;

    virtual core::Result<core::Job> job(const QUuid &id) = 0; // NotFound when absent or removed
    // One for each ended run, first to last; none of a job that is absent or removed.
    virtual core::Result<QList<core::Delivery>> deliveriesOf(const QUuid &job) = 0;
    virtual core::Result<QList<QueueSettings>> queueSettings() = 0; // of queues for which something is set
    virtual core::Result<QList<QueueCounts>> counts() = 0;          // of queues that have or had jobs
    // Every job not removed, oldest first, behind `after` (null: from the start), at most n: to rebuild an index.
    virtual core::Result<QList<core::JobSummary>> scan(const QUuid &after, int n) = 0;
    virtual core::Result<EventId> lastEvent() = 0;
    // Bytes on disk; 0 when unknown. Thread-safe.
    virtual qint64 size() = 0;
};

} // namespace dragonscales::broker
