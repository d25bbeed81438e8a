// SPDX-License-Identifier: LGPL-3.0-or-later

#include "api/authorizer_queue.h"

#include <QSemaphore>
#include <QTest>

#include <atomic>

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;
using namespace dragonscales;

namespace {

sdk::Request numbered(int number)
{
    sdk::Request request;
    request.path = QString::number(number);
    return request;
}

// Says of each request which one it was.
QList<sdk::Verdict> echoed(const QList<sdk::Request> &requests)
{
    QList<sdk::Verdict> verdicts;
    for (const sdk::Request &request : requests) {
        sdk::Verdict verdict;
        verdict.principal = request.path;
        verdicts.append(verdict);
    }
    return verdicts;
}

api::AuthorizerQueueOptions options(int threads, std::chrono::milliseconds patience, int batch = 16)
{
    api::AuthorizerQueueOptions made;
    made.threads = threads;
    made.patience = patience;
    made.batch = batch;
    return made;
}

} // namespace

class AuthorizerQueueTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everybodyGetsTheirOwnVerdict();
    void whatWaitsIsAskedAboutAtOnce();
    void slowOnesAreAskedOneByOne();
    void oneThatBlocksHoldsUpNobody();
    void atMostSoManyThreads();
    void endingServesWhatWaits();
};

void AuthorizerQueueTest::everybodyGetsTheirOwnVerdict()
{
    constexpr int kAll = 5000;
    std::atomic<int> atWork = 0;
    std::atomic<int> most = 0;
    std::atomic<int> wrong = 0;
    QSemaphore done;
    api::AuthorizerQueue queue(
        [&](const QList<sdk::Request> &requests) {
            most = std::max<int>(most, ++atWork);
            const auto verdicts = echoed(requests);
            --atWork;
            return verdicts;
        },
        options(8, 1h));
    for (int i = 0; i < kAll; ++i) {
        queue.ask(numbered(i), [&, i](const sdk::Verdict &verdict) {
            wrong += verdict.principal == QString::number(i) ? 0 : 1;
            done.release();
        });
    }
    QVERIFY(done.tryAcquire(kAll, 60'000));
    QCOMPARE(wrong.load(), 0);
    QCOMPARE(most.load(), 1);
    QVERIFY(queue.threads() <= 2); // one at work, one to notice that it is slow
}

void AuthorizerQueueTest::whatWaitsIsAskedAboutAtOnce()
{
    QSemaphore go;
    QSemaphore done;
    QList<qsizetype> sizes;
    api::AuthorizerQueueOptions quick = options(1, 1h, 10);
    quick.batchTime = 1h; // however long the first one takes, they count as quick
    api::AuthorizerQueue queue(
        [&](const QList<sdk::Request> &requests) {
            go.acquire();
            sizes.append(requests.size());
            return echoed(requests);
        },
        quick);
    for (int i = 0; i < 100; ++i) {
        queue.ask(numbered(i), [&](const sdk::Verdict &) { done.release(); });
    }
    go.release(100);
    QVERIFY(done.tryAcquire(100, 60'000));
    QCOMPARE(sizes.first(), 1); // nothing was known of it
    QVERIFY2(sizes.contains(10), "no batch was full");
    QCOMPARE(std::max_element(sizes.begin(), sizes.end()), std::find(sizes.begin(), sizes.end(), 10));
}

void AuthorizerQueueTest::slowOnesAreAskedOneByOne()
{
    QSemaphore done;
    QList<qsizetype> sizes;
    api::AuthorizerQueueOptions slow = options(1, 1h);
    slow.batchTime = 0us; // whatever it takes is too slow
    api::AuthorizerQueue queue(
        [&](const QList<sdk::Request> &requests) {
            sizes.append(requests.size());
            return echoed(requests);
        },
        slow);
    for (int i = 0; i < 50; ++i) {
        queue.ask(numbered(i), [&](const sdk::Verdict &) { done.release(); });
    }
    QVERIFY(done.tryAcquire(50, 60'000));
    QCOMPARE(sizes, QList<qsizetype>(50, 1));
}

void AuthorizerQueueTest::oneThatBlocksHoldsUpNobody()
{
    QSemaphore go;
    QSemaphore done;
    api::AuthorizerQueue queue(
        [&](const QList<sdk::Request> &requests) {
            if (requests.first().path == "0"_L1 || requests.first().path == "1"_L1) {
                go.acquire();
            }
            return echoed(requests);
        },
        options(8, 1ms, 1));
    for (int i = 0; i < 3; ++i) {
        queue.ask(numbered(i), [&](const sdk::Verdict &verdict) {
            if (verdict.principal == "2"_L1) {
                done.release();
            }
        });
    }
    QVERIFY(done.tryAcquire(1, 60'000)); // though two hang
    go.release(2);
}

void AuthorizerQueueTest::atMostSoManyThreads()
{
    QSemaphore go;
    std::atomic<int> begun = 0;
    api::AuthorizerQueue queue(
        [&](const QList<sdk::Request> &requests) {
            ++begun;
            go.acquire();
            return echoed(requests);
        },
        options(3, 1ms, 1));
    for (int i = 0; i < 10; ++i) {
        queue.ask(numbered(i), [](const sdk::Verdict &) {});
    }
    QTRY_COMPARE_WITH_TIMEOUT(begun.load(), 3, 60'000);
    QCOMPARE(queue.threads(), 3);
    go.release(10);
    QTRY_COMPARE_WITH_TIMEOUT(begun.load(), 10, 60'000);
    QCOMPARE(queue.threads(), 3);
}

void AuthorizerQueueTest::endingServesWhatWaits()
{
    std::atomic<int> served = 0;
    {
        api::AuthorizerQueue queue(&echoed, options(2, 1h));
        for (int i = 0; i < 100; ++i) {
            queue.ask(numbered(i), [&](const sdk::Verdict &) { ++served; });
        }
    }
    QCOMPARE(served.load(), 100);
}

QTEST_GUILESS_MAIN(AuthorizerQueueTest)
#include "tst_authorizer_queue.moc"
