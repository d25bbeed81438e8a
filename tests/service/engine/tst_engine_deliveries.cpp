// SPDX-License-Identifier: LGPL-3.0-or-later
#include "engine_fixture.h"

#include <QTest>

using namespace dragonscales;
using namespace std::chrono_literals;
using namespace Qt::Literals::StringLiterals;
using core::DeliveryStatus;
using test::EngineFixture;
using test::Gate;

class TestEngineDeliveries final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void repeatsWithTheSameIdAndPayloadUntilItSucceeds()
    {
        EngineFixture f;
        std::mutex mutex;
        QList<host::CallbackCall> calls;
        std::atomic<int> runs = 0;
        f.setRun([&](const host::JobCall &, host::Control &) {
            ++runs;
            return EngineFixture::finished();
        });
        f.setCall([&](const host::CallbackCall &call, host::Control &) {
            const std::lock_guard lock(mutex);
            calls.append(call);
            return calls.size() < 3 ? EngineFixture::refused(503) : EngineFixture::delivered();
        });
        f.start();
        const auto id = f.enqueue();
        QTRY_COMPARE(f.delivery(id).tries, 1);
        f.clock().advance(30s);
        QTRY_COMPARE(f.delivery(id).tries, 2);
        QCOMPARE(f.delivery(id).status, DeliveryStatus::Pending);
        f.clock().advance(60s);
        QTRY_VERIFY(f.isDelivered(id));
        const std::lock_guard lock(mutex);
        QCOMPARE(calls.size(), 3);
        QCOMPARE(calls.at(2).delivery, calls.at(0).delivery);
        QCOMPARE(calls.at(2).payload, calls.at(0).payload);
        QCOMPARE(runs.load(), 1);
        QCOMPARE(f.delivery(id).attempts.first().httpStatus, 503);
    }

    void isDeadOnceItsTriesAreUsedUp()
    {
        EngineFixture f;
        f.project.project.callbacks.first().retry = core::RetryPolicy{1, {1s}};
        f.setCall([&](const host::CallbackCall &, host::Control &) { return EngineFixture::refused(500); });
        f.start();
        const auto id = f.enqueue();
        QTRY_COMPARE(f.delivery(id).tries, 1);
        f.clock().advance(1s);
        QTRY_COMPARE(f.delivery(id).status, DeliveryStatus::Dead);
        QCOMPARE(f.delivery(id).attempts.size(), 2);
        QCOMPARE(f.status(id), core::JobStatus::Finished);
    }

    void givingUpEndsItAtOnce()
    {
        EngineFixture f;
        f.setCall([&](const host::CallbackCall &, host::Control &) {
            auto outcome = EngineFixture::refused(410);
            outcome.kind = host::CallbackOutcome::Kind::GiveUp;
            return outcome;
        });
        f.start();
        const auto id = f.enqueue();
        QTRY_COMPARE(f.delivery(id).status, DeliveryStatus::Dead);
        QCOMPARE(f.delivery(id).attempts.size(), 1);
    }

    void waitsAsLongAsTheReceiverAsks()
    {
        EngineFixture f;
        std::atomic<int> calls = 0;
        f.setCall([&](const host::CallbackCall &, host::Control &) {
            ++calls;
            auto outcome = EngineFixture::refused(429);
            outcome.retryAfter = 100s;
            return outcome;
        });
        f.start();
        const auto id = f.enqueue();
        QTRY_COMPARE(f.delivery(id).tries, 1);
        QCOMPARE(f.delivery(id).nextTry, f.clock().now() + 100s);
        f.clock().advance(100s);
        QTRY_COMPARE(f.delivery(id).tries, 2);
        QCOMPARE(calls.load(), 2);
    }

    void aCallbackThatTheProjectLacksIsDeadWithThatSentence()
    {
        EngineFixture f;
        f.start();
        auto spec = f.spec();
        spec.callback.name = u"gone"_s;
        const auto id = f.enqueue(spec);
        QTRY_COMPARE(f.delivery(id).status, DeliveryStatus::Dead);
        QVERIFY(f.delivery(id).attempts.first().error.contains(u"gone"_s));
    }

    void neverWaitsBehindTasks()
    {
        EngineFixture f;
        Gate gate;
        std::atomic<bool> blocking = false;
        f.setRun([&](const host::JobCall &, host::Control &) {
            if (blocking) {
                gate.wait();
            }
            return EngineFixture::finished();
        });
        Gate callGate;
        f.setCall([&](const host::CallbackCall &, host::Control &) {
            callGate.wait();
            return EngineFixture::delivered();
        });
        f.start();
        const auto id = f.enqueue();
        QTRY_COMPARE(f.status(id), core::JobStatus::Finished);
        blocking = true;
        for (int i = 0; i < 20; ++i) {
            f.enqueue();
        }
        QTRY_COMPARE(f.engine().state().queues.first().running, 2);
        callGate.open();
        QTRY_VERIFY(f.isDelivered(id));
        QCOMPARE(f.engine().state().queues.first().running, 2);
        gate.open();
    }

    void aCallbackThatHangsHoldsUpNoOther()
    {
        EngineFixture f;
        f.options.callbackTimeout = 20s;
        Gate gate;
        f.setCall([&](const host::CallbackCall &call, host::Control &) {
            if (call.callback.params == "{\"hang\": true}") {
                gate.wait();
            }
            return EngineFixture::delivered();
        });
        f.start();
        auto spec = f.spec();
        spec.callback.params = "{\"hang\": true}";
        const auto hanging = f.enqueue(spec);
        QTRY_COMPARE(f.engine().state().delivering, 1);
        for (int i = 0; i < 50; ++i) {
            const auto id = f.enqueue();
            QTRY_VERIFY(f.isDelivered(id));
        }
        QCOMPARE(f.delivery(hanging).status, DeliveryStatus::Delivering);
        gate.open();
        QTRY_VERIFY(f.isDelivered(hanging));
    }

    void survivesTheDeletionOfItsJob()
    {
        EngineFixture f;
        Gate gate;
        std::atomic<bool> calling = false;
        std::atomic<int> calls = 0;
        f.setCall([&](const host::CallbackCall &, host::Control &) {
            calling = true;
            gate.wait();
            return ++calls < 2 ? EngineFixture::refused(500) : EngineFixture::delivered();
        });
        f.start();
        const auto id = f.enqueue();
        QTRY_VERIFY(calling);
        QVERIFY(f.broker().remove(id).result().value());
        QVERIFY(!f.broker().job(id).result().has_value());
        gate.open();
        QTRY_COMPARE(calls.load(), 1);
        QTRY_VERIFY((f.clock().advance(1s), calls.load() == 2));
    }
};

QTEST_GUILESS_MAIN(TestEngineDeliveries)
#include "tst_engine_deliveries.moc"
