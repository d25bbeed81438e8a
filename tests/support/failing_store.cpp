// SPDX-License-Identifier: LGPL-3.0-or-later
#include "support/failing_store.h"

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace dragonscales::test {

using namespace broker;

void Faults::add(Kind kind, const QByteArray &call, int n, int times, core::ErrorCode code)
{
    const std::lock_guard lock(m_mutex);
    m_faults.append({kind, call, n - 1, times, code});
}

void Faults::clear()
{
    const std::lock_guard lock(m_mutex);
    m_faults.clear();
}

void Faults::release()
{
    const std::lock_guard lock(m_mutex);
    m_released = true;
    m_changed.notify_all();
}

bool Faults::waitUntilDelayed()
{
    std::unique_lock lock(m_mutex);
    return m_changed.wait_for(lock, 30s, [this] { return m_delayed; });
}

void Faults::delay()
{
    std::unique_lock lock(m_mutex);
    m_delayed = true;
    m_released = false;
    m_changed.notify_all();
    m_changed.wait(lock, [this] { return m_released; });
    m_delayed = false;
}

int Faults::calls(const QByteArray &call) const
{
    const std::lock_guard lock(m_mutex);
    return m_calls.value(call);
}

std::optional<Faults::Kind> Faults::meet(const QByteArray &call, core::Error &error)
{
    const std::lock_guard lock(m_mutex);
    ++m_calls[call];
    for (qsizetype i = 0; i < m_faults.size(); ++i) {
        Fault &fault = m_faults[i];
        if (!fault.call.isEmpty() && fault.call != call) {
            continue;
        }
        if (fault.skip > 0) {
            --fault.skip;
            continue;
        }
        const Kind kind = fault.kind;
        error = {fault.code, QString::fromLatin1(call), u"The test lets this call fail."_s, {}};
        if (--fault.times == 0) {
            m_faults.removeAt(i);
        }
        return kind;
    }
    return std::nullopt;
}

FailingStore::FailingStore(std::unique_ptr<Store> store, std::shared_ptr<Faults> faults)
    : m_store(std::move(store))
    , m_faults(std::move(faults))
{
}

template <typename Call>
auto FailingStore::through(const QByteArray &name, Call &&call) -> decltype(call())
{
    core::Error error;
    const std::optional<Faults::Kind> fault = m_faults->meet(name, error);
    if (fault == Faults::Kind::Fail) {
        return tl::unexpected(error);
    }
    if (fault == Faults::Kind::Delay) {
        m_faults->delay();
    }
    auto result = call();
    if (fault == Faults::Kind::Drop) {
        return tl::unexpected(error);
    }
    return result;
}

core::Result<void> FailingStore::begin()
{
    return through("begin", [&] { return m_store->begin(); });
}

core::Result<Commit> FailingStore::commit()
{
    return through("commit", [&] { return m_store->commit(); });
}

core::Result<QList<core::Result<core::JobSummary>>> FailingStore::enqueue(const QList<core::JobSpec> &specs)
{
    return through("enqueue", [&] { return m_store->enqueue(specs); });
}

core::Result<QList<ClaimedJob>> FailingStore::claim(const QString &queue, int n, const QString &worker,
                                                    std::chrono::milliseconds lease, const QueueLimits &limits)
{
    return through("claim", [&] { return m_store->claim(queue, n, worker, lease, limits); });
}

core::Result<QList<QueueSettings>> FailingStore::changeQueues(const QList<QueuePatch> &patches)
{
    return through("changeQueues", [&] { return m_store->changeQueues(patches); });
}

core::Result<QList<QueueSettings>> FailingStore::queueSettings()
{
    return through("queueSettings", [&] { return m_store->queueSettings(); });
}

core::Result<QList<LeaseState>> FailingStore::renew(const QList<Lease> &leases, std::chrono::milliseconds lease)
{
    return through("renew", [&] { return m_store->renew(leases, lease); });
}

core::Result<QList<LeaseState>> FailingStore::progress(const QList<JobProgress> &list)
{
    return through("progress", [&] { return m_store->progress(list); });
}

core::Result<QList<LeaseState>> FailingStore::finish(const QList<JobEnd> &ends)
{
    return through("finish", [&] { return m_store->finish(ends); });
}

core::Result<QList<core::Result<core::JobSummary>>> FailingStore::retry(const QList<QUuid> &jobs)
{
    return through("retry", [&] { return m_store->retry(jobs); });
}

core::Result<QList<core::Result<core::JobSummary>>> FailingStore::runNow(const QList<QUuid> &jobs)
{
    return through("runNow", [&] { return m_store->runNow(jobs); });
}

core::Result<QList<CancelResult>> FailingStore::cancel(const QList<QUuid> &jobs)
{
    return through("cancel", [&] { return m_store->cancel(jobs); });
}

core::Result<QList<bool>> FailingStore::remove(const QList<QUuid> &jobs)
{
    return through("remove", [&] { return m_store->remove(jobs); });
}

core::Result<QList<ClaimedDelivery>> FailingStore::claimDeliveries(int n, const QString &worker,
                                                                   std::chrono::milliseconds lease)
{
    return through("claimDeliveries", [&] { return m_store->claimDeliveries(n, worker, lease); });
}

core::Result<QList<LeaseState>> FailingStore::renewDeliveries(const QList<Lease> &leases,
                                                              std::chrono::milliseconds lease)
{
    return through("renewDeliveries", [&] { return m_store->renewDeliveries(leases, lease); });
}

core::Result<QList<LeaseState>> FailingStore::finishDeliveries(const QList<DeliveryEnd> &ends)
{
    return through("finishDeliveries", [&] { return m_store->finishDeliveries(ends); });
}

core::Result<int> FailingStore::promoteDue(int n)
{
    return through("promoteDue", [&] { return m_store->promoteDue(n); });
}

core::Result<int> FailingStore::recover(int n)
{
    return through("recover", [&] { return m_store->recover(n); });
}

core::Result<int> FailingStore::purge(int n)
{
    return through("purge", [&] { return m_store->purge(n); });
}

core::Result<std::optional<core::TimePoint>> FailingStore::nextDue()
{
    return through("nextDue", [&] { return m_store->nextDue(); });
}

core::Result<core::Job> FailingStore::job(const QUuid &id)
{
    return through("job", [&] { return m_store->job(id); });
}

core::Result<QList<core::Delivery>> FailingStore::deliveriesOf(const QUuid &job)
{
    return through("deliveriesOf", [&] { return m_store->deliveriesOf(job); });
}

core::Result<QList<QueueCounts>> FailingStore::counts()
{
    return through("counts", [&] { return m_store->counts(); });
}

core::Result<QList<core::JobSummary>> FailingStore::scan(const QUuid &after, int n)
{
    return through("scan", [&] { return m_store->scan(after, n); });
}

} // namespace dragonscales::test
