// SPDX-License-Identifier: LGPL-3.0-or-later

#include "api/authorizer_queue.h"

#include <QSemaphore>
#include <QTest>

#include <atomic>
#include <numeric>

using namespace std::chrono_literals;
using namespace dragonscales;

class AuthorizerQueueTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void runsAllInOrderWhileQuick();
    void oneThatBlocksHoldsUpNobody();
    void atMostSoManyThreads();
    void endingRunsWhatWaits();
};

void AuthorizerQueueTest::runsAllInOrderWhileQuick()
{
    constexpr int kAll = 1000;
    std::atomic<int> atWork = 0;
    std::atomic<int> most = 0;
    QList<int> order; // one at a time writes
    QSemaphore done;
    api::AuthorizerQueue queue(8, 1h);
    for (int i = 0; i < kAll; ++i) {
        queue.add([&, i] {
            most = std::max<int>(most, ++atWork);
            order.append(i);
            --atWork;
            done.release();
        });
    }
    QVERIFY(done.tryAcquire(kAll, 60'000));
    QCOMPARE(most.load(), 1);
    QList<int> expected(kAll);
    std::iota(expected.begin(), expected.end(), 0);
    QCOMPARE(order, expected);
    QVERIFY(queue.threads() <= 2); // one at work, one to notice that it is slow
}

void AuthorizerQueueTest::oneThatBlocksHoldsUpNobody()
{
    QSemaphore go;
    QSemaphore done;
    api::AuthorizerQueue queue(8, 1ms);
    queue.add([&] { go.acquire(); });
    queue.add([&] { go.acquire(); });
    queue.add([&] { done.release(); });
    QVERIFY(done.tryAcquire(1, 60'000)); // though two hang
    go.release(2);
}

void AuthorizerQueueTest::atMostSoManyThreads()
{
    QSemaphore go;
    std::atomic<int> begun = 0;
    api::AuthorizerQueue queue(3, 1ms);
    for (int i = 0; i < 10; ++i) {
        queue.add([&] {
            ++begun;
            go.acquire();
        });
    }
    QTRY_COMPARE_WITH_TIMEOUT(begun.load(), 3, 60'000);
    QCOMPARE(queue.threads(), 3);
    go.release(10);
    QTRY_COMPARE_WITH_TIMEOUT(begun.load(), 10, 60'000);
    QCOMPARE(queue.threads(), 3);
}

void AuthorizerQueueTest::endingRunsWhatWaits()
{
    std::atomic<int> ran = 0;
    {
        api::AuthorizerQueue queue(2, 1h);
        for (int i = 0; i < 100; ++i) {
            queue.add([&] { ++ran; });
        }
    }
    QCOMPARE(ran.load(), 100);
}

QTEST_GUILESS_MAIN(AuthorizerQueueTest)
#include "tst_authorizer_queue.moc"
