// SPDX-License-Identifier: LGPL-3.0-or-later
#include "contract/store_suite.h"

#include "core/ids.h"

#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace dragonscales::test {

using namespace broker;

void StoreSuite::anEndWritesAttemptAndDeliveryAtOnce_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("status");
    QTest::addColumn<int>("outcome");
    QTest::addColumn<int>("event");
    const auto row = [](const char *name, JobEnd::Kind kind, core::JobStatus status, core::AttemptOutcome outcome,
                        Event::Kind event) {
        QTest::newRow(name) << int(kind) << int(status) << int(outcome) << int(event);
    };
    row("finished", JobEnd::Kind::Finished, core::JobStatus::Finished, core::AttemptOutcome::Finished,
        Event::Kind::JobFinished);
    row("failed", JobEnd::Kind::Failed, core::JobStatus::Failed, core::AttemptOutcome::Failed, Event::Kind::JobFailed);
    row("canceled", JobEnd::Kind::Canceled, core::JobStatus::Canceled, core::AttemptOutcome::Canceled,
        Event::Kind::JobCanceled);
}

void StoreSuite::anEndWritesAttemptAndDeliveryAtOnce()
{
    QFETCH(int, kind);
    QFETCH(int, status);
    QFETCH(int, outcome);
    QFETCH(int, event);
    const core::JobSpec spec = fullSpec(clock().now());
    drive().enqueue(spec);
    const Lease lease = drive().claimOne().lease;
    const core::TimePoint started = clock().now();
    clock().advance(3s);

    JobEnd end;
    end.lease = lease;
    end.kind = JobEnd::Kind(kind);
    end.location = end.kind == JobEnd::Kind::Finished ? R"({"path":"/x","n":12345678901234567890})" : "";
    if (end.kind == JobEnd::Kind::Failed) {
        end.error = {u"exception"_s, u"It broke."_s, u"at line 3\nof x"_s, u"f1"_s};
    }
    end.attempt.worker = u"host:7"_s;
    end.attempt.started = started;
    QCOMPARE(drive().finish(end), LeaseState::Held);

    // One commit told of both.
    QCOMPARE(drive().told(Event::Kind(event)), QList<QUuid>{spec.id});
    QCOMPARE(drive().told(Event::Kind::DeliveryPending), QList<QUuid>{spec.id});

    const core::Job job = drive().job(spec.id);
    QCOMPARE(int(job.status), status);
    QCOMPARE(job.ended, clock().now());
    QCOMPARE(job.leaseExpiry, core::TimePoint{});
    QCOMPARE(job.location, end.location);
    QCOMPARE(job.error.has_value(), end.kind == JobEnd::Kind::Failed);
    QCOMPARE(job.attempts.size(), 1);
    QCOMPARE(int(job.attempts[0].outcome), outcome);
    QCOMPARE(job.attempts[0].worker, u"host:7"_s);
    QCOMPARE(job.attempts[0].run, 1);
    QCOMPARE(job.attempts[0].started, started);
    QCOMPARE(job.attempts[0].ended, clock().now());
    if (job.error) {
        QCOMPARE(job.error->type, u"exception"_s);
        QCOMPARE(job.error->message, u"It broke."_s);
        QCOMPARE(job.error->detail, u"at line 3\nof x"_s);
        QCOMPARE(job.error->fingerprint, u"f1"_s);
        QCOMPARE(job.attempts[0].error->message, u"It broke."_s);
    }

    const QList<core::Delivery> deliveries = must(store().deliveriesOf(spec.id));
    QCOMPARE(deliveries.size(), 1);
    QCOMPARE(deliveries[0].id, core::deliveryId(spec.id, 1));
    QCOMPARE(deliveries[0].status, core::DeliveryStatus::Pending);
    QCOMPARE(deliveries[0].nextTry, clock().now());
    QCOMPARE(deliveries[0].callback.name, spec.callback.name);
    QCOMPARE(deliveries[0].callback.params, spec.callback.params);
    QCOMPARE(deliveries[0].traceparent, spec.traceparent);
    QCOMPARE(deliveries[0].payload, core::statusObject(spec.id, job.status, job.location, job.error));
}

void StoreSuite::aRolledBackEndLeavesNothing()
{
    const Lease lease = drive().enqueueAndClaim().lease;
    JobEnd end;
    end.lease = lease;
    end.location = "1";
    must(store().begin());
    QCOMPARE(must(store().finish({end})).first(), LeaseState::Held);
    store().rollback();
    QCOMPARE(drive().job(lease.id).status, core::JobStatus::Started);
    QVERIFY(must(store().deliveriesOf(lease.id)).isEmpty());
    QCOMPARE(drive().finish(end), LeaseState::Held);
}

void StoreSuite::aFailureGetsAFingerprint()
{
    const core::JobSpec spec = fullSpec(clock().now());
    drive().enqueue(spec);
    JobEnd end;
    end.lease = drive().claimOne().lease;
    end.kind = JobEnd::Kind::Failed;
    end.error = {u"exception"_s, u"It broke."_s, {}, {}};
    QCOMPARE(drive().finish(end), LeaseState::Held);
    QCOMPARE(drive().job(spec.id).error->fingerprint, core::fingerprintOf(spec.task.name, end.error));
}

void StoreSuite::aRunEndsOnce()
{
    const Lease lease = drive().enqueueAndClaim().lease;
    JobEnd end;
    end.lease = lease;
    end.location = "1";
    // Also when both ends come in one batch.
    QCOMPARE(drive().transaction([&] {
        return store().finish({end, end});
    }),
             (QList<LeaseState>{LeaseState::Held, LeaseState::Stale}));
    QCOMPARE(must(store().deliveriesOf(lease.id)).size(), 1);
    QCOMPARE(drive().job(lease.id).attempts.size(), 1);
}

void StoreSuite::aRetryIsScheduledAndNotFailed()
{
    const Lease lease = drive().enqueueAndClaim().lease;
    QCOMPARE(drive().finish(lease, JobEnd::Kind::Retry), LeaseState::Held);
    QCOMPARE(drive().told(Event::Kind::JobScheduled), QList<QUuid>{lease.id});
    QVERIFY(drive().told(Event::Kind::JobFailed).isEmpty());
    core::Job job = drive().job(lease.id);
    QCOMPARE(job.status, core::JobStatus::Scheduled);
    QCOMPARE(job.spec.runAt, clock().now() + 5s);
    QCOMPARE(job.tries, 1);
    QCOMPARE(job.run, 1);
    QVERIFY(!job.error);
    QCOMPARE(job.attempts.size(), 1);
    QCOMPARE(job.attempts[0].outcome, core::AttemptOutcome::Failed);
    QCOMPARE(job.attempts[0].error->message, u"It broke."_s);
    QVERIFY(must(store().deliveriesOf(lease.id)).isEmpty());

    QVERIFY(drive().claim(1).isEmpty());
    clock().advance(5s);
    QCOMPARE(drive().promoteDue(), 1);
    QCOMPARE(drive().claimOne().tries, 1);
}

void StoreSuite::aRequeuedJobKeepsItsPlaceAndTries()
{
    const Lease lease = drive().enqueueAndClaim().lease;
    drive().enqueuePlain();
    QCOMPARE(drive().finish(lease, JobEnd::Kind::Requeue), LeaseState::Held);
    QCOMPARE(drive().told(Event::Kind::JobQueued), QList<QUuid>{lease.id});
    const core::Job job = drive().job(lease.id);
    QCOMPARE(job.status, core::JobStatus::Queued);
    QCOMPARE(job.tries, 0);
    QCOMPARE(job.lost, 0);
    QCOMPARE(job.attempts.last().outcome, core::AttemptOutcome::Requeued);
    QVERIFY(must(store().deliveriesOf(lease.id)).isEmpty());
    const ClaimedJob again = drive().claimOne();
    QCOMPARE(again.lease.id, lease.id);
    QVERIFY(again.lease.token != lease.token);
}

void StoreSuite::everyAttemptIsKeptInOrder()
{
    const QUuid id = drive().enqueuePlain();
    drive().finish(drive().claimOne().lease, JobEnd::Kind::Requeue);
    drive().finish(drive().claimOne().lease, JobEnd::Kind::Retry);
    clock().advance(5s);
    drive().promoteDue();
    drive().claimOne();
    clock().advance(StoreDriver::kLease);
    drive().recover();
    drive().finish(drive().claimOne().lease, JobEnd::Kind::Finished);
    QList<core::AttemptOutcome> outcomes;
    for (const core::Attempt &attempt : drive().job(id).attempts) {
        outcomes.append(attempt.outcome);
        QCOMPARE(attempt.worker, u"host:1"_s);
    }
    QCOMPARE(outcomes, (QList<core::AttemptOutcome>{core::AttemptOutcome::Requeued, core::AttemptOutcome::Failed,
                                                    core::AttemptOutcome::Lost, core::AttemptOutcome::Finished}));
}

} // namespace dragonscales::test
