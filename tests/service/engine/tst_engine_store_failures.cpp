// SPDX-License-Identifier: LGPL-3.0-or-later
#include "engine_fixture.h"
#include "support/failing_store.h"

#include <QSignalSpy>
#include <QTest>

using namespace dragonscales;
using namespace std::chrono_literals;
using namespace Qt::Literals::StringLiterals;
using core::JobStatus;
using test::EngineFixture;
using test::FailingStore;
using test::Faults;
using test::Gate;

// What the store does not take at once is kept until it does.
class TestEngineStoreFailures final : public QObject
{
    Q_OBJECT

private:
    std::shared_ptr<Faults> m_faults;
    std::unique_ptr<EngineFixture> m_fixture;
    std::atomic<int> m_runs = 0;
    std::atomic<int> m_calls = 0;
    std::unique_ptr<Gate> m_gate;

private Q_SLOTS:
    void init()
    {
        m_faults = std::make_shared<Faults>();
        m_fixture = std::make_unique<EngineFixture>();
        m_gate = std::make_unique<Gate>();
        m_runs = 0;
        m_calls = 0;
        m_fixture->decorate = [this](std::unique_ptr<broker::Store> store) {
            return std::make_unique<FailingStore>(std::move(store), m_faults);
        };
        m_fixture->setRun([this](const host::JobCall &, host::Control &) {
            ++m_runs;
            m_gate->wait();
            return EngineFixture::finished();
        });
        m_fixture->setCall([this](const host::CallbackCall &, host::Control &) {
            ++m_calls;
            return EngineFixture::delivered();
        });
    }

    void cleanup()
    {
        m_faults->clear();
        m_gate->open();
        m_fixture.reset();
    }

    void anEndIsKeptWhileTheDiskIsFull()
    {
        auto &f = *m_fixture;
        f.start();
        const auto id = f.enqueue();
        QTRY_COMPARE(m_runs.load(), 1);
        m_faults->add(Faults::Kind::Fail, "finish", 1, 1'000'000, core::ErrorCode::StoreFull);
        m_gate->open();
        QTRY_VERIFY(m_faults->calls("finish") > 6);
        QCOMPARE(f.status(id), JobStatus::Started);
        m_faults->clear();
        QTRY_VERIFY_WITH_TIMEOUT(f.isDelivered(id), 10'000);
        QCOMPARE(m_runs.load(), 1);
        QCOMPARE(f.job(id).attempts.size(), 1);
    }

    void anEndThatWasStoredUnnoticedIsNotStoredTwice()
    {
        auto &f = *m_fixture;
        f.start();
        const auto id = f.enqueue();
        QTRY_COMPARE(m_runs.load(), 1);
        m_faults->add(Faults::Kind::Drop, "commit", 1, 10);
        m_gate->open();
        // Its event is lost with the answer, so that only the clock wakes the delivery; and what was claimed by a
        // commit whose answer is lost comes back when that lease expires.
        QTRY_VERIFY_WITH_TIMEOUT((f.clock().advance(1s), f.isDelivered(id)), 40'000);
        QCOMPARE(m_calls.load(), 1);
        QCOMPARE(f.job(id).attempts.size(), 1);
    }

    void anEndThatTheStoreRefusesForGoodFailsTheJob()
    {
        auto &f = *m_fixture;
        f.start();
        const auto id = f.enqueue();
        QTRY_COMPARE(m_runs.load(), 1);
        // Each try meets it twice: among others, and alone.
        m_faults->add(Faults::Kind::Fail, "finish", 1, 6, core::ErrorCode::TooLarge);
        m_gate->open();
        QTRY_VERIFY_WITH_TIMEOUT(f.isDelivered(id), 10'000);
        QCOMPARE(f.status(id), JobStatus::Failed);
        QCOMPARE(f.job(id).error->type, u"store"_s);
    }

    void claimsGoOnWhenTheStoreIsBack()
    {
        auto &f = *m_fixture;
        m_gate->open();
        m_faults->add(Faults::Kind::Fail, "claim", 1, 8);
        f.start();
        const auto id = f.enqueue();
        QTRY_VERIFY_WITH_TIMEOUT(f.isDelivered(id), 10'000);
        QCOMPARE(m_runs.load(), 1);
    }

    void aRunOutlivesRenewalsThatFail()
    {
        auto &f = *m_fixture;
        f.options.lease = 300ms;
        m_faults->add(Faults::Kind::Fail, "renew", 1, 1'000'000);
        f.start();
        const auto id = f.enqueue();
        QTRY_VERIFY(m_faults->calls("renew") > 4);
        f.clock().advance(1h);
        const auto before = m_faults->calls("renew");
        QTRY_VERIFY(m_faults->calls("renew") > before + 4);
        QCOMPARE(f.status(id), JobStatus::Started); // what could not be renewed is not recovered either
        m_faults->clear();
        m_gate->open();
        QTRY_VERIFY(f.isDelivered(id));
        QCOMPARE(f.job(id).lost, 0);
        QCOMPARE(m_runs.load(), 1);
    }

    void aStoreThatStaysFullKeepsNobodyFromStopping()
    {
        auto &f = *m_fixture;
        f.start();
        const auto id = f.enqueue();
        QTRY_COMPARE(m_runs.load(), 1);
        m_faults->add(Faults::Kind::Fail, "finish", 1, 1'000'000, core::ErrorCode::StoreFull);
        m_gate->open();
        QTRY_VERIFY(m_faults->calls("finish") > 0);
        QSignalSpy stopped(&f.engine(), &engine::Engine::stopped);
        f.engine().stop();
        QVERIFY(stopped.wait(15'000));
        QCOMPARE(f.status(id), JobStatus::Started); // until its lease expires
    }

    void aDeliveryThatCouldNotBeNotedIsNotLost()
    {
        auto &f = *m_fixture;
        m_gate->open();
        m_faults->add(Faults::Kind::Fail, "finishDeliveries", 1, 6, core::ErrorCode::StoreFull);
        f.start();
        const auto id = f.enqueue();
        QTRY_VERIFY_WITH_TIMEOUT(f.isDelivered(id), 40'000);
        QCOMPARE(m_calls.load(), 1);
    }
};

QTEST_GUILESS_MAIN(TestEngineStoreFailures)
#include "tst_engine_store_failures.moc"
