// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "broker/store.h"

#include <QHash>

#include <condition_variable>
#include <mutex>

namespace dragonscales::test {

// What goes wrong, and when. Shared by a test and the store that it has given away.
class Faults final
{
public:
    enum class Kind : quint8 {
        Fail,  // an error instead of the call
        Drop,  // the call is made, and its answer lost: an error comes back
        Delay, // the call waits until release()
    };

    // The next calls of `call` ("begin", "enqueue", "commit", …; empty: of any): the n-th (1 is the next) and, when
    // `times` is more than 1, those after it.
    void add(Kind kind, const QByteArray &call, int n = 1, int times = 1,
             core::ErrorCode code = core::ErrorCode::Unavailable);
    void clear();
    void release();
    // Until a call is delayed.
    bool waitUntilDelayed();
    int calls(const QByteArray &call) const; // so far

    // Of the store: what is wrong with this call.
    std::optional<Kind> meet(const QByteArray &call, core::Error &error);
    void delay();

private:
    struct Fault
    {
        Kind kind;
        QByteArray call;
        int skip;
        int times;
        core::ErrorCode code;
    };

    mutable std::mutex m_mutex;
    std::condition_variable m_changed;
    QList<Fault> m_faults;
    QHash<QByteArray, int> m_calls;
    bool m_delayed = false;
    bool m_released = false;
};

// A store that works, but for the faults.
class FailingStore final : public broker::Store
{
public:
    FailingStore(std::unique_ptr<broker::Store> store, std::shared_ptr<Faults> faults);

    std::shared_ptr<const core::Clock> clock() const override { return m_store->clock(); }
    core::Result<void> begin() override;
    core::Result<broker::Commit> commit() override;
    void rollback() override { m_store->rollback(); }
    core::Result<QList<core::Result<core::JobSummary>>> enqueue(const QList<core::JobSpec> &specs) override;
    core::Result<QList<broker::ClaimedJob>> claim(const QString &queue, int n, const QString &worker,
                                                  std::chrono::milliseconds lease,
                                                  const broker::QueueLimits &limits) override;
    core::Result<QList<broker::QueueSettings>> changeQueues(const QList<broker::QueuePatch> &patches) override;
    core::Result<QList<broker::QueueSettings>> queueSettings() override;
    core::Result<QList<broker::LeaseState>> renew(const QList<broker::Lease> &leases,
                                                  std::chrono::milliseconds lease) override;
    core::Result<QList<broker::LeaseState>> progress(const QList<broker::JobProgress> &list) override;
    core::Result<QList<broker::LeaseState>> finish(const QList<broker::JobEnd> &ends) override;
    core::Result<QList<core::Result<core::JobSummary>>> retry(const QList<QUuid> &jobs) override;
    core::Result<QList<core::Result<core::JobSummary>>> runNow(const QList<QUuid> &jobs) override;
    core::Result<QList<broker::CancelResult>> cancel(const QList<QUuid> &jobs) override;
    core::Result<QList<bool>> remove(const QList<QUuid> &jobs) override;
    core::Result<QList<broker::ClaimedDelivery>> claimDeliveries(int n, const QString &worker,
                                                                 std::chrono::milliseconds lease) override;
    core::Result<QList<broker::LeaseState>> renewDeliveries(const QList<broker::Lease> &leases,
                                                            std::chrono::milliseconds lease) override;
    core::Result<QList<broker::LeaseState>> finishDeliveries(const QList<broker::DeliveryEnd> &ends) override;
    core::Result<int> promoteDue(int n) override;
    core::Result<int> recover(int n) override;
    core::Result<int> purge(int n) override;
    core::Result<std::optional<core::TimePoint>> nextDue() override;
    core::Result<core::Job> job(const QUuid &id) override;
    core::Result<QList<core::Delivery>> deliveriesOf(const QUuid &job) override;
    core::Result<QList<broker::QueueCounts>> counts() override;
    core::Result<QList<core::JobSummary>> scan(const QUuid &after, int n) override;
    core::Result<broker::EventId> lastEvent() override { return m_store->lastEvent(); }
    qint64 size() override { return m_store->size(); }

private:
    template <typename Call>
    auto through(const QByteArray &name, Call &&call) -> decltype(call());

    std::unique_ptr<broker::Store> m_store;
    std::shared_ptr<Faults> m_faults;
};

} // namespace dragonscales::test
