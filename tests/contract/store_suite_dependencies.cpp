// SPDX-License-Identifier: LGPL-3.0-or-later
#include "contract/store_suite.h"

#include "core/ids.h"

#include <QTest>

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

} // namespace dragonscales::test
