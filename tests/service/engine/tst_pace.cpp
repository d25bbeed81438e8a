// SPDX-License-Identifier: LGPL-3.0-or-later
#include "engine/pace.h"

#include <QTest>

using namespace dragonscales::engine;
using namespace std::chrono_literals;

class TestPace final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void claimsNothingAheadBeforeAnythingIsKnown() { QCOMPARE(Pace().ahead(8), 0); }

    void claimsWhatIsWorkedOffWithinTheHorizon_data()
    {
        QTest::addColumn<qint64>("runTimeUs");
        QTest::addColumn<int>("workers");
        QTest::addColumn<int>("ahead");
        QTest::newRow("trivial ones, up to the most") << qint64(5) << 1 << 256;
        QTest::newRow("a millisecond each") << qint64(1'000) << 1 << 50;
        QTest::newRow("a millisecond each, by four") << qint64(1'000) << 4 << 200;
        QTest::newRow("20 ms each") << qint64(20'000) << 2 << 5;
        QTest::newRow("longer than the horizon") << qint64(60'000) << 4 << 0;
        QTest::newRow("no worker is free of a long job") << qint64(1'000) << 0 << 0;
    }
    void claimsWhatIsWorkedOffWithinTheHorizon()
    {
        QFETCH(qint64, runTimeUs);
        QFETCH(int, workers);
        QFETCH(int, ahead);
        Pace pace;
        for (int i = 0; i < 3; ++i) {
            pace.record(std::chrono::microseconds(runTimeUs));
        }
        QCOMPARE(pace.ahead(workers), ahead);
    }

    void aLongJobStopsItAtOnceAndIsForgottenAfterShortOnes()
    {
        Pace pace;
        pace.record(10us);
        QCOMPARE(pace.ahead(1), 256);
        pace.record(10s);
        QCOMPARE(pace.ahead(1), 0);
        for (int i = 0; i < 40; ++i) {
            pace.record(10us);
        }
        QVERIFY(pace.ahead(1) > 10);
    }
};

QTEST_GUILESS_MAIN(TestPace)
#include "tst_pace.moc"
