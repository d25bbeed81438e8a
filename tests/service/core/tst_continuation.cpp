// SPDX-License-Identifier: LGPL-3.0-or-later

#include "core/continuation.h"

#include <QTest>

#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

using namespace dragonscales::core;

class ContinuationTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void resultsComeOnceWhateverTheMoment();
    void droppedPromisesAreTold();
    void dropsComeOnceWhateverTheMoment();
    void exceptionsArePassedOn();
    void futuresOfFuturesAreFollowed();
    void futuresOfFuturesPassExceptionsOn_data();
    void futuresOfFuturesPassExceptionsOn();
    void allOfSeveral();
};

// Two threads meet at each promise: one brings the result while the other adds what is to follow.
void ContinuationTest::resultsComeOnceWhateverTheMoment()
{
    constexpr int kRounds = 20'000;
    std::vector<QPromise<int>> promises(kRounds);
    std::vector<QFuture<int>> futures;
    for (auto &promise : promises) {
        promise.start();
        futures.push_back(promise.future());
    }
    std::atomic<int> round = -1;
    std::atomic<int> calls = 0;
    std::atomic<qint64> sum = 0;
    std::thread resolver([&] {
        for (int i = 0; i < kRounds; ++i) {
            while (round.load() < i) {
            }
            resolve(promises[static_cast<size_t>(i)], i);
        }
    });
    for (int i = 0; i < kRounds; ++i) {
        round = i;
        const auto next = followedBy(futures[static_cast<size_t>(i)], [](int value) { return value + 1; });
        whenDone(next, [&](const QFuture<int> &done) {
            sum += done.result();
            ++calls;
        });
    }
    resolver.join();
    QCOMPARE(calls.load(), kRounds);
    QCOMPARE(sum.load(), qint64(kRounds) * (kRounds + 1) / 2);
}

void ContinuationTest::droppedPromisesAreTold()
{
    QList<int> counts;
    const auto note = [&](const QFuture<int> &done) { counts.append(done.resultCount()); };
    {
        QPromise<int> one;
        QPromise<int> other;
        one.start();
        other.start();
        whenDone(one.future(), note);
        whenDone(followedBy(followedBy(other.future(), [](int i) { return i; }), [](int i) { return i; }), note);
    }
    QCOMPARE(counts, (QList<int>{0, 0}));
}

// As above, without results.
void ContinuationTest::dropsComeOnceWhateverTheMoment()
{
    constexpr int kRounds = 20'000;
    std::vector<QPromise<int>> promises(kRounds);
    std::vector<QFuture<int>> futures;
    for (auto &promise : promises) {
        promise.start();
        futures.push_back(promise.future());
    }
    std::atomic<int> round = -1;
    std::atomic<int> drops = 0;
    std::thread dropper([&] {
        for (int i = 0; i < kRounds; ++i) {
            while (round.load() < i) {
            }
            if (i % 2 == 0) {
                drop(promises[static_cast<size_t>(i)]);
            } else {
                failBy(promises[static_cast<size_t>(i)], std::make_exception_ptr(std::runtime_error("on purpose")));
            }
        }
    });
    for (int i = 0; i < kRounds; ++i) {
        round = i;
        const auto next = followedBy(futures[static_cast<size_t>(i)], [](int value) { return value + 1; });
        whenDone(next, [&](const QFuture<int> &done) { drops += done.resultCount() == 0 ? 1 : 1000; });
    }
    dropper.join();
    QCOMPARE(drops.load(), kRounds);
}

void ContinuationTest::exceptionsArePassedOn()
{
    QPromise<int> promise;
    promise.start();
    bool thrown = false;
    whenDone(followedBy(promise.future(), [](int) -> int { throw std::runtime_error("on purpose"); }),
             [&](const QFuture<int> &done) {
                 try {
                     QFuture<int>(done).waitForFinished();
                 } catch (const std::runtime_error &) {
                     thrown = true;
                 }
             });
    resolve(promise, 1);
    QVERIFY(thrown);
}

void ContinuationTest::futuresOfFuturesAreFollowed()
{
    QPromise<int> first;
    QPromise<QString> second;
    first.start();
    second.start();
    QString heard;
    whenDone(followedByFuture(first.future(), [&](int) { return second.future(); }),
             [&](const QFuture<QString> &done) { heard = done.result(); });
    resolve(first, 1);
    QVERIFY(heard.isEmpty());
    resolve(second, QStringLiteral("there"));
    QCOMPARE(heard, QStringLiteral("there"));
}

void ContinuationTest::futuresOfFuturesPassExceptionsOn_data()
{
    QTest::addColumn<int>("where");
    QTest::newRow("the first") << 0;
    QTest::newRow("what follows") << 1;
    QTest::newRow("the second") << 2;
}

void ContinuationTest::futuresOfFuturesPassExceptionsOn()
{
    QFETCH(int, where);
    const auto onPurpose = std::make_exception_ptr(std::runtime_error("on purpose"));
    QPromise<int> first;
    QPromise<int> second;
    first.start();
    second.start();
    auto next = followedByFuture(first.future(), [&](int) {
        if (where == 1) {
            throw std::runtime_error("on purpose");
        }
        return second.future();
    });
    if (where == 0) {
        failBy(first, onPurpose);
    } else {
        resolve(first, 1);
    }
    if (where == 2) {
        failBy(second, onPurpose);
    }
    QVERIFY(next.isFinished());
    QCOMPARE(next.resultCount(), 0);
    QVERIFY_THROWS_EXCEPTION(std::runtime_error, next.waitForFinished());
    QVERIFY_THROWS_EXCEPTION(std::runtime_error, followedBy(next, [](int i) { return i; }).waitForFinished());
}

void ContinuationTest::allOfSeveral()
{
    QList<QFuture<int>> futures;
    std::vector<QPromise<int>> all(3);
    for (auto &promise : all) {
        promise.start();
        futures.append(promise.future());
    }
    const auto together = allOf(futures);
    resolve(all[2], 3);
    resolve(all[0], 1);
    QVERIFY(!together.isFinished());
    resolve(all[1], 2);
    QVERIFY(together.isFinished());
    QCOMPARE(together.result(), (QList<int>{1, 2, 3}));
    QCOMPARE(allOf(QList<QFuture<int>>()).result(), QList<int>());

    QPromise<int> good;
    good.start();
    auto dropped = std::make_unique<QPromise<int>>();
    dropped->start();
    const auto never = allOf(QList<QFuture<int>>{good.future(), dropped->future()});
    dropped.reset();
    resolve(good, 1);
    QVERIFY(never.isFinished());
    QCOMPARE(never.resultCount(), 0);
}

QTEST_GUILESS_MAIN(ContinuationTest)
#include "tst_continuation.moc"
