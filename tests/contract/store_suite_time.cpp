// SPDX-License-Identifier: LGPL-3.0-or-later
#include "contract/store_suite.h"

#include "core/ids.h"

#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace dragonscales::test {

using namespace broker;

void StoreSuite::aLostLeaseRequeuesThreeTimesThenFails()
{
    const QUuid id = drive().enqueuePlain();
    for (int lost = 0; lost < 3; ++lost) {
        QCOMPARE(drive().claimOne().lost, lost);
        clock().advance(StoreDriver::kLease);
        QCOMPARE(drive().recover(), 1);
        QCOMPARE(drive().told(Event::Kind::JobQueued), QList<QUuid>{id});
        QCOMPARE(drive().job(id).status, core::JobStatus::Queued);
        QCOMPARE(drive().job(id).tries, 0);
    }
    drive().claimOne();
    clock().advance(StoreDriver::kLease);
    QCOMPARE(drive().recover(), 1);
    QCOMPARE(drive().told(Event::Kind::JobFailed), QList<QUuid>{id});
    const core::Job job = drive().job(id);
    QCOMPARE(job.status, core::JobStatus::Failed);
    QCOMPARE(job.lost, 4);
    QCOMPARE(job.error->type, u"lost"_s);
    QVERIFY(job.error->message.contains(u"4"_s));
    QVERIFY(!job.error->fingerprint.isEmpty());
    QCOMPARE(job.attempts.size(), 4);
    for (const core::Attempt &attempt : job.attempts) {
        QCOMPARE(attempt.outcome, core::AttemptOutcome::Lost);
    }
    QCOMPARE(must(store().deliveriesOf(id)).first().payload,
             core::statusObject(id, core::JobStatus::Failed, {}, job.error));
}

void StoreSuite::aLostLeaseOfACanceledJobEndsIt()
{
    const QUuid id = runningAndCanceled().lease.id;
    clock().advance(StoreDriver::kLease);
    QCOMPARE(drive().recover(), 1);
    QCOMPARE(drive().told(Event::Kind::JobCanceled), QList<QUuid>{id});
    QCOMPARE(drive().job(id).status, core::JobStatus::Canceled);
    QCOMPARE(must(store().deliveriesOf(id)).size(), 1);
}

void StoreSuite::dueJobsArePromoted()
{
    core::JobSpec spec = plainSpec(clock().now());
    spec.runAt = clock().now() + 10s;
    QCOMPARE(drive().enqueue(spec).status, core::JobStatus::Scheduled);
    QCOMPARE(drive().told(Event::Kind::JobScheduled), QList<QUuid>{spec.id});
    core::JobSpec later = plainSpec(clock().now());
    later.runAt = clock().now() + 20s;
    drive().enqueue(later);
    core::JobSpec past = plainSpec(clock().now());
    past.runAt = clock().now() - 1s;
    QCOMPARE(drive().enqueue(past).status, core::JobStatus::Queued);

    clock().advance(10s - 1ms);
    QCOMPARE(drive().promoteDue(), 0);
    clock().advance(1ms);
    QCOMPARE(drive().promoteDue(), 1);
    QCOMPARE(drive().told(Event::Kind::JobQueued), QList<QUuid>{spec.id});
    QCOMPARE(drive().job(spec.id).status, core::JobStatus::Queued);
    QCOMPARE(drive().job(later.id).status, core::JobStatus::Scheduled);
}

void StoreSuite::nextDueNamesTheEarliest()
{
    QVERIFY(!must(store().nextDue()));
    core::JobSpec spec = plainSpec(clock().now());
    spec.runAt = clock().now() + 1h;
    drive().enqueue(spec);
    QCOMPARE(must(store().nextDue()).value(), clock().now() + 1h);
    const Lease job = drive().enqueueAndClaim().lease;
    QCOMPARE(must(store().nextDue()).value(), clock().now() + StoreDriver::kLease);
    drive().finish(job, JobEnd::Kind::Finished);
    QCOMPARE(must(store().nextDue()).value(), clock().now());
    clock().advance(1s);
    const Lease delivery = drive().claimDeliveries(1).first().lease;
    QCOMPARE(must(store().nextDue()).value(), clock().now() + StoreDriver::kLease);
    drive().finishDelivery(delivery, DeliveryEnd::Kind::Retry);
    QCOMPARE(must(store().nextDue()).value(), clock().now() + 30s);
    clock().advance(30s);
    drive().deliverAll();
    QCOMPARE(must(store().nextDue()).value(), spec.runAt);
}

void StoreSuite::endedJobsArePurgedWhenTheirTimeIsOver_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("hours");
    QTest::newRow("finished") << int(JobEnd::Kind::Finished) << 1;
    QTest::newRow("failed") << int(JobEnd::Kind::Failed) << 2;
    QTest::newRow("canceled") << int(JobEnd::Kind::Canceled) << 2;
}

void StoreSuite::endedJobsArePurgedWhenTheirTimeIsOver()
{
    QFETCH(int, kind);
    QFETCH(int, hours);
    const core::JobSpec spec = fullSpec(clock().now());
    drive().enqueue(spec);
    const Lease lease = drive().claimOne().lease;
    drive().progress({lease, 0.5, {}, {{clock().now(), u"info"_s, u"line"_s}}});
    drive().finish(lease, JobEnd::Kind(kind));
    drive().deliverAll();
    clock().advance(std::chrono::hours(hours) - 1ms);
    QCOMPARE(drive().purge(), 0);
    QCOMPARE(drive().job(spec.id).spec.id, spec.id);
    clock().advance(1ms);
    QCOMPARE(drive().purge(), 1);
    QCOMPARE(drive().told(Event::Kind::JobRemoved), QList<QUuid>{spec.id});
    QVERIFY(!store().job(spec.id));
    // Gone with all that belonged to it: a new job must not inherit its log.
    const QUuid next = drive().enqueuePlain();
    QVERIFY(drive().job(next).log.isEmpty());
    QVERIFY(must(store().deliveriesOf(next)).isEmpty());
}

void StoreSuite::jobsWithOpenDeliveriesDoNotHoldUpThePurge()
{
    for (int i = 0; i < 5; ++i) {
        drive().finish(drive().enqueueAndClaim().lease, JobEnd::Kind::Finished);
    }
    for (const ClaimedDelivery &claimed : drive().claimDeliveries(10)) {
        DeliveryEnd end;
        end.lease = claimed.lease;
        end.kind = DeliveryEnd::Kind::Retry;
        end.nextTry = clock().now() + std::chrono::days(9);
        drive().finishDelivery(end);
    }
    clock().advance(1ms);
    drive().finish(drive().enqueueAndClaim().lease, JobEnd::Kind::Finished);
    QCOMPARE(drive().deliverAll(), 1);

    clock().advance(std::chrono::days(8));
    QCOMPARE(drive().purge(1), 1);
    QCOMPARE(drive().purge(1), 0);
    clock().advance(std::chrono::days(1));
    QCOMPARE(drive().deliverAll(), 5);
    QCOMPARE(drive().purge(3), 3);
    QCOMPARE(drive().purge(3), 2);
    QCOMPARE(drive().purge(3), 0);
}

void StoreSuite::purgeKeepsWhatIsNotEnded()
{
    core::JobSpec spec = plainSpec(clock().now());
    spec.runAt = clock().now() + std::chrono::days(900);
    drive().enqueue(spec);
    const QUuid running = drive().enqueueAndClaim().lease.id;
    const QUuid queued = drive().enqueuePlain();
    clock().advance(std::chrono::days(100));
    QCOMPARE(drive().purge(), 0);
    for (const QUuid &id : {spec.id, running, queued}) {
        QCOMPARE(drive().job(id).spec.id, id);
    }
}

} // namespace dragonscales::test
