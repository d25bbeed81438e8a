// SPDX-License-Identifier: LGPL-3.0-or-later
#include "contract/store_suite.h"

#include "core/ids.h"

#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace dragonscales::test {

using namespace broker;

ClaimedJob StoreSuite::runningAndCanceled()
{
    const ClaimedJob claimed = drive().enqueueAndClaim();
    if (drive().cancel(claimed.lease.id) != CancelResult::Requested) {
        qFatal("A running job could not be asked to stop");
    }
    return claimed;
}

void StoreSuite::aWaitingJobIsCanceledAtOnce_data()
{
    QTest::addColumn<bool>("scheduled");
    QTest::newRow("queued") << false;
    QTest::newRow("scheduled") << true;
}

void StoreSuite::aWaitingJobIsCanceledAtOnce()
{
    QFETCH(bool, scheduled);
    core::JobSpec spec = plainSpec(clock().now());
    spec.runAt = scheduled ? clock().now() + 1h : core::TimePoint{};
    drive().enqueue(spec);
    QCOMPARE(drive().cancel(spec.id), CancelResult::Canceled);
    QCOMPARE(drive().told(Event::Kind::JobCanceled), QList<QUuid>{spec.id});
    const core::Job job = drive().job(spec.id);
    QCOMPARE(job.status, core::JobStatus::Canceled);
    QCOMPARE(job.ended, clock().now());
    QVERIFY(job.attempts.isEmpty());
    const QList<ClaimedDelivery> deliveries = drive().claimDeliveries(5);
    QCOMPARE(deliveries.size(), 1);
    QCOMPARE(deliveries[0].delivery.payload, core::statusObject(spec.id, core::JobStatus::Canceled, {}, {}));
    QVERIFY(drive().claim(1).isEmpty());
    clock().advance(2h);
    QCOMPARE(drive().promoteDue(), 0);
}

void StoreSuite::aRunningJobIsAskedToStop()
{
    const Lease lease = drive().enqueueAndClaim().lease;
    QCOMPARE(drive().cancel(lease.id), CancelResult::Requested);
    QCOMPARE(drive().told(Event::Kind::JobCancelRequested), QList<QUuid>{lease.id});
    const core::Job job = drive().job(lease.id);
    QCOMPARE(job.status, core::JobStatus::Started);
    QVERIFY(job.cancelRequested);
    QVERIFY(must(store().deliveriesOf(lease.id)).isEmpty());
    QCOMPARE(drive().renew(lease), LeaseState::CancelRequested);
    QCOMPARE(drive().progress({lease, 0.5, {}, {}}), LeaseState::CancelRequested);
    QCOMPARE(drive().finish(lease, JobEnd::Kind::Canceled), LeaseState::Held);
    QCOMPARE(drive().job(lease.id).status, core::JobStatus::Canceled);
    QCOMPARE(must(store().deliveriesOf(lease.id)).size(), 1);
}

void StoreSuite::aCanceledRunDoesNotGoOn_data()
{
    QTest::addColumn<int>("kind");
    QTest::newRow("retry") << int(JobEnd::Kind::Retry);
    QTest::newRow("requeue") << int(JobEnd::Kind::Requeue);
}

void StoreSuite::aCanceledRunDoesNotGoOn()
{
    QFETCH(int, kind);
    const Lease lease = runningAndCanceled().lease;
    QCOMPARE(drive().finish(lease, JobEnd::Kind(kind)), LeaseState::Held);
    const core::Job job = drive().job(lease.id);
    QCOMPARE(job.status, core::JobStatus::Canceled);
    QVERIFY(!job.error);
    QCOMPARE(must(store().deliveriesOf(lease.id)).first().payload,
             core::statusObject(lease.id, core::JobStatus::Canceled, {}, {}));
    QVERIFY(drive().claim(1).isEmpty());
    QCOMPARE(drive().countsOf().started, 0);
}

void StoreSuite::cancelTellsWhenThereIsNothingToCancel()
{
    const Lease lease = drive().enqueueAndClaim().lease;
    drive().finish(lease, JobEnd::Kind::Finished);
    QCOMPARE(drive().cancel(lease.id), CancelResult::AlreadyEnded);
    QVERIFY(drive().lastCommit().events.isEmpty());
    QCOMPARE(drive().cancel(core::newJobId(clock().now())), CancelResult::NotFound);
    QCOMPARE(drive().job(lease.id).status, core::JobStatus::Finished);
    QVERIFY(!drive().remove(core::newJobId(clock().now())));
}

namespace {

enum class When : quint8 { Queued, Running, Ended };

} // namespace

void StoreSuite::aRemovedJobIsAbsentFromEveryRead_data()
{
    QTest::addColumn<int>("when");
    QTest::newRow("queued") << int(When::Queued);
    QTest::newRow("running") << int(When::Running);
    QTest::newRow("ended") << int(When::Ended);
}

void StoreSuite::aRemovedJobIsAbsentFromEveryRead()
{
    QFETCH(int, when);
    const QUuid id = drive().enqueuePlain();
    if (When(when) != When::Queued) {
        const Lease lease = drive().claimOne().lease;
        if (When(when) == When::Ended) {
            drive().finish(lease, JobEnd::Kind::Finished);
        }
    }
    QVERIFY(drive().remove(id));
    QCOMPARE(drive().told(Event::Kind::JobRemoved), QList<QUuid>{id});
    const auto job = store().job(id);
    QVERIFY(!job);
    QCOMPARE(job.error().code, core::ErrorCode::NotFound);
    QVERIFY(must(store().deliveriesOf(id)).isEmpty());
    QVERIFY(must(store().scan({}, 10)).isEmpty());
    QCOMPARE(drive().countsOf().queued, 0);
    QCOMPARE(drive().countsOf().started, 0);
    QCOMPARE(drive().countsOf().oldestQueued, core::TimePoint{});
    QVERIFY(!drive().remove(id));
    QCOMPARE(drive().cancel(id), CancelResult::NotFound);
    QVERIFY(drive().claim(1).isEmpty());
}

void StoreSuite::aRemovedWaitingJobIsDeliveredAsCanceled()
{
    const QUuid id = drive().enqueuePlain();
    QVERIFY(drive().remove(id));
    const QList<ClaimedDelivery> deliveries = drive().claimDeliveries(5);
    QCOMPARE(deliveries.size(), 1);
    QCOMPARE(deliveries[0].delivery.payload, core::statusObject(id, core::JobStatus::Canceled, {}, {}));
}

void StoreSuite::aRemovedRunningJobIsStoppedAndDelivered()
{
    const Lease lease = drive().enqueueAndClaim().lease;
    QVERIFY(drive().remove(lease.id));
    // Its worker has to hear of it.
    QCOMPARE(drive().told(Event::Kind::JobCancelRequested), QList<QUuid>{lease.id});
    QCOMPARE(drive().renew(lease), LeaseState::CancelRequested);
    QVERIFY(drive().claimDeliveries(5).isEmpty());
    QCOMPARE(drive().finish(lease, JobEnd::Kind::Canceled), LeaseState::Held);
    const QList<ClaimedDelivery> deliveries = drive().claimDeliveries(5);
    QCOMPARE(deliveries.size(), 1);
    QCOMPARE(deliveries[0].delivery.payload, core::statusObject(lease.id, core::JobStatus::Canceled, {}, {}));
    QCOMPARE(drive().countsOf().started, 0);
}

void StoreSuite::nothingIsToldOfARemovedJob()
{
    const Lease lost = drive().enqueueAndClaim().lease;
    const Lease ended = drive().enqueueAndClaim().lease;
    drive().remove(lost.id);
    drive().remove(ended.id);
    drive().progress({ended, 0.5, {}, {}});
    QVERIFY(drive().lastCommit().events.isEmpty());
    drive().finish(ended, JobEnd::Kind::Requeue);
    QCOMPARE(drive().lastCommit().events.size(), 1);
    QCOMPARE(drive().told(Event::Kind::DeliveryPending), QList<QUuid>{ended.id});
    clock().advance(StoreDriver::kLease);
    QCOMPARE(drive().recover(), 1);
    QCOMPARE(drive().lastCommit().events.size(), 1);
    QCOMPARE(drive().told(Event::Kind::DeliveryPending), QList<QUuid>{lost.id});
    QCOMPARE(drive().deliverAll(), 2);
    QCOMPARE(drive().purge(), 2);
    QVERIFY(drive().lastCommit().events.isEmpty());
}

void StoreSuite::aRemovedRowGoesAfterItsLastDelivery()
{
    const QUuid id = drive().enqueuePlain();
    drive().remove(id);
    QCOMPARE(drive().purge(), 0);
    const ClaimedDelivery claimed = drive().claimDeliveries(1).first();
    QCOMPARE(drive().purge(), 0);
    drive().finishDelivery(claimed.lease, DeliveryEnd::Kind::Retry);
    QCOMPARE(drive().purge(), 0);
    clock().advance(30s);
    QCOMPARE(drive().deliverAll(), 1);
    QCOMPARE(drive().purge(), 1);
    QCOMPARE(drive().purge(), 0);
    QVERIFY(!must(store().nextDue()));
}

} // namespace dragonscales::test
