// SPDX-License-Identifier: LGPL-3.0-or-later
#include "contract/store_suite.h"

#include "core/ids.h"

#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace dragonscales::test {

using namespace broker;

namespace {

core::JobSpec withKey(core::TimePoint now, const QByteArray &key, const QByteArray &body)
{
    core::JobSpec spec = plainSpec(now);
    spec.idempotency = core::IdempotencyKey{key, body};
    return spec;
}

core::JobSpec unique(core::TimePoint now, const QByteArray &params = R"({"a":1,"b":2})")
{
    core::JobSpec spec = plainSpec(now);
    spec.task.params = params;
    spec.unique = 1h;
    return spec;
}

} // namespace

void StoreSuite::aKeyGetsItsFirstAnswerAgain()
{
    core::JobSpec first = withKey(clock().now(), "key", "body");
    first.runAt = clock().now() + 10s;
    first.priority = 3;
    const core::JobSummary answer = drive().enqueue(first);
    QCOMPARE(answer.runAt, first.runAt);
    clock().advance(1min);
    drive().promoteDue();
    core::JobSpec again = withKey(clock().now(), "key", "body");
    again.runAt = clock().now() + 10s;
    again.priority = 3;
    const core::JobSummary repeated = drive().enqueue(again);
    QCOMPARE(repeated.id, answer.id);
    QCOMPARE(repeated.status, core::JobStatus::Scheduled); // as it was said then
    QCOMPARE(repeated.created, answer.created);
    QCOMPARE(repeated.runAt, answer.runAt);
    QCOMPARE(repeated.priority, 3);
    QCOMPARE(repeated.queue, answer.queue);
    QVERIFY(drive().lastCommit().events.isEmpty());
    QCOMPARE(drive().countsOf().queued, 1);

    const auto other = drive().transaction([&] { return store().enqueue({withKey(clock().now(), "key", "other")}); });
    QVERIFY(!other.first());
    QCOMPARE(other.first().error().code, core::ErrorCode::Conflict);
    QVERIFY(drive().enqueue(withKey(clock().now(), "another key", "body")).id != answer.id);
    // Two with one key in one batch are one job.
    const core::JobSpec twin = withKey(clock().now(), "twins", "body");
    core::JobSpec brother = twin;
    brother.id = core::newJobId(clock().now());
    const auto twins = drive().transaction([&] { return store().enqueue({twin, brother}); });
    QCOMPARE(must(twins[0]).id, must(twins[1]).id);
}

void StoreSuite::aKeyOutlivesItsJobForADay()
{
    const core::JobSummary answer = drive().enqueue(withKey(clock().now(), "key", "body"));
    drive().remove(answer.id);
    drive().deliverAll();
    drive().purge();
    reopen();
    clock().advance(24h - 1ms);
    drive().purge();
    QCOMPARE(drive().enqueue(withKey(clock().now(), "key", "body")).id, answer.id);
    clock().advance(1ms);
    QVERIFY(drive().enqueue(withKey(clock().now(), "key", "body")).id != answer.id);
}

void StoreSuite::aUniqueJobIsAlone_data()
{
    QTest::addColumn<QString>("end");
    for (const char *end :
         {"finished", "failed", "canceled", "canceled while it waits", "removed", "removed while it runs"}) {
        QTest::newRow(end) << QString::fromLatin1(end);
    }
}

void StoreSuite::aUniqueJobIsAlone()
{
    QFETCH(QString, end);
    const QUuid id = drive().enqueue(unique(clock().now())).id;
    const auto again = [&] {
        return drive()
            .transaction([&] { return store().enqueue({unique(clock().now(), R"({ "b": 2, "a": 1 })")}); })
            .first();
    };
    const auto refused = again(); // the same values, written otherwise
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, core::ErrorCode::Conflict);
    QVERIFY(refused.error().message.contains(id.toString(QUuid::WithoutBraces)));
    drive().enqueue(unique(clock().now(), R"({"a":1,"b":3})"));
    drive().enqueue(plainSpec(clock().now()));
    if (end.contains(u"while it waits"_s)) {
        drive().cancel(id);
    } else if (end == "removed"_L1) {
        drive().remove(id);
    } else {
        const Lease lease = drive().claimOne().lease;
        QCOMPARE(lease.id, id);
        QVERIFY(!again());
        if (end == "removed while it runs"_L1) {
            drive().remove(id);
        } else {
            drive().finish(lease, end == "finished"_L1 ? JobEnd::Kind::Finished
                                  : end == "failed"_L1 ? JobEnd::Kind::Failed
                                                       : JobEnd::Kind::Canceled);
        }
    }
    QVERIFY(again());
    QVERIFY(!again());
}

void StoreSuite::aLockEndsByTime()
{
    const QUuid id = drive().enqueue(unique(clock().now())).id;
    clock().advance(1h);
    const QUuid second = drive().enqueue(unique(clock().now())).id;
    // The first one's end does not release what is the second one's by now.
    drive().cancel(id);
    const auto third = drive().transaction([&] { return store().enqueue({unique(clock().now())}); }).first();
    QVERIFY(!third);
    QVERIFY(third.error().message.contains(second.toString(QUuid::WithoutBraces)));
}

void StoreSuite::locksSurviveReopening()
{
    const QUuid id = drive().enqueue(unique(clock().now())).id;
    reopen();
    QVERIFY(!drive().transaction([&] { return store().enqueue({unique(clock().now())}); }).first());
    drive().cancel(id);
    drive().enqueue(unique(clock().now()));
}

void StoreSuite::whoIsRefusedHoldsNoLock()
{
    drive().enqueuePlain();
    core::JobSpec spec = unique(clock().now());
    spec.maxQueued = 1;
    QVERIFY(!drive().transaction([&] { return store().enqueue({spec}); }).first());
    must(store().begin());
    must(must(store().enqueue({unique(clock().now())})).first());
    store().rollback();
    drive().enqueue(unique(clock().now()));
}

} // namespace dragonscales::test
