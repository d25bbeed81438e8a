// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "broker/store.h"

#include <QFuture>
#include <QObject>

#include <memory>

namespace dragonscales::broker {

struct BrokerOptions
{
    int maxBatch = 500; // operations merged into one transaction at most
};

// The asynchronous front of a Store. Callers of any thread get futures; one writer thread drains what has queued up
// since its last turn, merges operations of one kind, runs them as one transaction, then resolves all futures (group
// commit). One reader thread serves reads by id on a connection of its own. A transaction that fails as a whole is run
// again operation by operation, so that one bad operation does not fail its neighbours.
class Broker final : public QObject
{
    Q_OBJECT

public:
    Broker(std::unique_ptr<Store> writer, std::unique_ptr<Store> reader, BrokerOptions options,
           QObject *parent = nullptr);
    ~Broker() override; // stops
    Q_DISABLE_COPY_MOVE(Broker)

    void start();
    // Commits what has been asked, then ends both threads; later calls answer Unavailable. May be called twice.
    void stop();

    template <typename T>
    using Reply = QFuture<core::Result<T>>;

    Reply<core::JobSummary> enqueue(core::JobSpec spec);
    Reply<QList<ClaimedJob>> claim(const QString &queue, int n, const QString &worker, std::chrono::milliseconds lease,
                                   const QueueLimits &limits = {});
    Reply<QueueSettings> changeQueue(QueuePatch patch);
    Reply<QList<LeaseState>> renew(QList<Lease> leases, std::chrono::milliseconds lease);
    Reply<LeaseState> progress(JobProgress progress);
    Reply<LeaseState> finish(JobEnd end);
    Reply<core::JobSummary> retry(const QUuid &job);
    Reply<core::JobSummary> runNow(const QUuid &job);
    Reply<CancelResult> cancel(const QUuid &job);
    Reply<bool> remove(const QUuid &job);
    Reply<QList<ClaimedDelivery>> claimDeliveries(int n, const QString &worker, std::chrono::milliseconds lease);
    Reply<QList<LeaseState>> renewDeliveries(QList<Lease> leases, std::chrono::milliseconds lease);
    Reply<LeaseState> finishDelivery(DeliveryEnd end);
    Reply<int> promoteDue(int n);
    Reply<int> recover(int n);
    Reply<int> purge(int n);
    Reply<std::optional<core::TimePoint>> nextDue();

    Reply<core::Job> job(const QUuid &id);
    Reply<QList<core::Delivery>> deliveriesOf(const QUuid &job);
    Reply<QList<QueueCounts>> counts();
    Reply<QList<QueueSettings>> queueSettings();
    Reply<QList<core::JobSummary>> scan(const QUuid &after, int n);

    // The store's, for run-at times; may outlive the broker.
    std::shared_ptr<const core::Clock> clock() const;
    core::TimePoint now() const { return clock()->now(); } // thread-safe
    EventId lastCommit() const; // the last one whose futures may have been resolved; thread-safe
    qint64 storeSize() const;

Q_SIGNALS:
    // In order, after the commit and before its futures are resolved, from the writer thread.
    void committed(const dragonscales::broker::Commit &commit);
    // The store refuses to write, and why; empty once it works again. From the writer thread.
    void writable(bool works, const QString &why);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace dragonscales::broker
