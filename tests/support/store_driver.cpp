// SPDX-License-Identifier: LGPL-3.0-or-later
#include "support/store_driver.h"

#include "core/ids.h"

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::test {

using namespace broker;

core::JobSpec plainSpec(core::TimePoint now, const QString &queue)
{
    core::JobSpec spec;
    spec.id = core::newJobId(now);
    spec.queue = queue;
    spec.task.name = u"thumbnail"_s;
    spec.storage.name = u"disk"_s;
    spec.callback.name = u"hook"_s;
    return spec;
}

core::JobSpec fullSpec(core::TimePoint now, const QString &queue)
{
    core::JobSpec spec = plainSpec(now, queue);
    spec.task.params = R"({"z":1,"a":12345678901234567890})";
    spec.storage.params = R"({"name":"größe"})";
    spec.callback.params = R"({"url":"http://127.0.0.1/"})";
    spec.priority = -7;
    spec.retry = core::RetryPolicy{2, {std::chrono::seconds(5), std::chrono::milliseconds(1)}};
    spec.timeout = std::chrono::milliseconds(1500);
    spec.resultTtl = std::chrono::hours(1);
    spec.failureTtl = std::chrono::hours(2);
    spec.tags = {u"blue"_s, u"\"quoted\", with comma"_s};
    spec.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    return spec;
}

core::JobSummary StoreDriver::enqueue(const core::JobSpec &spec)
{
    return must(transaction([&] { return m_store.enqueue({spec}); }).first());
}

QUuid StoreDriver::enqueuePlain(const QString &queue)
{
    return enqueue(plainSpec(m_store.now(), queue)).id;
}

QList<ClaimedJob> StoreDriver::claim(int n, const QString &queue, const QueueLimits &limits)
{
    return transaction([&] { return m_store.claim(queue, n, u"host:1"_s, kLease, limits); });
}

QueueSettings StoreDriver::changeQueue(const QueuePatch &patch)
{
    return transaction([&] { return m_store.changeQueues({patch}); }).first();
}

QStringList StoreDriver::toldQueues(Event::Kind kind) const
{
    QStringList queues;
    for (const Event &event : m_commit.events) {
        queues += event.kind == kind ? event.queues : QStringList();
    }
    return queues;
}

ClaimedJob StoreDriver::claimOne(const QString &queue)
{
    const QList<ClaimedJob> claimed = claim(1, queue);
    if (claimed.size() != 1) {
        qFatal("%lld jobs were claimed instead of one", static_cast<long long>(claimed.size()));
    }
    return claimed.first();
}

ClaimedJob StoreDriver::enqueueAndClaim()
{
    enqueuePlain();
    return claimOne();
}

LeaseState StoreDriver::renew(const Lease &lease)
{
    return transaction([&] { return m_store.renew({lease}, kLease); }).first();
}

LeaseState StoreDriver::progress(const JobProgress &progress)
{
    return transaction([&] { return m_store.progress({progress}); }).first();
}

LeaseState StoreDriver::finish(const JobEnd &end)
{
    return transaction([&] { return m_store.finish({end}); }).first();
}

LeaseState StoreDriver::finish(const Lease &lease, JobEnd::Kind kind)
{
    JobEnd end;
    end.lease = lease;
    end.kind = kind;
    if (kind == JobEnd::Kind::Finished) {
        end.location = "null";
    } else if (kind == JobEnd::Kind::Failed || kind == JobEnd::Kind::Retry) {
        end.error = {u"exception"_s, u"It broke."_s, u"at line 3"_s, u"f1"_s};
    }
    end.runAt = m_store.now() + std::chrono::seconds(5);
    return finish(end);
}

CancelResult StoreDriver::cancel(const QUuid &job)
{
    return transaction([&] { return m_store.cancel({job}); }).first();
}

bool StoreDriver::remove(const QUuid &job)
{
    return transaction([&] { return m_store.remove({job}); }).first();
}

QList<ClaimedDelivery> StoreDriver::claimDeliveries(int n)
{
    return transaction([&] { return m_store.claimDeliveries(n, u"host:1"_s, kLease); });
}

LeaseState StoreDriver::renewDelivery(const Lease &lease)
{
    return transaction([&] { return m_store.renewDeliveries({lease}, kLease); }).first();
}

LeaseState StoreDriver::finishDelivery(const DeliveryEnd &end)
{
    return transaction([&] { return m_store.finishDeliveries({end}); }).first();
}

LeaseState StoreDriver::finishDelivery(const Lease &lease, DeliveryEnd::Kind kind)
{
    DeliveryEnd end;
    end.lease = lease;
    end.kind = kind;
    end.nextTry = m_store.now() + std::chrono::seconds(30);
    end.attempt.time = m_store.now();
    end.attempt.duration = std::chrono::milliseconds(12);
    end.attempt.delivered = kind == DeliveryEnd::Kind::Delivered;
    end.attempt.httpStatus = end.attempt.delivered ? 204 : 500;
    end.attempt.error = end.attempt.delivered ? QString() : u"The receiver answered 500."_s;
    end.attempt.answer = QByteArray("\xff\0 what it said", 15);
    return finishDelivery(end);
}

int StoreDriver::deliverAll()
{
    const QList<ClaimedDelivery> claimed = claimDeliveries(1000);
    for (const ClaimedDelivery &delivery : claimed) {
        finishDelivery(delivery.lease, DeliveryEnd::Kind::Delivered);
    }
    return int(claimed.size());
}

int StoreDriver::promoteDue()
{
    return transaction([&] { return m_store.promoteDue(100); });
}

int StoreDriver::recover()
{
    return transaction([&] { return m_store.recover(100); });
}

int StoreDriver::purge(int n)
{
    return transaction([&] { return m_store.purge(n); });
}

core::Job StoreDriver::job(const QUuid &id)
{
    return must(m_store.job(id));
}

QueueCounts StoreDriver::countsOf(const QString &queue)
{
    for (const QueueCounts &counts : must(m_store.counts())) {
        if (counts.queue == queue) {
            return counts;
        }
    }
    return {};
}

QList<QUuid> StoreDriver::told(Event::Kind kind) const
{
    QList<QUuid> ids;
    for (const Event &event : m_commit.events) {
        if (event.kind == kind) {
            for (const core::JobSummary &job : event.jobs) {
                ids.append(job.id);
            }
            for (const core::Delivery &delivery : event.deliveries) {
                ids.append(delivery.job);
            }
        }
    }
    return ids;
}

} // namespace dragonscales::test
