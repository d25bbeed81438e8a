// SPDX-License-Identifier: LGPL-3.0-or-later
#include "contract/store_suite.h"

#include "core/ids.h"

#include <QTest>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace dragonscales::test {

using namespace broker;

namespace {

core::JobSpec after(core::TimePoint now, const QList<QUuid> &parents,
                    core::OnFailure onFailure = core::OnFailure::Cancel)
{
    core::JobSpec spec = plainSpec(now);
    spec.dependsOn = parents;
    spec.onFailure = onFailure;
    return spec;
}

} // namespace

void StoreSuite::aDependentJobWaitsForAllOthers()
{
    const Lease first = drive().enqueueAndClaim().lease;
    const Lease second = drive().enqueueAndClaim().lease;
    const core::JobSpec spec = after(clock().now(), {first.id, second.id}, core::OnFailure::Run);
    QCOMPARE(drive().enqueue(spec).status, core::JobStatus::Waiting);
    const core::Job job = drive().job(spec.id);
    QCOMPARE(job.spec.dependsOn, spec.dependsOn);
    QCOMPARE(job.spec.onFailure, core::OnFailure::Run);
    QCOMPARE(drive().countsOf().scheduled, 1);
    QVERIFY(drive().claim(5).isEmpty());
    drive().finish(first, JobEnd::Kind::Finished);
    QVERIFY(drive().claim(5).isEmpty());
    // A re-run is no end.
    drive().finish(second, JobEnd::Kind::Requeue);
    const Lease again = drive().claimOne().lease;
    QCOMPARE(again.id, second.id);
    drive().finish(again, JobEnd::Kind::Finished);
    QCOMPARE(drive().told(Event::Kind::JobQueued), QList<QUuid>{spec.id});
    QCOMPARE(drive().countsOf().scheduled, 0);
    QCOMPARE(drive().claimOne().lease.id, spec.id);
}

void StoreSuite::aFailedParentCancels_data()
{
    QTest::addColumn<QString>("end");
    for (const char *end : {"failed", "canceled", "removed", "lost"}) {
        QTest::newRow(end) << QString::fromLatin1(end);
    }
}

void StoreSuite::aFailedParentCancels()
{
    QFETCH(QString, end);
    Lease parent = drive().enqueueAndClaim().lease;
    const core::JobSpec child = after(clock().now(), {parent.id});
    const core::JobSpec grandchild = after(clock().now(), {child.id});
    drive().enqueue(child);
    drive().enqueue(grandchild);
    if (end == "failed"_L1) {
        drive().finish(parent, JobEnd::Kind::Failed);
    } else if (end == "canceled"_L1) {
        drive().finish(parent, JobEnd::Kind::Canceled);
    } else if (end == "removed"_L1) {
        drive().finish(parent, JobEnd::Kind::Requeue);
        drive().remove(parent.id);
    } else {
        for (int i = 0; i < 3; ++i) {
            clock().advance(1min);
            drive().recover();
            parent = drive().claimOne().lease;
        }
        clock().advance(1min);
        drive().recover();
    }
    for (const QUuid &id : {child.id, grandchild.id}) {
        QCOMPARE(drive().job(id).status, core::JobStatus::Canceled);
        QCOMPARE(must(store().deliveriesOf(id)).size(), 1);
        QVERIFY(drive().told(Event::Kind::JobCanceled).contains(id));
    }
    QCOMPARE(drive().countsOf().scheduled, 0);
}

void StoreSuite::aFailedParentMayLetRun()
{
    const Lease parent = drive().enqueueAndClaim().lease;
    const QUuid child = drive().enqueue(after(clock().now(), {parent.id}, core::OnFailure::Run)).id;
    drive().finish(parent, JobEnd::Kind::Failed);
    QCOMPARE(drive().claimOne().lease.id, child);
}

void StoreSuite::aLongChainIsCanceledAtOnce()
{
    constexpr int kLinks = 20'000;
    const QUuid first = drive().enqueuePlain();
    QList<core::JobSpec> chain;
    QUuid last = first;
    for (int i = 0; i < kLinks; ++i) {
        chain.append(after(clock().now(), {last}));
        last = chain.last().id;
    }
    for (const auto &taken : drive().transaction([&] { return store().enqueue(chain); })) {
        QVERIFY(taken);
    }
    drive().cancel(first);
    QCOMPARE(drive().told(Event::Kind::JobCanceled).size(), kLinks + 1);
    QCOMPARE(drive().job(last).status, core::JobStatus::Canceled);
}

void StoreSuite::anEndedParentIsNotWaitedFor()
{
    const Lease good = drive().enqueueAndClaim().lease;
    drive().finish(good, JobEnd::Kind::Finished);
    QCOMPARE(drive().enqueue(after(clock().now(), {good.id})).status, core::JobStatus::Queued);
    const Lease bad = drive().claimOne().lease;
    drive().finish(bad, JobEnd::Kind::Failed);
    QCOMPARE(drive().enqueue(after(clock().now(), {bad.id}, core::OnFailure::Run)).status, core::JobStatus::Queued);
    const auto refused = drive().transaction([&] {
        return store().enqueue({after(clock().now(), {good.id, bad.id})});
    });
    QVERIFY(!refused.first());
    QCOMPARE(refused.first().error().code, core::ErrorCode::Conflict);
}

void StoreSuite::aMissingParentRefuses()
{
    const QUuid removed = drive().enqueuePlain();
    const QUuid there = drive().enqueuePlain();
    drive().remove(removed);
    for (const QUuid &missing : {removed, core::newJobId(clock().now())}) {
        const auto refused = drive()
                                 .transaction([&] {
                                     return store().enqueue({after(clock().now(), {there, missing})});
                                 })
                                 .first();
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, core::ErrorCode::InvalidArgument);
        QVERIFY(refused.error().message.contains(missing.toString(QUuid::WithoutBraces)));
    }
    QCOMPARE(drive().countsOf().scheduled, 0);
}

void StoreSuite::aReleasedJobStillWaitsForItsTime()
{
    const Lease parent = drive().enqueueAndClaim().lease;
    core::JobSpec spec = after(clock().now(), {parent.id});
    spec.runAt = clock().now() + 1h;
    drive().enqueue(spec);
    drive().finish(parent, JobEnd::Kind::Finished);
    QCOMPARE(drive().job(spec.id).status, core::JobStatus::Scheduled);
    clock().advance(1h);
    QCOMPARE(drive().promoteDue(), 1);
    QCOMPARE(drive().claimOne().lease.id, spec.id);
}

void StoreSuite::dependenciesSurviveReopening()
{
    const QUuid parent = drive().enqueuePlain();
    const QUuid child = drive().enqueue(after(clock().now(), {parent})).id;
    const QUuid other = drive().enqueue(after(clock().now(), {parent})).id;
    reopen();
    drive().cancel(other);
    drive().finish(drive().claimOne().lease, JobEnd::Kind::Finished);
    QCOMPARE(drive().job(other).status, core::JobStatus::Canceled);
    QCOMPARE(drive().claimOne().lease.id, child);
    QVERIFY(drive().claim(1).isEmpty());
}

// Whatever the order of their ids.
void StoreSuite::whoDependsOnSeveralIsCanceledOnce()
{
    const QUuid parent = drive().enqueuePlain();
    QList<QUuid> ids{core::newJobId(clock().now()), core::newJobId(clock().now()), core::newJobId(clock().now())};
    std::reverse(ids.begin(), ids.end());
    core::JobSpec first = after(clock().now(), {parent});
    first.id = ids[0];
    core::JobSpec second = after(clock().now(), {parent, ids[0]});
    second.id = ids[1];
    core::JobSpec third = after(clock().now(), {parent, ids[0], ids[1]});
    third.id = ids[2];
    for (const core::JobSpec &spec : {first, second, third}) {
        drive().enqueue(spec);
    }
    drive().cancel(parent);
    for (const QUuid &id : ids) {
        QCOMPARE(drive().job(id).status, core::JobStatus::Canceled);
        QCOMPARE(must(store().deliveriesOf(id)).size(), 1);
    }
    QCOMPARE(drive().countsOf().scheduled, 0);
}

// An index that follows the events must end up with what the store says.
void StoreSuite::whatIsToldLastOfAJobIsWhatItIs()
{
    const QUuid parent = drive().enqueuePlain();
    const QUuid canceled = drive().enqueue(after(clock().now(), {parent})).id;
    const QUuid released = drive().enqueue(after(clock().now(), {parent}, core::OnFailure::Run)).id;
    drive().transaction([&] { return store().remove({parent, canceled, released}); });
    QHash<QUuid, Event::Kind> last;
    for (const Event &event : drive().lastCommit().events) {
        for (const core::JobSummary &job : event.jobs) {
            last.insert(job.id, event.kind);
        }
    }
    for (const QUuid &id : {parent, canceled, released}) {
        QCOMPARE(last.value(id), Event::Kind::JobRemoved);
    }
}

void StoreSuite::aParentHasOnlySoManyChildren()
{
    const QUuid parent = drive().enqueuePlain();
    QList<core::JobSpec> children;
    for (int i = 0; i < 10'001; ++i) {
        children.append(after(clock().now(), {parent}));
    }
    const auto answers = drive().transaction([&] { return store().enqueue(children); });
    QVERIFY(answers[9'999]);
    QVERIFY(!answers[10'000]);
    QCOMPARE(answers[10'000].error().code, core::ErrorCode::Conflict);
}

} // namespace dragonscales::test
