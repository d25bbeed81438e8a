// SPDX-License-Identifier: LGPL-3.0-or-later
#include "broker/broker.h"

#include "broker/broker_reader.h"
#include "broker/broker_writer.h"

namespace dragonscales::broker {

struct Broker::Private
{
    Private(Broker &broker, std::unique_ptr<Store> writerStore, std::unique_ptr<Store> readerStore, int maxBatch)
        : writer(std::move(writerStore), maxBatch,
                 {[&broker](const Commit &commit) { Q_EMIT broker.committed(commit); },
                  [&broker](bool works, const QString &why) { Q_EMIT broker.writable(works, why); }})
        , reader(std::move(readerStore))
    {
    }

    BrokerWriter writer;
    BrokerReader reader;
};

Broker::Broker(std::unique_ptr<Store> writer, std::unique_ptr<Store> reader, BrokerOptions options, QObject *parent)
    : QObject(parent)
{
    qRegisterMetaType<Commit>();
    d = std::make_unique<Private>(*this, std::move(writer), std::move(reader), options.maxBatch);
}

Broker::~Broker()
{
    stop();
}

void Broker::start()
{
    d->writer.start();
    d->reader.start();
}

void Broker::stop()
{
    d->writer.stop();
    d->reader.stop();
}

Broker::Reply<core::JobSummary> Broker::enqueue(core::JobSpec spec)
{
    return d->writer.ask<EnqueueCall>(std::move(spec));
}

Broker::Reply<QList<ClaimedJob>> Broker::claim(const QString &queue, int n, const QString &worker,
                                               std::chrono::milliseconds lease, const QueueLimits &limits)
{
    return d->writer.ask<ClaimCall>({queue, n, worker, lease, limits});
}

Broker::Reply<QueueSettings> Broker::changeQueue(QueuePatch patch)
{
    return d->writer.ask<ChangeQueuesCall>(std::move(patch));
}

Broker::Reply<QList<LeaseState>> Broker::renew(QList<Lease> leases, std::chrono::milliseconds lease)
{
    return d->writer.ask<RenewCall>({std::move(leases), lease});
}

Broker::Reply<LeaseState> Broker::progress(JobProgress progress)
{
    return d->writer.ask<ProgressCall>(std::move(progress));
}

Broker::Reply<LeaseState> Broker::finish(JobEnd end)
{
    return d->writer.ask<FinishCall>(std::move(end));
}

Broker::Reply<core::JobSummary> Broker::retry(const QUuid &job)
{
    return d->writer.ask<RetryCall>(job);
}

Broker::Reply<core::JobSummary> Broker::runNow(const QUuid &job)
{
    return d->writer.ask<RunNowCall>(job);
}

Broker::Reply<CancelResult> Broker::cancel(const QUuid &job)
{
    return d->writer.ask<CancelCall>(job);
}

Broker::Reply<bool> Broker::remove(const QUuid &job)
{
    return d->writer.ask<RemoveCall>(job);
}

Broker::Reply<QList<ClaimedDelivery>> Broker::claimDeliveries(int n, const QString &worker,
                                                              std::chrono::milliseconds lease)
{
    return d->writer.ask<ClaimDeliveriesCall>({{}, n, worker, lease, {}});
}

Broker::Reply<QList<LeaseState>> Broker::renewDeliveries(QList<Lease> leases, std::chrono::milliseconds lease)
{
    return d->writer.ask<RenewDeliveriesCall>({std::move(leases), lease});
}

Broker::Reply<LeaseState> Broker::finishDelivery(DeliveryEnd end)
{
    return d->writer.ask<FinishDeliveryCall>(std::move(end));
}

Broker::Reply<int> Broker::promoteDue(int n)
{
    return d->writer.ask<PromoteDueCall>(n);
}

Broker::Reply<int> Broker::recover(int n)
{
    return d->writer.ask<RecoverCall>(n);
}

Broker::Reply<int> Broker::purge(int n)
{
    return d->writer.ask<PurgeCall>(n);
}

Broker::Reply<std::optional<core::TimePoint>> Broker::nextDue()
{
    return d->writer.ask<NextDueCall>({});
}

Broker::Reply<core::Job> Broker::job(const QUuid &id)
{
    return d->reader.ask<core::Job>([id](Store &store) { return store.job(id); });
}

Broker::Reply<QList<core::Delivery>> Broker::deliveriesOf(const QUuid &job)
{
    return d->reader.ask<QList<core::Delivery>>([job](Store &store) { return store.deliveriesOf(job); });
}

Broker::Reply<QList<QueueCounts>> Broker::counts()
{
    return d->reader.ask<QList<QueueCounts>>([](Store &store) { return store.counts(); });
}

Broker::Reply<QList<QueueSettings>> Broker::queueSettings()
{
    return d->reader.ask<QList<QueueSettings>>([](Store &store) { return store.queueSettings(); });
}

Broker::Reply<QList<core::JobSummary>> Broker::scan(const QUuid &after, int n)
{
    return d->reader.ask<QList<core::JobSummary>>([after, n](Store &store) { return store.scan(after, n); });
}

std::shared_ptr<const core::Clock> Broker::clock() const
{
    return d->writer.store().clock();
}

EventId Broker::lastCommit() const
{
    return d->writer.lastCommit();
}

qint64 Broker::storeSize() const
{
    return d->writer.store().size();
}

} // namespace dragonscales::broker
