// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "broker/store.h"

namespace dragonscales::broker {

struct SqliteOptions
{
    QString path;          // of the file; its folder is made when missing
    QString owner;         // who opens it, for a second service's error: "process 123 at http://127.0.0.1:5003"
    bool readOnly = false; // a further connection of the owner, for reads by id
};

// The embedded store: one file, WAL, synchronous=FULL. One process owns it: a lock file beside it says which.
class SqliteStore final : public Store
{
public:
    // Errors: Unavailable (cannot be opened, made or read), StoreFull, StoreCorrupt, StoreTooNew, StoreInUse (the
    // message names the owner). Brings an older schema up to date, one version after the other, each in a transaction.
    // Leases of the former owner are over from then on.
    static core::Result<std::unique_ptr<SqliteStore>> open(const SqliteOptions &options,
                                                           std::shared_ptr<const core::Clock> clock);
    ~SqliteStore() override;

    // After the address is known: what a second service's error names.
    static void tellOwner(const QString &storePath, const QString &owner);

    // The most pages of 4 KiB that the file may have, as it is now or later: what a full disk does. 0: no limit.
    void limitPages(qint64 pages);

    std::shared_ptr<const core::Clock> clock() const override;
    core::Result<void> begin() override;
    core::Result<Commit> commit() override;
    void rollback() override;

    core::Result<QList<core::Result<core::JobSummary>>> enqueue(const QList<core::JobSpec> &specs) override;
    core::Result<QList<ClaimedJob>> claim(const QString &queue, int n, const QString &worker,
                                          std::chrono::milliseconds lease, const QueueLimits &limits) override;
    core::Result<QList<QueueSettings>> changeQueues(const QList<QueuePatch> &patches) override;
    core::Result<QList<QueueSettings>> queueSettings() override;
    core::Result<QList<LeaseState>> renew(const QList<Lease> &leases, std::chrono::milliseconds lease) override;
    core::Result<QList<LeaseState>> progress(const QList<JobProgress> &list) override;
    core::Result<QList<LeaseState>> finish(const QList<JobEnd> &ends) override;
    core::Result<QList<core::Result<core::JobSummary>>> retry(const QList<QUuid> &jobs) override;
    core::Result<QList<core::Result<core::JobSummary>>> runNow(const QList<QUuid> &jobs) override;
    core::Result<QList<CancelResult>> cancel(const QList<QUuid> &jobs) override;
    core::Result<QList<bool>> remove(const QList<QUuid> &jobs) override;
    core::Result<QList<ClaimedDelivery>> claimDeliveries(int n, const QString &worker,
                                                         std::chrono::milliseconds lease) override;
    core::Result<QList<LeaseState>> renewDeliveries(const QList<Lease> &leases,
                                                    std::chrono::milliseconds lease) override;
    core::Result<QList<LeaseState>> finishDeliveries(const QList<DeliveryEnd> &ends) override;
    core::Result<int> promoteDue(int n) override;
    core::Result<int> recover(int n) override;
    core::Result<int> purge(int n) override;
    core::Result<std::optional<core::TimePoint>> nextDue() override;
    core::Result<core::Job> job(const QUuid &id) override;
    core::Result<QList<core::Delivery>> deliveriesOf(const QUuid &job) override;
    core::Result<QList<QueueCounts>> counts() override;
    core::Result<QList<core::JobSummary>> scan(const QUuid &after, int n) override;
    core::Result<EventId> lastEvent() override;
    qint64 size() override;

private:
    struct Private;
    explicit SqliteStore(std::unique_ptr<Private> parts);
    template <typename Operation>
    auto write(Operation &&operation);
    template <typename Operation>
    auto read(Operation &&operation);

    std::unique_ptr<Private> d;
};

} // namespace dragonscales::broker
