// SPDX-License-Identifier: LGPL-3.0-or-later
#include "engine/work_pool.h"
#include "fake_work.h"

#include <QTest>

using namespace dragonscales;
using namespace dragonscales::engine;
using namespace std::chrono_literals;
using test::FakeWork;

namespace {

// A queue in memory that answers claims within the call, and notes them.
class FakeQueue
{
public:
    QList<std::shared_ptr<FakeWork>> add(int n, bool blocks)
    {
        const std::lock_guard lock(m_mutex);
        QList<std::shared_ptr<FakeWork>> added;
        for (int i = 0; i < n; ++i) {
            added.append(std::make_shared<FakeWork>(++m_token, blocks));
        }
        m_works.append(added);
        return added;
    }
    std::shared_ptr<FakeWork> addOne(bool blocks) { return add(1, blocks).first(); }

    WorkPool::Claim claim()
    {
        return [this](int n, const WorkPool::Claimed &answer) {
            WorkPool::Works taken;
            bool broken = false;
            {
                const std::lock_guard lock(m_mutex);
                m_claims.append(n);
                broken = m_broken;
                while (!broken && taken.size() < n && !m_works.isEmpty()) {
                    taken.append(m_works.takeFirst());
                }
            }
            if (broken) {
                answer(core::failure(core::ErrorCode::Unavailable, QStringLiteral("out of order")));
            } else {
                answer(taken);
            }
        };
    }

    void setBroken(bool broken)
    {
        const std::lock_guard lock(m_mutex);
        m_broken = broken;
    }
    QList<int> claims() const
    {
        const std::lock_guard lock(m_mutex);
        return m_claims;
    }
    qsizetype left() const
    {
        const std::lock_guard lock(m_mutex);
        return m_works.size();
    }

private:
    mutable std::mutex m_mutex;
    QList<std::shared_ptr<FakeWork>> m_works;
    QList<int> m_claims;
    quint64 m_token = 0;
    bool m_broken = false;
};

SteadyTime later(std::chrono::milliseconds by)
{
    return std::chrono::steady_clock::now() + by;
}

} // namespace

class TestWorkPool final : public QObject
{
    Q_OBJECT

private:
    std::shared_ptr<WorkPool> makePool(FakeQueue &queue, int workers, WorkPoolOptions options = {})
    {
        options.name = QStringLiteral("the test");
        options.workers = workers;
        return WorkPool::make(options, queue.claim(), std::make_shared<Alarm>(nullptr, [] {}));
    }

private Q_SLOTS:
    void worksOffWhatIsThereAndWhatComes()
    {
        FakeQueue queue;
        const auto first = queue.addOne(false);
        const auto pool = makePool(queue, 2);
        pool->start();
        QVERIFY(first->waitUntilReturned());
        const auto second = queue.addOne(false);
        pool->wake();
        QVERIFY(second->waitUntilReturned());
        pool->end(5s);
    }

    void runsNoMoreAtOnceThanItHasWorkers()
    {
        FakeQueue queue;
        const auto works = queue.add(4, true);
        const auto pool = makePool(queue, 3);
        pool->start();
        for (int i = 0; i < 3; ++i) {
            QVERIFY(works.at(i)->waitUntilBegun());
        }
        QCOMPARE(pool->state().running, 3);
        QCOMPARE(pool->state().waiting, 0);
        QVERIFY(!works.at(3)->begun());
        works.at(1)->letGo();
        QVERIFY(works.at(3)->waitUntilBegun());
        for (const auto &work : works) {
            work->letGo();
        }
        pool->end(5s);
    }

    void doesNotAskAgainWhenNothingWasThere()
    {
        FakeQueue queue;
        const auto pool = makePool(queue, 2);
        pool->start();
        QCOMPARE(queue.claims(), QList<int>{2});
        pool->tick(later(10s));
        QCOMPARE(queue.claims(), QList<int>{2});
        pool->wake();
        QCOMPARE(queue.claims(), (QList<int>{2, 2}));
    }

    void claimsAheadOfShortWorkInBatches()
    {
        FakeQueue queue;
        const auto works = queue.add(2000, false);
        const auto pool = makePool(queue, 1);
        pool->start();
        QVERIFY(works.last()->waitUntilReturned());
        // 256 ahead at most: some sixteen claims, where one by one would have been 2,000.
        QVERIFY2(queue.claims().size() < 200, qPrintable(QString::number(queue.claims().size())));
        pool->end(5s);
    }

    void givesBackWhatWaitsBehindASuddenlyLongOne()
    {
        FakeQueue queue;
        auto works = queue.add(20, false);
        works.append(queue.addOne(true)); // the long one
        works.append(queue.add(5, false));
        WorkPoolOptions options;
        options.patience = 20ms;
        options.pace.horizon = 10ms;
        const auto pool = makePool(queue, 1, options);
        pool->start();
        QVERIFY(works.at(20)->waitUntilBegun());
        QVERIFY(pool->state().waiting > 0);
        pool->tick(later(-1s));
        QVERIFY(pool->state().waiting > 0);
        QTRY_VERIFY((pool->tick(std::chrono::steady_clock::now()), pool->state().waiting == 0));
        QVERIFY(works.at(21)->givenBack());
        QVERIFY(!works.at(20)->givenBack());
        const auto claims = queue.claims().size();
        queue.addOne(false);
        pool->wake();
        QCOMPARE(queue.claims().size(), claims); // nothing is claimed ahead of a long one
        works.at(20)->letGo();
        pool->end(5s);
    }

    void closingGivesBackAndClaimsNoMore()
    {
        FakeQueue queue;
        auto works = queue.add(20, false);
        works.append(queue.addOne(true));
        works.append(queue.add(3, false));
        const auto pool = makePool(queue, 1);
        pool->start();
        QVERIFY(works.at(20)->waitUntilBegun());
        pool->close();
        QVERIFY(works.last()->givenBack());
        const auto late = queue.addOne(false);
        pool->wake();
        works.at(20)->letGo();
        pool->end(5s);
        QVERIFY(!late->begun());
        QCOMPARE(queue.left(), 1);
    }

    void replacesAStuckThreadAndIgnoresItsReturn()
    {
        FakeQueue queue;
        const auto stuck = queue.addOne(true);
        const auto pool = makePool(queue, 1);
        pool->start();
        QVERIFY(stuck->waitUntilBegun());
        const auto next = queue.addOne(false);
        stuck->setOverdue();
        pool->tick(later(0ms));
        QVERIFY(stuck->abandoned());
        QCOMPARE(pool->state().stuck, 1);
        pool->wake();
        QVERIFY(next->waitUntilReturned());
        stuck->letGo();
        QTRY_COMPARE(pool->state().stuck, 0);
        pool->end(5s);
    }

    void hasAtMostTwiceAsManyThreadsAsWorkers()
    {
        FakeQueue queue;
        const auto works = queue.add(5, true);
        const auto pool = makePool(queue, 2);
        pool->start();
        for (int i = 0; i < 4; ++i) {
            QVERIFY(works.at(i)->waitUntilBegun());
            works.at(i)->setOverdue();
            pool->tick(later(0ms));
        }
        QCOMPARE(pool->state().stuck, 4);
        pool->wake();
        QCOMPARE(pool->state().running, 0);
        QVERIFY(!works.at(4)->begun());
        QCOMPARE(queue.left(), 1);
        works.at(0)->letGo();
        QVERIFY(works.at(4)->waitUntilBegun());
        for (const auto &work : works) {
            work->letGo();
        }
        pool->end(5s);
    }

    void triesAgainAfterAFailedClaimButNotAtOnce()
    {
        FakeQueue queue;
        queue.setBroken(true);
        const auto pool = makePool(queue, 1);
        pool->start();
        QCOMPARE(queue.claims().size(), 1);
        pool->wake();
        QCOMPARE(queue.claims().size(), 1);
        QVERIFY(pool->tick(std::chrono::steady_clock::now()));
        queue.setBroken(false);
        const auto work = queue.addOne(false);
        QTRY_VERIFY((pool->tick(std::chrono::steady_clock::now()), work->begun()));
        pool->end(5s);
    }

    void leavesAThreadBehindThatDoesNotComeBack()
    {
        FakeQueue queue;
        const auto work = queue.addOne(true);
        {
            const auto pool = makePool(queue, 1);
            pool->start();
            QVERIFY(work->waitUntilBegun());
            pool->end(10ms);
        }
        work->letGo();
        QVERIFY(work->waitUntilReturned());
    }
};

QTEST_GUILESS_MAIN(TestWorkPool)
#include "tst_work_pool.moc"
