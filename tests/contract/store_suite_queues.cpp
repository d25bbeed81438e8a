// SPDX-License-Identifier: LGPL-3.0-or-later
#include "contract/store_suite.h"

#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace dragonscales::test {

using namespace broker;

namespace {

const QString kImages = u"images"_s;

QueuePatch pause(bool paused, const std::optional<QString> &reason = {}, std::optional<core::TimePoint> resumeAt = {})
{
    QueuePatch patch;
    patch.queue = kImages;
    patch.pause = QueuePatch::Pause{paused, reason, resumeAt};
    return patch;
}

QueueLimits atOnce(int most)
{
    QueueLimits limits;
    limits.maxConcurrency = most;
    return limits;
}

QueueLimits rateOf(int count, std::chrono::milliseconds per)
{
    QueueLimits limits;
    limits.rate = {count, per};
    return limits;
}

} // namespace

void StoreSuite::aPausedQueueGivesNothing()
{
    drive().enqueuePlain();
    const QUuid other = drive().enqueuePlain(u"other"_s);
    const QueueSettings settings = drive().changeQueue(pause(true, u"the printer is on fire"_s));
    QVERIFY(settings.isPaused());
    QCOMPARE(settings.pausedAt, clock().now());
    QCOMPARE(settings.reason, u"the printer is on fire"_s);
    QCOMPARE(drive().toldQueues(Event::Kind::QueueChanged), QStringList{kImages});
    QVERIFY(drive().claim(5).isEmpty());
    QCOMPARE(drive().claimOne(u"other"_s).lease.id, other);
    // Paused again, it has been so since the first time.
    const core::TimePoint since = clock().now();
    clock().advance(1h);
    QCOMPARE(drive().changeQueue(pause(true, u"still"_s)).pausedAt, since);
    QCOMPARE(drive().changeQueue(pause(true, {}, since + 2h)).reason, u"still"_s);
    QCOMPARE(drive().changeQueue(pause(true)).resumeAt, since + 2h);
    const QueueSettings resumed = drive().changeQueue(pause(false));
    QVERIFY(!resumed.isPaused() && resumed.reason.isEmpty());
    QCOMPARE(drive().toldQueues(Event::Kind::QueueChanged), QStringList{kImages});
    QCOMPARE(drive().claim(5).size(), 1);
}

void StoreSuite::aPauseEndsAtItsTime()
{
    drive().enqueuePlain();
    const core::TimePoint end = clock().now() + 1min;
    drive().changeQueue(pause(true, {}, end));
    QCOMPARE(must(store().nextDue()), std::optional(end));
    clock().advance(59s);
    drive().promoteDue();
    QVERIFY(drive().claim(5).isEmpty());
    clock().advance(1s);
    drive().promoteDue();
    QCOMPARE(drive().toldQueues(Event::Kind::QueueChanged), QStringList{kImages});
    QVERIFY(must(store().queueSettings()).isEmpty());
    QCOMPARE(drive().claim(5).size(), 1);
}

void StoreSuite::noMoreRunThanMay()
{
    for (int i = 0; i < 5; ++i) {
        drive().enqueuePlain();
    }
    const QList<ClaimedJob> first = drive().claim(4, kImages, atOnce(2));
    QCOMPARE(first.size(), 2);
    QVERIFY(drive().toldQueues(Event::Kind::QueueChanged).isEmpty());
    QVERIFY(drive().claim(4, kImages, atOnce(2)).isEmpty());
    drive().finish(first[0].lease, JobEnd::Kind::Finished);
    QCOMPARE(drive().toldQueues(Event::Kind::QueueChanged), QStringList{kImages}); // whoever waits is told
    QCOMPARE(drive().claim(4, kImages, atOnce(2)).size(), 1);
    QCOMPARE(drive().claim(4, kImages, atOnce(3)).size(), 1);
}

void StoreSuite::fewerThanMayRunAreNoReasonToWait()
{
    drive().enqueuePlain();
    const QList<ClaimedJob> claimed = drive().claim(4, kImages, atOnce(2));
    QCOMPARE(claimed.size(), 1);
    QVERIFY(drive().toldQueues(Event::Kind::QueueChanged).isEmpty());
    drive().finish(claimed[0].lease, JobEnd::Kind::Finished);
    QVERIFY(drive().toldQueues(Event::Kind::QueueChanged).isEmpty());
}

void StoreSuite::removedJobsRunOn()
{
    drive().enqueuePlain();
    drive().enqueuePlain();
    const Lease first = drive().claim(2, kImages, atOnce(1)).first().lease;
    drive().remove(first.id);
    QCOMPARE(drive().countsOf().started, 0);
    QVERIFY(drive().toldQueues(Event::Kind::QueueChanged).isEmpty());
    QVERIFY(drive().claim(2, kImages, atOnce(1)).isEmpty());
    drive().finish(first, JobEnd::Kind::Canceled);
    QCOMPARE(drive().toldQueues(Event::Kind::QueueChanged), QStringList{kImages});
    const Lease second = drive().claim(2, kImages, atOnce(1)).first().lease;
    // Still so in a store that is opened anew, until its worker is known to be gone.
    drive().remove(second.id);
    drive().enqueuePlain();
    reopen();
    QVERIFY(drive().claim(2, kImages, atOnce(1)).isEmpty());
    drive().recover();
    QCOMPARE(drive().claim(2, kImages, atOnce(1)).size(), 1);
}

void StoreSuite::aClockSetBackDoesNotBlock()
{
    for (int i = 0; i < 4; ++i) {
        drive().enqueuePlain();
    }
    const QueueLimits limits = rateOf(1, 10s);
    clock().advance(24h * 365);
    QCOMPARE(drive().claim(1, kImages, limits).size(), 1);
    clock().advance(-24h * 365);
    QCOMPARE(drive().claim(1, kImages, limits).size(), 1);
    QVERIFY(drive().claim(1, kImages, limits).isEmpty());
    reopen();
    QVERIFY(drive().claim(1, kImages, limits).isEmpty());
    clock().advance(10s);
    QCOMPARE(drive().claim(1, kImages, limits).size(), 1);
}

void StoreSuite::noMoreStartThanTheRateAllows()
{
    for (int i = 0; i < 9; ++i) {
        drive().enqueuePlain();
    }
    const QueueLimits limits = rateOf(3, 10s);
    const core::TimePoint begin = clock().now();
    QCOMPARE(drive().claim(1, kImages, limits).size(), 1);
    QVERIFY(drive().toldQueues(Event::Kind::QueueWaits).isEmpty());
    clock().advance(4s);
    QCOMPARE(drive().claim(9, kImages, limits).size(), 2);
    QCOMPARE(drive().toldQueues(Event::Kind::QueueWaits), QStringList{kImages});
    QCOMPARE(must(store().nextDue()), std::optional(begin + 10s));
    QVERIFY(drive().claim(9, kImages, limits).isEmpty());
    QVERIFY(drive().lastCommit().events.isEmpty()); // once is enough
    // The window slides: of three within any ten seconds the first one leaves it now.
    clock().advance(6s - 1ms);
    QVERIFY(drive().claim(9, kImages, limits).isEmpty());
    clock().advance(1ms);
    drive().promoteDue();
    QCOMPARE(drive().toldQueues(Event::Kind::QueueChanged), QStringList{kImages});
    QCOMPARE(drive().claim(9, kImages, limits).size(), 1);
    clock().advance(4s);
    QCOMPARE(drive().claim(9, kImages, limits).size(), 2);
    clock().advance(1h);
    QCOMPARE(drive().claim(9, kImages, limits).size(), 3);
}

void StoreSuite::startsAreCountedAcrossReopening()
{
    for (int i = 0; i < 5; ++i) {
        drive().enqueuePlain();
    }
    const QueueLimits limits = rateOf(2, 10s);
    QCOMPARE(drive().claim(5, kImages, limits).size(), 2);
    reopen();
    clock().advance(9s);
    QVERIFY(drive().claim(5, kImages, limits).isEmpty());
    clock().advance(1s);
    QCOMPARE(drive().claim(5, kImages, limits).size(), 2);
}

void StoreSuite::operatorsWinOverTheProject()
{
    for (int i = 0; i < 9; ++i) {
        drive().enqueuePlain();
    }
    QueuePatch patch;
    patch.queue = kImages;
    patch.maxConcurrency = std::optional(1);
    drive().changeQueue(patch);
    QCOMPARE(drive().claim(9, kImages, atOnce(5)).size(), 1);
    patch.maxConcurrency = std::optional(0); // no limit at all
    drive().changeQueue(patch);
    QCOMPARE(drive().claim(3, kImages, atOnce(2)).size(), 3);
    patch.maxConcurrency = std::optional<int>(); // as the project says
    drive().changeQueue(patch);
    QVERIFY(drive().claim(9, kImages, atOnce(4)).isEmpty());
    QueuePatch rate;
    rate.queue = kImages;
    rate.rate = std::optional(QueueRate{1, 1h});
    drive().changeQueue(rate);
    QCOMPARE(drive().claim(9, kImages, {}).size(), 1);
    QVERIFY(drive().claim(9, kImages, {}).isEmpty());
}

void StoreSuite::aFullQueueIsWhatAnOperatorSays()
{
    core::JobSpec spec = plainSpec(clock().now());
    spec.maxQueued = 100;
    drive().enqueue(spec);
    QueuePatch patch;
    patch.queue = kImages;
    patch.maxQueued = std::optional<qint64>(1);
    drive().changeQueue(patch);
    spec = plainSpec(clock().now());
    spec.maxQueued = 100;
    const auto refused = drive().transaction([&] { return store().enqueue({spec}); }).first();
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, core::ErrorCode::QueueFull);
    patch.maxQueued = std::optional<qint64>(0);
    drive().changeQueue(patch);
    spec.maxQueued = 1;
    drive().enqueue(spec);
}

void StoreSuite::settingsSurviveReopeningUntilTheyAreUnset()
{
    const core::TimePoint until = clock().now() + 1h;
    drive().changeQueue(pause(true, u"größe"_s, until));
    QueuePatch patch;
    patch.queue = kImages;
    patch.maxConcurrency = std::optional(3);
    patch.rate = std::optional(QueueRate{5, 1500ms});
    patch.maxQueued = std::optional<qint64>(7);
    drive().changeQueue(patch);
    reopen();
    const auto reader = m_bench->openReader();
    for (Store *each : {&store(), reader.get()}) {
        const QList<QueueSettings> all = must(each->queueSettings());
        QCOMPARE(all.size(), 1);
        QCOMPARE(all[0].queue, kImages);
        QCOMPARE(all[0].reason, u"größe"_s);
        QCOMPARE(all[0].pausedAt, clock().now());
        QCOMPARE(all[0].resumeAt, until);
        QCOMPARE(all[0].maxConcurrency, std::optional(3));
        QCOMPARE(all[0].rate, std::optional(QueueRate{5, 1500ms}));
        QCOMPARE(all[0].maxQueued, std::optional<qint64>(7));
    }
    drive().enqueuePlain();
    QVERIFY(drive().claim(1).isEmpty());
    drive().changeQueue(pause(false));
    patch.maxConcurrency = std::optional<int>();
    patch.rate = std::optional<QueueRate>();
    patch.maxQueued = std::optional<qint64>();
    drive().changeQueue(patch);
    QVERIFY(must(store().queueSettings()).isEmpty());
}

void StoreSuite::aRolledBackSettingIsNotSet()
{
    drive().enqueuePlain();
    must(store().begin());
    must(store().changeQueues({pause(true)}));
    store().rollback();
    QVERIFY(must(store().queueSettings()).isEmpty());
    QCOMPARE(drive().claim(1).size(), 1);
}

} // namespace dragonscales::test
