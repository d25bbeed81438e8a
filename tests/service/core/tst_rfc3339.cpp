// SPDX-License-Identifier: LGPL-3.0-or-later

#include "core/rfc3339.h"

#include <QTest>

using namespace dragonscales;

class Rfc3339Test final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsMoments_data();
    void readsMoments();
    void writesWhatItReads();
};

void Rfc3339Test::readsMoments_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<qint64>("ms"); // -1: refused
    QTest::newRow("UTC") << QByteArray("2026-11-26T20:21:00Z") << qint64(1795724460000);
    QTest::newRow("small letters") << QByteArray("2026-11-26t20:21:00z") << qint64(1795724460000);
    QTest::newRow("east") << QByteArray("2026-11-26T21:21:00+01:00") << qint64(1795724460000);
    QTest::newRow("west") << QByteArray("2026-11-26T16:51:00-03:30") << qint64(1795724460000);
    QTest::newRow("tenths") << QByteArray("2026-11-26T20:21:00.5Z") << qint64(1795724460500);
    QTest::newRow("nanoseconds") << QByteArray("2026-11-26T20:21:00.123999999Z") << qint64(1795724460123);
    QTest::newRow("leap day") << QByteArray("2028-02-29T00:00:00Z") << qint64(1835395200000);
    QTest::newRow("farthest zone") << QByteArray("2026-11-27T10:21:00+14:00") << qint64(1795724460000);
    QTest::newRow("no leap day") << QByteArray("2027-02-29T00:00:00Z") << qint64(-1);
    QTest::newRow("no zone") << QByteArray("2026-11-26T20:21:00") << qint64(-1);
    QTest::newRow("zone too far") << QByteArray("2026-11-26T20:21:00+14:01") << qint64(-1);
    QTest::newRow("zone of no minutes") << QByteArray("2026-11-26T20:21:00+01:60") << qint64(-1);
    QTest::newRow("zone by name") << QByteArray("2026-11-26T20:21:00 Europe/Madrid") << qint64(-1);
    QTest::newRow("space") << QByteArray("2026-11-26 20:21:00Z") << qint64(-1);
    QTest::newRow("date alone") << QByteArray("2026-11-26") << qint64(-1);
    QTest::newRow("hour 24") << QByteArray("2026-11-26T24:00:00Z") << qint64(-1);
    QTest::newRow("after 9999") << QByteArray("9999-12-31T23:59:59-14:00") << qint64(-1);
    QTest::newRow("before 1970") << QByteArray("1969-12-31T23:59:59Z") << qint64(-1);
    QTest::newRow("behind it") << QByteArray("2026-11-26T20:21:00Z\n") << qint64(-1);
    QTest::newRow("number") << QByteArray("1795724460") << qint64(-1);
    QTest::newRow("empty") << QByteArray() << qint64(-1);
}

void Rfc3339Test::readsMoments()
{
    QFETCH(QByteArray, text);
    QFETCH(qint64, ms);
    const auto time = core::timeFromText(text);
    QCOMPARE(time ? qint64(time->time_since_epoch().count()) : qint64(-1), ms);
}

void Rfc3339Test::writesWhatItReads()
{
    const QByteArray text = "2026-11-26T20:21:00.007Z";
    QCOMPARE(core::timeText(*core::timeFromText(text)), text);
    QCOMPARE(core::timeText(*core::timeFromText("9999-12-31T23:59:59Z")), QByteArray("9999-12-31T23:59:59.000Z"));
}

QTEST_GUILESS_MAIN(Rfc3339Test)
#include "tst_rfc3339.moc"
