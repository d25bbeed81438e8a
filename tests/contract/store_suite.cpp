// SPDX-License-Identifier: LGPL-3.0-or-later
#include "contract/store_suite.h"

#include "core/ids.h"

#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace dragonscales::test {

using namespace broker;

StoreSuite::StoreSuite(StoreBenchFactory factory)
    : m_factory(std::move(factory))
{
}

StoreSuite::~StoreSuite() = default;

void StoreSuite::init()
{
    m_bench = m_factory();
    reopen();
}

void StoreSuite::cleanup()
{
    m_driver.reset();
    m_store.reset();
    m_bench.reset();
}

void StoreSuite::reopen()
{
    m_driver.reset();
    m_store.reset();
    m_store = m_bench->open();
    m_driver = std::make_unique<StoreDriver>(*m_store);
}

void StoreSuite::aJobIsReadBackWhole()
{
    const core::JobSpec spec = fullSpec(clock().now());
    const core::JobSummary summary = drive().enqueue(spec);
    QCOMPARE(summary.id, spec.id);
    QCOMPARE(summary.queue, spec.queue);
    QCOMPARE(summary.task, spec.task.name);
    QCOMPARE(summary.storage, spec.storage.name);
    QCOMPARE(summary.callback, spec.callback.name);
    QCOMPARE(summary.status, core::JobStatus::Queued);
    QCOMPARE(summary.priority, -7);
    QCOMPARE(summary.created, clock().now());

    const core::Job job = drive().job(spec.id);
    QCOMPARE(job.status, core::JobStatus::Queued);
    QCOMPARE(job.created, clock().now());
    QCOMPARE(job.run, 1);
    QCOMPARE(job.spec.queue, spec.queue);
    QCOMPARE(job.spec.task.name, spec.task.name);
    QCOMPARE(job.spec.task.params, spec.task.params);
    QCOMPARE(job.spec.storage.params, spec.storage.params);
    QCOMPARE(job.spec.callback.params, spec.callback.params);
    QCOMPARE(job.spec.priority, spec.priority);
    QVERIFY(job.spec.retry.has_value());
    QCOMPARE(job.spec.retry->max, 2);
    QCOMPARE(job.spec.retry->delays, spec.retry->delays);
    QCOMPARE(job.spec.timeout, spec.timeout);
    QCOMPARE(job.spec.resultTtl, spec.resultTtl);
    QCOMPARE(job.spec.failureTtl, spec.failureTtl);
    QCOMPARE(job.spec.tags, spec.tags);
    QCOMPARE(job.spec.traceparent, spec.traceparent);
    QVERIFY(job.progress < 0);
    QVERIFY(!job.error && job.location.isEmpty() && job.attempts.isEmpty() && job.log.isEmpty());

    // Whoever runs it gets all of it too.
    const core::JobSpec claimed = drive().claimOne().spec;
    QCOMPARE(claimed.id, spec.id);
    QCOMPARE(claimed.task.params, spec.task.params);
    QCOMPARE(claimed.storage.params, spec.storage.params);
    QCOMPARE(claimed.retry->max, 2);
    QCOMPARE(claimed.timeout, spec.timeout);
    QCOMPARE(claimed.tags, spec.tags);
    QCOMPARE(claimed.traceparent, spec.traceparent);
}

void StoreSuite::aBackoffIsReadBackWhole()
{
    core::JobSpec spec = plainSpec(clock().now());
    const core::Backoff backoff{std::chrono::milliseconds(1500), 2.5, std::chrono::hours(2), 0.25};
    spec.retry = core::RetryPolicy{4, {}, backoff};
    drive().enqueue(spec);
    QCOMPARE(drive().job(spec.id).spec.retry->backoff, std::optional(backoff));
    QCOMPARE(drive().claimOne().spec.retry->backoff, std::optional(backoff));
}

void StoreSuite::anIdIsTakenOnce()
{
    const core::JobSpec spec = plainSpec(clock().now());
    drive().enqueue(spec);
    const auto again = drive().transaction([&] { return store().enqueue({spec}); }).first();
    QVERIFY(!again);
    QCOMPARE(again.error().code, core::ErrorCode::Conflict);
    QCOMPARE(drive().countsOf().queued, 1);
}

void StoreSuite::nonsenseIsRefused_data()
{
    QTest::addColumn<bool>("hasId");
    QTest::addColumn<QString>("queue");
    QTest::addColumn<int>("priority");
    QTest::newRow("no id") << false << u"images"_s << 0;
    QTest::newRow("no queue") << true << QString() << 0;
    QTest::newRow("priority too high") << true << u"images"_s << 101;
    QTest::newRow("priority too low") << true << u"images"_s << -101;
}

void StoreSuite::nonsenseIsRefused()
{
    QFETCH(bool, hasId);
    QFETCH(QString, queue);
    QFETCH(int, priority);
    core::JobSpec spec = plainSpec(clock().now(), queue);
    spec.id = hasId ? spec.id : QUuid();
    spec.priority = priority;
    const auto result = drive().transaction([&] { return store().enqueue({spec}); }).first();
    QVERIFY(!result);
    QCOMPARE(result.error().code, core::ErrorCode::InvalidArgument);
    QVERIFY(!result.error().message.isEmpty());
}

void StoreSuite::oneRefusedJobLeavesItsNeighboursAlone()
{
    core::JobSpec bad = plainSpec(clock().now());
    bad.priority = 1000;
    const core::JobSpec first = plainSpec(clock().now());
    const core::JobSpec last = plainSpec(clock().now());
    const auto results = drive().transaction([&] { return store().enqueue({first, bad, last}); });
    QVERIFY(results[0] && !results[1] && results[2]);
    QCOMPARE(drive().told(Event::Kind::JobQueued), (QList<QUuid>{first.id, last.id}));
    QCOMPARE(drive().job(last.id).status, core::JobStatus::Queued);
}

void StoreSuite::aFullQueueRefuses()
{
    core::JobSpec spec = plainSpec(clock().now());
    spec.maxQueued = 2;
    drive().enqueue(spec);
    QList<core::JobSpec> more{plainSpec(clock().now()), plainSpec(clock().now()), plainSpec(clock().now(), u"other"_s)};
    for (core::JobSpec &one : more) {
        one.maxQueued = 2;
    }
    // Also within one batch, and only for the queue that is full.
    const auto results = drive().transaction([&] { return store().enqueue(more); });
    QVERIFY(results[0].has_value());
    QVERIFY(!results[1].has_value());
    QCOMPARE(results[1].error().code, core::ErrorCode::QueueFull);
    QVERIFY(results[1].error().message.contains(u"images"_s));
    QVERIFY(results[2].has_value());

    drive().claimOne();
    spec = plainSpec(clock().now());
    spec.maxQueued = 2;
    drive().enqueue(spec);
}

void StoreSuite::aClaimGivesALease()
{
    drive().enqueuePlain();
    clock().advance(1s);
    const ClaimedJob claimed = drive().claimOne();
    QVERIFY(claimed.lease.token != 0);
    QCOMPARE(claimed.lease.run, 1);
    QCOMPARE(drive().told(Event::Kind::JobStarted), QList<QUuid>{claimed.lease.id});
    const core::Job job = drive().job(claimed.lease.id);
    QCOMPARE(job.status, core::JobStatus::Started);
    QCOMPARE(job.started, clock().now());
    QCOMPARE(job.leaseExpiry, clock().now() + StoreDriver::kLease);
}

void StoreSuite::aJobIsClaimedOnce()
{
    for (int i = 0; i < 5; ++i) {
        drive().enqueuePlain();
    }
    QSet<QUuid> ids;
    QSet<quint64> tokens;
    for (const int n : {3, 3, 3}) {
        for (const ClaimedJob &claimed : drive().claim(n)) {
            ids.insert(claimed.lease.id);
            tokens.insert(claimed.lease.token);
        }
    }
    QCOMPARE(ids.size(), 5);
    QCOMPARE(tokens.size(), 5);
    QVERIFY(drive().claim(3).isEmpty());
    QVERIFY(drive().claim(0).isEmpty());
}

void StoreSuite::higherPriorityComesFirstThenTheOldest()
{
    QList<QUuid> expected;
    QHash<int, QList<QUuid>> byPriority;
    for (const int priority : {0, 5, 0, -100, 100, 5}) {
        core::JobSpec spec = plainSpec(clock().now());
        spec.priority = priority;
        byPriority[priority].append(drive().enqueue(spec).id);
        clock().advance(1ms);
    }
    for (const int priority : {100, 5, 0, -100}) {
        expected += byPriority[priority];
    }
    QList<QUuid> order;
    for (const int n : {2, 1, 3}) {
        for (const ClaimedJob &claimed : drive().claim(n)) {
            order.append(claimed.lease.id);
        }
    }
    QCOMPARE(order, expected);
}

void StoreSuite::queuesAreSeparate()
{
    drive().enqueuePlain(u"images"_s);
    const QUuid other = drive().enqueuePlain(u"Images"_s);
    QVERIFY(drive().claim(5, u"nobody knows it"_s).isEmpty());
    QCOMPARE(drive().claimOne(u"Images"_s).lease.id, other);
    QVERIFY(drive().claim(5, u"Images"_s).isEmpty());
}

namespace {

enum class Stale : quint8 { WrongToken, WrongRun, WrongJob, Ended, Recovered };

} // namespace

void StoreSuite::aStaleLeaseIsRefused_data()
{
    QTest::addColumn<int>("stale");
    QTest::newRow("token of nobody") << int(Stale::WrongToken);
    QTest::newRow("another run") << int(Stale::WrongRun);
    QTest::newRow("another job") << int(Stale::WrongJob);
    QTest::newRow("ended already") << int(Stale::Ended);
    QTest::newRow("lost and claimed again") << int(Stale::Recovered);
}

void StoreSuite::aStaleLeaseIsRefused()
{
    QFETCH(int, stale);
    const ClaimedJob claimed = drive().enqueueAndClaim();
    const QUuid id = claimed.lease.id;
    Lease lease = claimed.lease;
    switch (Stale(stale)) {
    case Stale::WrongToken:
        lease.token ^= 1;
        break;
    case Stale::WrongRun:
        lease.run += 1;
        break;
    case Stale::WrongJob:
        lease.id = drive().enqueueAndClaim().lease.id;
        break;
    case Stale::Ended:
        drive().finish(lease, JobEnd::Kind::Finished);
        break;
    case Stale::Recovered:
        clock().advance(StoreDriver::kLease);
        QCOMPARE(drive().recover(), 1);
        QCOMPARE(drive().claimOne().lease.id, id);
        break;
    }
    const core::Job before = drive().job(id);
    const qsizetype deliveries = must(store().deliveriesOf(id)).size();

    QCOMPARE(drive().renew(lease), LeaseState::Stale);
    QCOMPARE(drive().progress({lease, 0.5, u"half"_s, {{clock().now(), u"info"_s, u"line"_s}}}), LeaseState::Stale);
    QVERIFY(drive().lastCommit().events.isEmpty());
    for (const auto kind : {JobEnd::Kind::Finished, JobEnd::Kind::Failed, JobEnd::Kind::Canceled, JobEnd::Kind::Retry,
                            JobEnd::Kind::Requeue}) {
        QCOMPARE(drive().finish(lease, kind), LeaseState::Stale);
        QVERIFY(drive().lastCommit().events.isEmpty());
    }

    const core::Job after = drive().job(id);
    QCOMPARE(after.status, before.status);
    QCOMPARE(after.leaseExpiry, before.leaseExpiry);
    QCOMPARE(after.attempts.size(), before.attempts.size());
    QCOMPARE(after.progress, before.progress);
    QVERIFY(after.log.isEmpty());
    QCOMPARE(must(store().deliveriesOf(id)).size(), deliveries);
}

void StoreSuite::aRenewedLeaseIsNotRecovered()
{
    const Lease lease = drive().enqueueAndClaim().lease;
    clock().advance(StoreDriver::kLease - 1ms);
    QCOMPARE(drive().recover(), 0);
    QCOMPARE(drive().renew(lease), LeaseState::Held);
    QCOMPARE(drive().job(lease.id).leaseExpiry, clock().now() + StoreDriver::kLease);
    clock().advance(StoreDriver::kLease - 1ms);
    QCOMPARE(drive().recover(), 0);
    clock().advance(1ms);
    QCOMPARE(drive().recover(), 1);
    QCOMPARE(drive().renew(lease), LeaseState::Stale);
}

void StoreSuite::progressAndLogAreKept()
{
    const Lease lease = drive().enqueueAndClaim().lease;
    const QList<core::LogLine> lines{{clock().now(), u"info"_s, u"one"_s},
                                     {clock().now() + 1ms, u"stderr"_s, u"zwei ü"_s}};
    QCOMPARE(drive().progress({lease, 0.25, u"a quarter"_s, lines}), LeaseState::Held);
    QCOMPARE(drive().told(Event::Kind::JobProgress), QList<QUuid>{lease.id});
    JobEnd end;
    end.lease = lease;
    end.location = "1";
    end.log = {{clock().now(), u"warning"_s, u"three"_s}};
    QCOMPARE(drive().finish(end), LeaseState::Held);
    const core::Job job = drive().job(lease.id);
    QCOMPARE(job.progress, 0.25);
    QCOMPARE(job.progressText, u"a quarter"_s);
    QCOMPARE(job.log.size(), 3);
    QCOMPARE(job.log[1].level, u"stderr"_s);
    QCOMPARE(job.log[1].text, u"zwei ü"_s);
    QCOMPARE(job.log[1].time, clock().now() + 1ms);
    QCOMPARE(job.log[2].text, u"three"_s);
}

void StoreSuite::onlyTheLatestLogLinesAreKept()
{
    const Lease lease = drive().enqueueAndClaim().lease;
    QList<core::LogLine> lines;
    for (int i = 0; i < core::kMaxLogLines - 1; ++i) {
        lines.append({clock().now(), u"info"_s, QString::number(i)});
    }
    drive().progress({lease, -1, {}, lines});
    drive().progress({lease, -1, {}, {{clock().now(), u"info"_s, u"a"_s}, {clock().now(), u"info"_s, u"b"_s}}});
    QList<core::LogLine> log = drive().job(lease.id).log;
    QCOMPARE(log.size(), core::kMaxLogLines);
    QCOMPARE(log.first().text, u"1"_s);
    QCOMPARE(log.last().text, u"b"_s);

    lines += lines; // more than fits, at once
    drive().progress({lease, -1, {}, lines});
    log = drive().job(lease.id).log;
    QCOMPARE(log.size(), core::kMaxLogLines);
    QCOMPARE(log.last().text, QString::number(core::kMaxLogLines - 2));
}

} // namespace dragonscales::test
