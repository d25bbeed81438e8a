// SPDX-License-Identifier: LGPL-3.0-or-later
#include "engine_fixture.h"

#include <QTest>

using namespace dragonscales;
using namespace std::chrono_literals;
using namespace Qt::Literals::StringLiterals;
using core::JobStatus;
using test::EngineFixture;
using test::Gate;

class TestEngineLeases final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void renewsItsOwnLeasesBeforeItRecoversAnyAfterTheClockWasSet()
    {
        EngineFixture f;
        Gate gate;
        std::atomic<int> runs = 0;
        f.setRun([&](const host::JobCall &, host::Control &) {
            ++runs;
            gate.wait();
            return EngineFixture::finished();
        });
        f.start();
        const auto id = f.enqueue();
        QTRY_COMPARE(runs.load(), 1);
        const auto before = f.job(id).leaseExpiry;
        f.clock().advance(1h);
        QTRY_VERIFY(f.job(id).leaseExpiry > before + 59min);
        gate.open();
        QTRY_VERIFY(f.isDelivered(id));
        QCOMPARE(f.job(id).lost, 0);
        QCOMPARE(f.job(id).attempts.size(), 1);
        QCOMPARE(runs.load(), 1);
    }

    void aRunWhoseLeaseWasLostIsStoppedAndEndsNothing()
    {
        EngineFixture f;
        f.options.look = 1h; // nothing renews in time: the lease is lost as to a slow service
        f.options.lease = 600ms;
        Gate gate;
        std::atomic<int> runs = 0;
        std::atomic<bool> firstStopped = false;
        f.setRun([&](const host::JobCall &, host::Control &control) {
            if (++runs == 1) {
                gate.wait(&control);
                firstStopped = true;
                return EngineFixture::finished("\"first\"");
            }
            return EngineFixture::finished("\"second\"");
        });
        f.start();
        const auto id = f.enqueue();
        QTRY_COMPARE(runs.load(), 1);
        f.clock().advance(10s);
        QCOMPARE(f.broker().recover(10).result().value(), 1);
        QTRY_VERIFY(f.isDelivered(id));
        QTRY_VERIFY(firstStopped); // told by the keeper's next round
        QCOMPARE(f.job(id).location, QByteArray("\"second\""));
        QCOMPARE(f.job(id).lost, 1);
        QVERIFY(f.delivery(id).payload.contains("second"));
    }

    void leasesOfADeadServiceAreRecovered()
    {
        EngineFixture f;
        f.options.queues = QStringList{u"slow"_s};
        f.start();
        const auto id = f.enqueue();
        // Somebody claims it and is never heard of again.
        QCOMPARE(f.broker().claim(u"fast"_s, 1, u"dead"_s, 30s).result()->size(), 1);
        f.dropEngine();
        f.options.queues.clear();
        f.start();
        QCOMPARE(f.status(id), JobStatus::Started);
        f.clock().advance(31s);
        QTRY_VERIFY(f.isDelivered(id));
        QCOMPARE(f.job(id).lost, 1);
    }
};

QTEST_GUILESS_MAIN(TestEngineLeases)
#include "tst_engine_leases.moc"
