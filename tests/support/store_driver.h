// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "broker/store.h"

namespace dragonscales::test {

// What a test cannot go on without.
template <typename T>
T must(core::Result<T> result)
{
    if (!result) {
        qFatal("%s", qPrintable(result.error().message));
    }
    if constexpr (!std::is_void_v<T>) {
        return std::move(*result);
    }
}

// A job for tests: unlike any default in every field that a store keeps.
core::JobSpec fullSpec(core::TimePoint now, const QString &queue = QStringLiteral("images"));
core::JobSpec plainSpec(core::TimePoint now, const QString &queue = QStringLiteral("images"));

// Runs each operation on a store in a transaction of its own.
class StoreDriver final
{
public:
    static constexpr std::chrono::milliseconds kLease{30'000};

    explicit StoreDriver(broker::Store &store)
        : m_store(store)
    {
    }

    core::JobSummary enqueue(const core::JobSpec &spec);
    QUuid enqueuePlain(const QString &queue = QStringLiteral("images"));
    QList<broker::ClaimedJob> claim(int n, const QString &queue = QStringLiteral("images"),
                                    const broker::QueueLimits &limits = {});
    broker::ClaimedJob claimOne(const QString &queue = QStringLiteral("images"));
    broker::ClaimedJob enqueueAndClaim();
    broker::LeaseState renew(const broker::Lease &lease);
    broker::LeaseState progress(const broker::JobProgress &progress);
    broker::LeaseState finish(const broker::JobEnd &end);
    broker::LeaseState finish(const broker::Lease &lease, broker::JobEnd::Kind kind);
    broker::QueueSettings changeQueue(const broker::QueuePatch &patch);
    broker::CancelResult cancel(const QUuid &job);
    bool remove(const QUuid &job);
    QList<broker::ClaimedDelivery> claimDeliveries(int n);
    broker::LeaseState renewDelivery(const broker::Lease &lease);
    broker::LeaseState finishDelivery(const broker::DeliveryEnd &end);
    broker::LeaseState finishDelivery(const broker::Lease &lease, broker::DeliveryEnd::Kind kind);
    // Claims and delivers all that is due; how many.
    int deliverAll();
    int promoteDue();
    int recover();
    int purge(int n = 100);

    core::Job job(const QUuid &id);
    broker::QueueCounts countsOf(const QString &queue = QStringLiteral("images"));
    const broker::Commit &lastCommit() const { return m_commit; }
    // Ids of the jobs that the last commit told this of.
    QList<QUuid> told(broker::Event::Kind kind) const;
    QStringList toldQueues(broker::Event::Kind kind) const;

    template <typename Operation>
    auto transaction(Operation &&operation)
    {
        must(m_store.begin());
        auto value = must(operation());
        m_commit = must(m_store.commit());
        return value;
    }

private:
    broker::Store &m_store;
    broker::Commit m_commit;
};

} // namespace dragonscales::test
