// SPDX-License-Identifier: LGPL-3.0-or-later
#include "plugins/plugin_fixture.h"

#include <QElapsedTimer>
#include <QTest>

using namespace dragonscales;
using namespace Qt::Literals::StringLiterals;

class TestBasicPlugin : public QObject
{
    Q_OBJECT

private:
    sdk::Plugin &m_plugin = tests::bundledPlugin(u"basic"_s);

private Q_SLOTS:
    void echoAnswersTheValueByteForByte_data()
    {
        QTest::addColumn<QByteArray>("params");
        QTest::addColumn<QByteArray>("result");
        QTest::newRow("order and big numbers") << QByteArray(R"({"value":{"b":1e400,"a":18446744073709551617}})")
                                               << QByteArray(R"({"b":1e400,"a":18446744073709551617})");
        QTest::newRow("text") << QByteArray(R"({"value": "é\u00e9" })") << QByteArray(R"("é\u00e9")");
        QTest::newRow("other keys") << QByteArray(R"({"x":"value","value":[],"y":2})") << QByteArray("[]");
        QTest::newRow("nothing") << QByteArray("{}") << QByteArray("null");
    }
    void echoAnswersTheValueByteForByte()
    {
        QFETCH(QByteArray, params);
        tests::FakeContext context;
        const auto echo = m_plugin.task(u"echo"_s, {});
        QTEST(tests::textOf(echo->run(sdk::Json(params), context)), "result");
    }

    void sleepTakesItsTime()
    {
        tests::FakeContext context;
        QElapsedTimer timer;
        timer.start();
        const auto sleep = m_plugin.task(u"sleep"_s, {});
        QCOMPARE(tests::textOf(sleep->run(sdk::Json(R"({"seconds":0.05})"), context)), R"({"slept":0.05})");
        QVERIFY(timer.elapsed() >= 50);
    }

    void sleepEndsWhenItIsAskedTo()
    {
        tests::FakeContext context;
        context.stopAtProgress = true; // which comes after a second
        const auto sleep = m_plugin.task(u"sleep"_s, {});
        QVERIFY(tests::textOf(sleep->run(sdk::Json(R"({"seconds":3600})"), context)).startsWith("Failure: stopped"));
        QVERIFY(context.lastProgress > 0 && context.lastProgress < 0.01);
    }

    void discardKeepsNothing()
    {
        tests::FakeContext context;
        const auto discard = m_plugin.storage(u"discard"_s, {});
        QCOMPARE(tests::textOf(discard->store(sdk::Json("[1]"), sdk::Json("{}"), context)), "null");
    }

    void logWritesOneLine()
    {
        tests::FakeContext context;
        const auto log = m_plugin.callback(u"log"_s, {});
        const auto outcome = log->call(sdk::Json("{\"id\":\n\"1\"}"), sdk::Json("{}"), context);
        QVERIFY(outcome && outcome->kind == sdk::CallbackResult::Kind::Delivered);
        QCOMPARE(context.lines, QStringList{u"{\"id\": \"1\"}"_s});
    }

    void logCutsALongStatus()
    {
        tests::FakeContext context;
        const auto log = m_plugin.callback(u"log"_s, {});
        QVERIFY(log->call(sdk::Json('"' + QByteArray(100'000, 'x') + '"'), sdk::Json("{}"), context));
        QCOMPARE(context.lines.first().size(), 4097);
    }

    void anUnknownModuleIsNull() { QVERIFY(!m_plugin.task(u"nope"_s, {})); }
};

QTEST_GUILESS_MAIN(TestBasicPlugin)
#include "tst_basic_plugin.moc"
