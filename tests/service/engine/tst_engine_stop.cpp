// SPDX-License-Identifier: LGPL-3.0-or-later
#include "engine_fixture.h"
#include "support/failing_store.h"

#include <QScopeGuard>
#include <QSignalSpy>
#include <QTest>

#include <thread>

using namespace dragonscales;
using namespace std::chrono_literals;
using namespace Qt::Literals::StringLiterals;
using core::JobStatus;
using test::EngineFixture;
using test::Gate;

class TestEngineStop final : public QObject
{
    Q_OBJECT

private:
    // Runs until the gate opens or it is told to stop.
    static EngineFixture::Run obedient(Gate &gate, std::atomic<int> &running)
    {
        return [&gate, &running](const host::JobCall &, host::Control &control) {
            ++running;
            if (gate.wait(&control)) {
                return EngineFixture::finished();
            }
            host::JobOutcome stopped;
            stopped.kind = host::JobOutcome::Kind::Stopped;
            return stopped;
        };
    }

private Q_SLOTS:
    void anIdleEngineStopsAtOnce()
    {
        EngineFixture f;
        f.start();
        QVERIFY(f.engine().state().running);
        QSignalSpy stopped(&f.engine(), &engine::Engine::stopped);
        f.engine().stop();
        QVERIFY(stopped.wait(2000));
        QVERIFY(!f.engine().state().running);
        const auto id = f.enqueue();
        QCOMPARE(f.status(id), JobStatus::Queued);
    }

    void aJobThatEndsWithinItsGraceEndsAndOthersStayQueued()
    {
        EngineFixture f;
        f.options.workers = 1;
        for (auto &queue : f.project.project.queues) {
            queue.options.grace = 20s;
        }
        Gate gate;
        std::atomic<int> running = 0;
        f.setRun(obedient(gate, running));
        f.start();
        const auto first = f.enqueue();
        const auto second = f.enqueue();
        QTRY_COMPARE(running.load(), 1);
        QSignalSpy stopped(&f.engine(), &engine::Engine::stopped);
        f.engine().stop();
        QVERIFY(f.engine().state().draining);
        gate.open();
        QVERIFY(stopped.wait(5000));
        QCOMPARE(f.status(first), JobStatus::Finished);
        QCOMPARE(f.status(second), JobStatus::Queued);
    }

    void aJobBeyondItsGraceGoesBackToItsQueueUnharmed()
    {
        EngineFixture f;
        Gate gate;
        std::atomic<int> running = 0;
        f.setRun(obedient(gate, running));
        f.start();
        const auto id = f.enqueue();
        QTRY_COMPARE(running.load(), 1);
        QSignalSpy stopped(&f.engine(), &engine::Engine::stopped);
        f.engine().stop();
        QVERIFY(stopped.wait(10'000));
        QCOMPARE(f.status(id), JobStatus::Queued);
        QCOMPARE(f.job(id).tries, 0);
        QCOMPARE(f.job(id).lost, 0);
        gate.open();
        f.start();
        QTRY_VERIFY(f.isDelivered(id));
    }

    void aSecondStopCutsTheGraceShort()
    {
        EngineFixture f;
        for (auto &queue : f.project.project.queues) {
            queue.options.grace = 1h;
        }
        Gate gate;
        std::atomic<int> running = 0;
        f.setRun(obedient(gate, running));
        f.start();
        const auto id = f.enqueue();
        QTRY_COMPARE(running.load(), 1);
        QSignalSpy stopped(&f.engine(), &engine::Engine::stopped);
        f.engine().stop();
        f.engine().stop();
        QVERIFY(stopped.wait(5000));
        QCOMPARE(f.status(id), JobStatus::Queued);
    }

    void codeThatDoesNotReturnKeepsNobodyFromStopping()
    {
        Gate gate; // outlives the fixture, as the thread does
        std::atomic<int> running = 0;
        std::atomic<int> returned = 0;
        {
            EngineFixture f;
            f.setRun([&](const host::JobCall &, host::Control &) {
                ++running;
                gate.wait();
                ++returned;
                return EngineFixture::finished();
            });
            f.start();
            const auto id = f.enqueue();
            QTRY_COMPARE(running.load(), 1);
            QSignalSpy stopped(&f.engine(), &engine::Engine::stopped);
            f.engine().stopNow();
            QVERIFY(stopped.wait(10'000));
            QCOMPARE(f.status(id), JobStatus::Queued);
            f.dropEngine();
        }
        gate.open();
        QTRY_COMPARE(returned.load(), 1);
    }

    void stopsWhileADeliveryHangs()
    {
        EngineFixture f;
        std::atomic<bool> calling = false;
        Gate gate;
        f.setCall([&](const host::CallbackCall &, host::Control &control) {
            calling = true;
            gate.wait(&control);
            return EngineFixture::refused(0);
        });
        f.start();
        const auto id = f.enqueue();
        QTRY_VERIFY(calling);
        QSignalSpy stopped(&f.engine(), &engine::Engine::stopped);
        f.engine().stop();
        QVERIFY(stopped.wait(10'000));
        QCOMPARE(f.delivery(id).status, core::DeliveryStatus::Pending);
        QCOMPARE(f.delivery(id).tries, 0);
    }

    // The answer to a claim comes when the engine has gone, and the broker takes nothing any more.
    void nothingIsLeftOfAClaimThatIsAnsweredTooLate()
    {
        const auto faults = std::make_shared<test::Faults>();
        std::atomic<int> started = 0;
        EngineFixture f;
        f.decorate = [&](std::unique_ptr<broker::Store> store) {
            return std::make_unique<test::FailingStore>(std::move(store), faults);
        };
        f.start();
        f.enqueue(); // nothing is claimed before the event loop runs
        QObject::connect(
            &f.broker(), &broker::Broker::committed, &f.broker(),
            [&](const broker::Commit &commit) {
                for (const broker::Event &event : commit.events) {
                    started += event.kind == broker::Event::Kind::JobStarted ? int(event.jobs.size()) : 0;
                }
            },
            Qt::DirectConnection);
        std::jthread stopping; // last: it ends first, whatever the test finds
        const auto release = qScopeGuard([&] { faults->release(); });
        faults->add(test::Faults::Kind::Delay, "claim");
        QTRY_VERIFY(faults->calls("claim") > 0);
        QVERIFY(faults->waitUntilDelayed());
        const auto loaded = f.loaded();
        f.dropEngine();
        stopping = std::jthread([&] { f.stopBroker(); });
        const auto isRefused = [&] {
            const auto reply = f.broker().enqueue(f.spec());
            return reply.isFinished() && !reply.result();
        };
        QTRY_VERIFY(isRefused());
        faults->release();
        stopping.join();
        QVERIFY(started >= 1);
        QVERIFY(loaded.expired());
        QCOMPARE(faults->calls("finish"), 0);
    }
};

QTEST_GUILESS_MAIN(TestEngineStop)
#include "tst_engine_stop.moc"
