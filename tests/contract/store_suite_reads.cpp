// SPDX-License-Identifier: LGPL-3.0-or-later
#include "contract/store_suite.h"

#include "core/ids.h"

#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace dragonscales::test {

using namespace broker;

void StoreSuite::readsChangeNothing()
{
    // One lease is over, one job due, one job past its time: a read that put things right would be seen.
    const QUuid lost = drive().enqueueAndClaim().lease.id;
    core::JobSpec due = plainSpec(clock().now());
    due.runAt = clock().now() + 1s;
    drive().enqueue(due);
    const QUuid old = drive().enqueuePlain();
    drive().cancel(old);
    drive().deliverAll();
    clock().advance(std::chrono::days(100));
    const EventId before = must(store().lastEvent());

    const std::unique_ptr<Store> reader = m_bench->openReader();
    for (Store *one : {m_store.get(), reader.get()}) {
        QCOMPARE(must(one->job(lost)).status, core::JobStatus::Started);
        QCOMPARE(must(one->job(due.id)).status, core::JobStatus::Scheduled);
        QCOMPARE(must(one->job(old)).status, core::JobStatus::Canceled);
        must(one->deliveriesOf(old));
        must(one->counts());
        must(one->scan({}, 10));
        must(one->nextDue());
        QCOMPARE(must(one->lastEvent()).number, before.number);
        QCOMPARE(must(one->job(lost)).status, core::JobStatus::Started);
        QCOMPARE(must(one->job(due.id)).status, core::JobStatus::Scheduled);
        QCOMPARE(must(one->job(old)).status, core::JobStatus::Canceled);
    }
    QVERIFY(!reader->begin());
    QCOMPARE(drive().recover(), 1);
    QCOMPARE(drive().promoteDue(), 1);
    QCOMPARE(drive().purge(), 1);
}

void StoreSuite::readersSeeOnlyWhatIsCommitted()
{
    const std::unique_ptr<Store> reader = m_bench->openReader();
    const core::JobSpec spec = plainSpec(clock().now(), u"new queue"_s);
    must(store().begin());
    must(store().enqueue({spec}));
    QVERIFY(!reader->job(spec.id));
    must(store().commit());
    QCOMPARE(must(reader->job(spec.id)).spec.queue, u"new queue"_s);
    QCOMPARE(must(reader->scan({}, 5)).size(), 1);
    QCOMPARE(must(reader->counts()).first().queued, 1);
}

void StoreSuite::aRollbackUndoesEverything()
{
    const QUuid before = drive().enqueuePlain();
    const EventId last = drive().lastCommit().id;
    must(store().begin());
    const core::JobSpec spec = plainSpec(clock().now(), u"never seen before"_s);
    must(store().enqueue({spec}));
    must(store().claim(u"images"_s, 1, u"unknown worker"_s, 1s, {}));
    store().rollback();

    QVERIFY(!store().job(spec.id));
    QCOMPARE(drive().job(before).status, core::JobStatus::Queued);
    QCOMPARE(drive().countsOf().queued, 1);
    QCOMPARE(drive().countsOf().started, 0);
    QCOMPARE(must(store().counts()).size(), 1);
    QCOMPARE(must(store().lastEvent()).number, last.number);

    // Nothing of it comes up later.
    drive().enqueue(spec);
    QCOMPARE(drive().lastCommit().events.size(), 1);
    QCOMPARE(drive().lastCommit().id.number, last.number + 1);
    QCOMPARE(drive().job(spec.id).spec.queue, u"never seen before"_s);
    store().rollback(); // harmless without a transaction
    reopen();
    QCOMPARE(drive().countsOf(u"never seen before"_s).queued, 1);
    QCOMPARE(drive().claimOne(u"never seen before"_s).lease.id, spec.id);
}

void StoreSuite::countsFollowEveryChange()
{
    const auto counts = [this] {
        const QueueCounts now = drive().countsOf();
        return QList<qint64>{now.scheduled, now.queued, now.started};
    };
    const core::TimePoint begin = clock().now();
    core::JobSpec first = plainSpec(clock().now());
    first.priority = -5;
    drive().enqueue(first);
    clock().advance(1s);
    drive().enqueuePlain();
    core::JobSpec scheduled = plainSpec(clock().now());
    scheduled.runAt = clock().now() + 1s;
    drive().enqueue(scheduled);
    QCOMPARE(counts(), (QList<qint64>{1, 2, 0}));
    QCOMPARE(drive().countsOf().oldestQueued, begin);
    const Lease one = drive().claimOne().lease;
    const Lease two = drive().claimOne().lease;
    QCOMPARE(counts(), (QList<qint64>{1, 0, 2}));
    QCOMPARE(drive().countsOf().oldestQueued, core::TimePoint{});
    drive().finish(one, JobEnd::Kind::Requeue);
    QCOMPARE(counts(), (QList<qint64>{1, 1, 1}));
    drive().finish(two, JobEnd::Kind::Retry);
    QCOMPARE(counts(), (QList<qint64>{2, 1, 0}));
    clock().advance(1s);
    drive().promoteDue();
    QCOMPARE(counts(), (QList<qint64>{1, 2, 0}));
    reopen();
    QCOMPARE(counts(), (QList<qint64>{1, 2, 0}));
    for (const ClaimedJob &claimed : drive().claim(5)) {
        drive().finish(claimed.lease, JobEnd::Kind::Finished);
    }
    QCOMPARE(counts(), (QList<qint64>{1, 0, 0}));
    drive().cancel(two.id);
    drive().cancel(first.id);
    QCOMPARE(must(store().counts()).size(), 1);
    QCOMPARE(counts().at(1), 0);
}

void StoreSuite::scanGoesThroughAllInPages()
{
    QList<QUuid> ids;
    for (int i = 0; i < 7; ++i) {
        ids.append(drive().enqueuePlain());
        clock().advance(1ms);
    }
    drive().finish(drive().claimOne().lease, JobEnd::Kind::Failed);
    drive().remove(ids.takeAt(3));
    QList<QUuid> seen;
    QUuid after;
    QList<core::JobSummary> page = must(store().scan(after, 4));
    QCOMPARE(page.first().status, core::JobStatus::Failed);
    QCOMPARE(page.first().errorType, u"exception"_s);
    QCOMPARE(page.first().errorMessage, u"It broke."_s);
    QCOMPARE(page.first().worker, u"host:1"_s);
    QCOMPARE(page.first().tries, 1);
    while (!page.isEmpty()) {
        QVERIFY(page.size() <= 4);
        for (const core::JobSummary &job : page) {
            seen.append(job.id);
        }
        after = page.last().id;
        page = must(store().scan(after, 4));
    }
    QCOMPARE(seen, ids);
}

void StoreSuite::eventsAreNumberedForLife()
{
    QCOMPARE(must(store().lastEvent()).number, 0);
    drive().enqueuePlain();
    const EventId first = drive().lastCommit().id;
    QCOMPARE(first.number, 1);
    QVERIFY(!first.epoch.isEmpty());
    QCOMPARE(drive().recover(), 0); // nothing to tell: no number is used
    QCOMPARE(drive().lastCommit().id.number, 1);
    reopen();
    QCOMPARE(must(store().lastEvent()).number, 1);
    QCOMPARE(must(store().lastEvent()).epoch, first.epoch);
    drive().enqueuePlain();
    QCOMPARE(drive().lastCommit().id.number, 2);
    QCOMPARE(drive().lastCommit().id.epoch, first.epoch);
}

void StoreSuite::everythingSurvivesReopening()
{
    const Lease running = drive().enqueueAndClaim().lease;
    const QUuid canceled = drive().enqueuePlain();
    drive().cancel(canceled);
    const Lease delivering = drive().claimDeliveries(1).first().lease;
    const QUuid queued = drive().enqueuePlain();
    reopen();
    QCOMPARE(drive().job(queued).status, core::JobStatus::Queued);
    QCOMPARE(drive().job(canceled).status, core::JobStatus::Canceled);
    // Leases are the store's, not the connection's.
    QCOMPARE(drive().renew(running), LeaseState::Held);
    QCOMPARE(drive().renewDelivery(delivering), LeaseState::Held);
    QCOMPARE(drive().finish(running, JobEnd::Kind::Finished), LeaseState::Held);
    QCOMPARE(drive().finishDelivery(delivering, DeliveryEnd::Kind::Delivered), LeaseState::Held);
    QCOMPARE(must(store().deliveriesOf(canceled)).first().status, core::DeliveryStatus::Delivered);
}

} // namespace dragonscales::test
