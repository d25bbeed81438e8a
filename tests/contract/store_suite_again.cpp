// SPDX-License-Identifier: LGPL-3.0-or-later
#include "contract/store_suite.h"

#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace dragonscales::test {

using namespace broker;

void StoreSuite::anEndedJobRunsAgain_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("outcome");
    QTest::newRow("finished") << int(JobEnd::Kind::Finished) << int(core::AttemptOutcome::Finished);
    QTest::newRow("failed") << int(JobEnd::Kind::Failed) << int(core::AttemptOutcome::Failed);
    QTest::newRow("canceled") << int(JobEnd::Kind::Canceled) << int(core::AttemptOutcome::Canceled);
}

void StoreSuite::anEndedJobRunsAgain()
{
    QFETCH(int, kind);
    QFETCH(int, outcome);
    const ClaimedJob first = drive().enqueueAndClaim();
    JobEnd end;
    end.lease = first.lease;
    end.kind = JobEnd::Kind(kind);
    end.location = "7";
    end.error = {u"exception"_s, u"no luck"_s, u"trace"_s, {}};
    end.attempt.worker = u"worker"_s;
    end.progress = 0.5;
    drive().finish(end);
    const core::TimePoint ended = clock().now();
    clock().advance(1s);

    const core::JobSummary summary = must(drive().transaction([&] { return store().retry({first.lease.id}); }).first());
    QCOMPARE(summary.status, core::JobStatus::Queued);
    QCOMPARE(summary.run, 2);
    QCOMPARE(drive().told(Event::Kind::JobQueued), QList<QUuid>{first.lease.id});
    QCOMPARE(drive().countsOf().queued, 1);
    core::Job job = drive().job(first.lease.id);
    QCOMPARE(job.status, core::JobStatus::Queued);
    QCOMPARE(job.run, 2);
    QCOMPARE(job.tries, 0);
    QCOMPARE(job.ended, core::TimePoint{});
    QVERIFY(job.progress < 0);
    QVERIFY(job.location.isEmpty() && !job.error);
    QCOMPARE(job.attempts.size(), 1);
    QCOMPARE(job.attempts[0].run, 1);
    QCOMPARE(job.attempts[0].worker, u"worker"_s);
    QCOMPARE(job.attempts[0].ended, ended);
    QCOMPARE(int(job.attempts[0].outcome), outcome);
    QCOMPARE(job.attempts[0].error.has_value(), kind == int(JobEnd::Kind::Failed));

    // The first run is over for good, the second one has an end and a delivery of its own.
    QCOMPARE(drive().finish(first.lease, JobEnd::Kind::Finished), LeaseState::Stale);
    const ClaimedJob second = drive().claimOne();
    QCOMPARE(second.lease.id, first.lease.id);
    QCOMPARE(second.lease.run, 2);
    QCOMPARE(drive().finish(second.lease, JobEnd::Kind::Finished), LeaseState::Held);
    job = drive().job(first.lease.id);
    QCOMPARE(job.attempts.size(), 2);
    QCOMPARE(job.attempts[1].run, 2);
    const QList<core::Delivery> deliveries = must(store().deliveriesOf(first.lease.id));
    QCOMPARE(deliveries.size(), 2);
    QVERIFY(deliveries[0].id != deliveries[1].id);
    QCOMPARE(deliveries[0].payload.contains("no luck"), kind == int(JobEnd::Kind::Failed));
    // Nothing of the first end purges the second one early.
    clock().advance(1h);
    QCOMPARE(drive().purge(), 0);
}

void StoreSuite::onlyAnEndedJobIsRetried_data()
{
    QTest::addColumn<QString>("state");
    QTest::addColumn<int>("code");
    QTest::newRow("queued") << u"queued"_s << int(core::ErrorCode::Conflict);
    QTest::newRow("scheduled") << u"scheduled"_s << int(core::ErrorCode::Conflict);
    QTest::newRow("started") << u"started"_s << int(core::ErrorCode::Conflict);
    QTest::newRow("removed") << u"removed"_s << int(core::ErrorCode::NotFound);
    QTest::newRow("never there") << u"never there"_s << int(core::ErrorCode::NotFound);
}

void StoreSuite::onlyAnEndedJobIsRetried()
{
    QFETCH(QString, state);
    QFETCH(int, code);
    core::JobSpec spec = plainSpec(clock().now());
    spec.runAt = state == "scheduled"_L1 ? clock().now() + 1h : core::TimePoint{};
    if (state != "never there"_L1) {
        drive().enqueue(spec);
    }
    if (state == "started"_L1) {
        drive().claimOne();
    } else if (state == "removed"_L1) {
        drive().finish(drive().claimOne().lease, JobEnd::Kind::Finished);
        drive().remove(spec.id);
    }
    const auto answer = drive().transaction([&] { return store().retry({spec.id}); }).first();
    QVERIFY(!answer);
    QCOMPARE(int(answer.error().code), code);
    QVERIFY(drive().lastCommit().events.isEmpty());
}

void StoreSuite::aDelayedJobRunsNow()
{
    core::JobSpec spec = plainSpec(clock().now());
    spec.runAt = clock().now() + 1h;
    drive().enqueue(spec);
    QVERIFY(drive().claim(1).isEmpty());
    const core::JobSummary summary = must(drive().transaction([&] { return store().runNow({spec.id}); }).first());
    QCOMPARE(summary.status, core::JobStatus::Queued);
    QCOMPARE(drive().told(Event::Kind::JobQueued), QList<QUuid>{spec.id});
    QCOMPARE(drive().countsOf().scheduled, 0);
    QCOMPARE(drive().countsOf().queued, 1);
    QCOMPARE(drive().claimOne().lease.id, spec.id);
    clock().advance(2h);
    QCOMPARE(drive().promoteDue(), 0);
}

void StoreSuite::onlyADelayedJobRunsNow_data()
{
    QTest::addColumn<QString>("state");
    QTest::addColumn<int>("code");
    QTest::newRow("queued") << u"queued"_s << int(core::ErrorCode::Conflict);
    QTest::newRow("started") << u"started"_s << int(core::ErrorCode::Conflict);
    QTest::newRow("ended") << u"ended"_s << int(core::ErrorCode::Conflict);
    QTest::newRow("never there") << u"never there"_s << int(core::ErrorCode::NotFound);
}

void StoreSuite::onlyADelayedJobRunsNow()
{
    QFETCH(QString, state);
    QFETCH(int, code);
    const core::JobSpec spec = plainSpec(clock().now());
    if (state != "never there"_L1) {
        drive().enqueue(spec);
    }
    if (state == "started"_L1 || state == "ended"_L1) {
        const Lease lease = drive().claimOne().lease;
        if (state == "ended"_L1) {
            drive().finish(lease, JobEnd::Kind::Finished);
        }
    }
    const auto answer = drive().transaction([&] { return store().runNow({spec.id}); }).first();
    QVERIFY(!answer);
    QCOMPARE(int(answer.error().code), code);
    QVERIFY(drive().lastCommit().events.isEmpty());
}

} // namespace dragonscales::test
