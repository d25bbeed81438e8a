// SPDX-License-Identifier: LGPL-3.0-or-later
#include "engine/end_writer.h"

#include <QPromise>
#include <QTest>

using namespace dragonscales;
using namespace dragonscales::engine;
using namespace std::chrono_literals;

namespace {

EndWriter::Reply ready(core::Result<broker::LeaseState> answer)
{
    QPromise<core::Result<broker::LeaseState>> promise;
    promise.start();
    promise.addResult(std::move(answer));
    promise.finish();
    return promise.future();
}

} // namespace

class TestEndWriter final : public QObject
{
    Q_OBJECT

private:
    std::shared_ptr<EndWriter> m_writer;
    int m_posts = 0;
    int m_done = 0;
    bool m_hopeless = false;

    void write(std::function<core::Result<broker::LeaseState>()> store)
    {
        m_writer->write(
            [this, store](const core::Error *hopeless) {
                ++m_posts;
                m_hopeless = hopeless != nullptr;
                return ready(store());
            },
            [this](broker::LeaseState) { ++m_done; });
    }

private Q_SLOTS:
    void init()
    {
        m_writer = std::make_shared<EndWriter>(std::make_shared<Alarm>(nullptr, [] {}));
        m_posts = 0;
        m_done = 0;
        m_hopeless = false;
    }

    void isDoneOnceTheStoreHasAnswered()
    {
        write([] { return broker::LeaseState::Held; });
        QCOMPARE(m_done, 1);
        QCOMPARE(m_writer->pending(), 0);
        QVERIFY(!m_writer->tick(SteadyTime::max()));
        QCOMPARE(m_posts, 1);
    }

    void takesAStaleLeaseForAnAnswer()
    {
        write([] { return broker::LeaseState::Stale; });
        QCOMPARE(m_done, 1);
        QCOMPARE(m_posts, 1);
    }

    void keepsTheEndWhileTheStoreIsFull()
    {
        bool full = true;
        write([&full]() -> core::Result<broker::LeaseState> {
            if (full) {
                return core::failure(core::ErrorCode::StoreFull, QStringLiteral("no space"));
            }
            return broker::LeaseState::Held;
        });
        QCOMPARE(m_writer->pending(), 1);
        for (int i = 0; i < 20; ++i) {
            m_writer->tick(SteadyTime::max());
        }
        QCOMPARE(m_done, 0);
        QVERIFY(!m_hopeless);
        full = false;
        m_writer->tick(SteadyTime::max());
        QCOMPARE(m_done, 1);
        QCOMPARE(m_writer->pending(), 0);
    }

    void pausesBetweenTries()
    {
        write([]() -> core::Result<broker::LeaseState> {
            return core::failure(core::ErrorCode::Unavailable, QStringLiteral("busy"));
        });
        QVERIFY(m_writer->tick(std::chrono::steady_clock::now()));
        QCOMPARE(m_posts, 1);
        m_writer->tick(std::chrono::steady_clock::now() + 100ms);
        QCOMPARE(m_posts, 2);
        m_writer->tick(std::chrono::steady_clock::now() + 100ms);
        QCOMPARE(m_posts, 2);
        m_writer->wake();
        m_writer->tick(std::chrono::steady_clock::now());
        QCOMPARE(m_posts, 3);
    }

    void forgetsOnceItIsClosed()
    {
        const auto refuse = []() -> core::Result<broker::LeaseState> {
            return core::failure(core::ErrorCode::Unavailable, QStringLiteral("stopping"));
        };
        write(refuse);
        m_writer->close();
        QCOMPARE(m_writer->pending(), 0);
        write(refuse);
        QCOMPARE(m_writer->pending(), 0);
        QVERIFY(!m_writer->tick(SteadyTime::max()));
        QCOMPARE(m_posts, 2);
        // What the store does take is done.
        write([] { return broker::LeaseState::Held; });
        QCOMPARE(m_done, 1);
    }

    void asksForAnotherEndWhenTheStoreRefusesThisOne()
    {
        write([this]() -> core::Result<broker::LeaseState> {
            if (!m_hopeless) {
                return core::failure(core::ErrorCode::TooLarge, QStringLiteral("too large"));
            }
            return broker::LeaseState::Held;
        });
        for (int i = 0; i < 3; ++i) {
            QCOMPARE(m_done, 0);
            m_writer->tick(SteadyTime::max());
        }
        QVERIFY(m_hopeless);
        QCOMPARE(m_done, 1);
    }
};

QTEST_GUILESS_MAIN(TestEndWriter)
#include "tst_end_writer.moc"
