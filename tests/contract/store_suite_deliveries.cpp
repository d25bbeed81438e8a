// SPDX-License-Identifier: LGPL-3.0-or-later
#include "contract/store_suite.h"

#include "core/ids.h"

#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace dragonscales::test {

using namespace broker;

void StoreSuite::aDeliveryIsClaimedOnceAndInOrder()
{
    QList<QUuid> ended;
    for (int i = 0; i < 3; ++i) {
        ended.append(drive().enqueuePlain());
        drive().cancel(ended.last());
        clock().advance(1ms);
    }
    QList<QUuid> jobs;
    QSet<quint64> tokens;
    for (const int n : {2, 2}) {
        for (const ClaimedDelivery &claimed : drive().claimDeliveries(n)) {
            QCOMPARE(claimed.lease.id, core::deliveryId(claimed.delivery.job, 1));
            QCOMPARE(claimed.delivery.id, claimed.lease.id);
            QCOMPARE(claimed.delivery.status, core::DeliveryStatus::Delivering);
            QCOMPARE(claimed.delivery.callback.name, u"hook"_s);
            jobs.append(claimed.delivery.job);
            tokens.insert(claimed.lease.token);
        }
    }
    QCOMPARE(jobs, ended);
    QCOMPARE(tokens.size(), 3);
    QVERIFY(drive().claimDeliveries(5).isEmpty());
}

void StoreSuite::aDeliveryIsMadeWhateverBecomesOfItsJob()
{
    core::JobSpec spec = fullSpec(clock().now());
    drive().enqueue(spec);
    drive().finish(drive().claimOne().lease, JobEnd::Kind::Finished);
    QVERIFY(drive().remove(spec.id));
    clock().advance(std::chrono::days(365));
    drive().purge();
    const QList<ClaimedDelivery> claimed = drive().claimDeliveries(5);
    QCOMPARE(claimed.size(), 1);
    QCOMPARE(claimed[0].delivery.job, spec.id);
    QCOMPARE(claimed[0].delivery.callback.params, spec.callback.params);
    QCOMPARE(claimed[0].delivery.payload, core::statusObject(spec.id, core::JobStatus::Finished, "null", {}));
    QCOMPARE(drive().finishDelivery(claimed[0].lease, DeliveryEnd::Kind::Delivered), LeaseState::Held);
    QCOMPARE(drive().told(Event::Kind::DeliveryDone), QList<QUuid>{spec.id});
}

void StoreSuite::aFailedDeliveryIsTriedAgainThenDies()
{
    const QUuid id = drive().enqueuePlain();
    drive().cancel(id);
    QCOMPARE(drive().finishDelivery(drive().claimDeliveries(1).first().lease, DeliveryEnd::Kind::Retry),
             LeaseState::Held);
    QCOMPARE(drive().told(Event::Kind::DeliveryRetry), QList<QUuid>{id});
    core::Delivery delivery = must(store().deliveriesOf(id)).first();
    QCOMPARE(delivery.status, core::DeliveryStatus::Pending);
    QCOMPARE(delivery.tries, 1);
    QCOMPARE(delivery.nextTry, clock().now() + 30s);
    clock().advance(30s - 1ms);
    QVERIFY(drive().claimDeliveries(1).isEmpty());
    clock().advance(1ms);
    const ClaimedDelivery again = drive().claimDeliveries(1).first();
    QCOMPARE(again.delivery.tries, 1);
    drive().finishDelivery(again.lease, DeliveryEnd::Kind::Dead);
    QCOMPARE(drive().told(Event::Kind::DeliveryDead), QList<QUuid>{id});
    delivery = must(store().deliveriesOf(id)).first();
    QCOMPARE(delivery.status, core::DeliveryStatus::Dead);
    QCOMPARE(delivery.tries, 2);
    clock().advance(std::chrono::days(1));
    QVERIFY(drive().claimDeliveries(1).isEmpty());
    // The job itself is none the worse.
    QCOMPARE(drive().job(id).status, core::JobStatus::Canceled);
}

void StoreSuite::aRequeuedDeliveryCountsNoTry()
{
    const QUuid id = drive().enqueuePlain();
    drive().cancel(id);
    drive().finishDelivery(drive().claimDeliveries(1).first().lease, DeliveryEnd::Kind::Requeue);
    const core::Delivery delivery = must(store().deliveriesOf(id)).first();
    QCOMPARE(delivery.tries, 0);
    QVERIFY(delivery.attempts.isEmpty());
    QCOMPARE(drive().claimDeliveries(1).size(), 1);
}

void StoreSuite::aStaleDeliveryIsRefused()
{
    const QUuid id = drive().enqueuePlain();
    drive().cancel(id);
    const Lease lease = drive().claimDeliveries(1).first().lease;
    Lease wrong = lease;
    wrong.token ^= 1;
    QCOMPARE(drive().renewDelivery(wrong), LeaseState::Stale);
    for (const auto kind : {DeliveryEnd::Kind::Delivered, DeliveryEnd::Kind::Retry, DeliveryEnd::Kind::Dead,
                            DeliveryEnd::Kind::Requeue}) {
        QCOMPARE(drive().finishDelivery(wrong, kind), LeaseState::Stale);
        QVERIFY(drive().lastCommit().events.isEmpty());
    }
    QCOMPARE(must(store().deliveriesOf(id)).first().status, core::DeliveryStatus::Delivering);
    QCOMPARE(drive().finishDelivery(lease, DeliveryEnd::Kind::Delivered), LeaseState::Held);
    QCOMPARE(drive().finishDelivery(lease, DeliveryEnd::Kind::Delivered), LeaseState::Stale);
    QCOMPARE(must(store().deliveriesOf(id)).first().attempts.size(), 1);
}

void StoreSuite::aLostDeliveryIsPendingAgain()
{
    const QUuid id = drive().enqueuePlain();
    drive().cancel(id);
    const Lease lease = drive().claimDeliveries(1).first().lease;
    clock().advance(StoreDriver::kLease - 1ms);
    QCOMPARE(drive().renewDelivery(lease), LeaseState::Held);
    clock().advance(StoreDriver::kLease - 1ms);
    QCOMPARE(drive().recover(), 0);
    clock().advance(1ms);
    QCOMPARE(drive().recover(), 1);
    QCOMPARE(drive().told(Event::Kind::DeliveryPending), QList<QUuid>{id});
    QCOMPARE(drive().renewDelivery(lease), LeaseState::Stale);
    const Lease again = drive().claimDeliveries(1).first().lease;
    QCOMPARE(again.id, lease.id);
    QCOMPARE(drive().finishDelivery(lease, DeliveryEnd::Kind::Delivered), LeaseState::Stale);
    QCOMPARE(drive().finishDelivery(again, DeliveryEnd::Kind::Delivered), LeaseState::Held);
    QCOMPARE(must(store().deliveriesOf(id)).first().tries, 1);
}

void StoreSuite::everyTryIsKeptInOrder()
{
    const QUuid id = drive().enqueuePlain();
    drive().cancel(id);
    QList<core::TimePoint> times;
    for (const auto kind : {DeliveryEnd::Kind::Retry, DeliveryEnd::Kind::Retry, DeliveryEnd::Kind::Delivered}) {
        times.append(clock().now());
        drive().finishDelivery(drive().claimDeliveries(1).first().lease, kind);
        clock().advance(30s);
    }
    const QList<core::DeliveryAttempt> attempts = must(store().deliveriesOf(id)).first().attempts;
    QCOMPARE(attempts.size(), 3);
    for (int i = 0; i < 3; ++i) {
        QCOMPARE(attempts[i].time, times[i]);
        QCOMPARE(attempts[i].duration, 12ms);
        QCOMPARE(attempts[i].delivered, i == 2);
        QCOMPARE(attempts[i].httpStatus, i == 2 ? 204 : 500);
        QCOMPARE(attempts[i].error.isEmpty(), i == 2);
        QCOMPARE(attempts[i].answer, QByteArray("\xff\0 what it said", 15));
    }
}

} // namespace dragonscales::test
