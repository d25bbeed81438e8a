// SPDX-License-Identifier: LGPL-3.0-or-later

#include "core/ids.h"

#include <QSet>
#include <QTest>

#include <algorithm>
#include <thread>
#include <vector>

using namespace dragonscales::core;

namespace {

TimePoint at(qint64 ms)
{
    return TimePoint(std::chrono::milliseconds(ms));
}

const QByteArray kText = "01890a5d-ac96-774b-bcce-b302099a8057";

} // namespace

class TestIds : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // First, because the sequence never goes back to an earlier time.
    void holdsItsTime()
    {
        const QUuid id = newJobId(at(1'700'000'000'123));
        QCOMPARE(timeOfId(id), at(1'700'000'000'123));
        QCOMPARE(idText(id).at(14), '7'); // the version, which Qt 6.4 does not know
        QCOMPARE(id.variant(), QUuid::DCE);
    }

    void sortsByItsMaking_data()
    {
        QTest::addColumn<QList<qint64>>("times");
        QTest::newRow("one millisecond") << QList<qint64>(200'000, 1'800'000'000'000);
        QTest::newRow("clock steps back") << QList<qint64>{1'800'000'000'500, 1'800'000'000'400, 1'700'000'000'000, 0};
        QTest::newRow("clock moves on") << QList<qint64>{1'800'000'001'000, 1'800'000'001'001, 1'800'000'001'002};
        QTest::newRow("before the epoch") << QList<qint64>{-5, -4};
    }

    void sortsByItsMaking()
    {
        QFETCH(QList<qint64>, times);
        QByteArray before = idText(newJobId(at(times.first())));
        for (const qint64 time : times) {
            const QByteArray next = idText(newJobId(at(time)));
            QVERIFY2(before < next, next);
            before = next;
        }
    }

    void repeatsNoneFromManyThreads()
    {
        constexpr std::size_t kThreads = 4;
        constexpr int kEach = 20'000;
        std::vector<std::vector<QUuid>> made(kThreads);
        std::vector<std::jthread> threads;
        for (std::vector<QUuid> &ids : made) {
            threads.emplace_back([&ids] {
                for (int i = 0; i < kEach; ++i)
                    ids.push_back(newJobId(at(1'900'000'000'000)));
            });
        }
        threads.clear(); // joins
        QSet<QUuid> all;
        for (const std::vector<QUuid> &ids : made) {
            const auto earlier = [](const QUuid &a, const QUuid &b) { return idText(a) < idText(b); };
            QVERIFY(std::ranges::is_sorted(ids, earlier));
            all += QSet<QUuid>(ids.begin(), ids.end());
        }
        QCOMPARE(all.size(), static_cast<qsizetype>(kThreads * kEach));
    }

    void readsItsText_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<bool>("isId");
        QTest::newRow("as written") << kText << true;
        QTest::newRow("upper case") << kText.toUpper() << true;
        QTest::newRow("empty") << QByteArray() << false;
        QTest::newRow("braces") << '{' + kText + '}' << false;
        QTest::newRow("no dashes") << QByteArray(kText).replace("-", "") << false;
        QTest::newRow("dashes elsewhere") << QByteArray("01890a5da-c96-774b-bcce-b302099a8057") << false;
        QTest::newRow("too short") << kText.chopped(1) << false;
        QTest::newRow("too long") << kText + '0' << false;
        QTest::newRow("no digit") << 'g' + kText.sliced(1) << false;
        QTest::newRow("a blank before") << ' ' + kText.chopped(1) << false;
        QTest::newRow("NUL inside") << kText.first(10) + '\0' + kText.sliced(11) << false;
    }

    void readsItsText()
    {
        QFETCH(QByteArray, text);
        QFETCH(bool, isId);
        QCOMPARE(idFromText(text).isNull(), !isId);
        if (isId)
            QCOMPARE(idText(idFromText(text)), kText);
    }

    void namesDeliveriesByJobAndRun()
    {
        const QUuid job = idFromText(kText);
        // uuid.uuid5(uuid.UUID("01890a5d-ac96-774b-bcce-b302099a8057"), "1") of Python
        QCOMPARE(idText(deliveryId(job, 1)), QByteArray("daedb703-4bff-5b34-93e4-5a607cc27fe1"));
        QVERIFY(deliveryId(job, 1) != deliveryId(job, 2));
        QCOMPARE(deliveryId(job, 2).version(), QUuid::Sha1);
    }
};

QTEST_APPLESS_MAIN(TestIds)
#include "tst_ids.moc"
