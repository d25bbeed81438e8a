// SPDX-License-Identifier: LGPL-3.0-or-later
#include <dragonscales/json.h>

#include <QTest>

using dragonscales::sdk::Json;

class TestSdkJson : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void memberIsTheTextAsWritten_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("member"); // empty: none
        QTest::newRow("number past 2^53")
            << QByteArray(R"({"a":12345678901234567890.10})") << QByteArray("12345678901234567890.10");
        QTest::newRow("order of keys") << QByteArray(R"({"a": {"z":1,"b":[2, {"a":3}]} })")
                                       << QByteArray(R"({"z":1,"b":[2, {"a":3}]})");
        QTest::newRow("brackets in a text")
            << QByteArray("{\"x\":\"}],{\\\"a\\\":1\",\"a\":\"\\\"]}\"}") << QByteArray("\"\\\"]}\"");
        QTest::newRow("deeper one only") << QByteArray(R"({"b":{"a":1}})") << QByteArray();
        QTest::newRow("as a value only") << QByteArray(R"({"b":"a"})") << QByteArray();
        QTest::newRow("last of equal keys") << QByteArray(R"({"a":1,"a":2})") << QByteArray("2");
        QTest::newRow("escaped key") << QByteArray(R"({"\u0061":true})") << QByteArray("true");
        QTest::newRow("white space") << QByteArray("\n{ \"b\" : 1 ,\t\"a\" :\r\n null }") << QByteArray("null");
        QTest::newRow("empty object") << QByteArray("{}") << QByteArray();
        QTest::newRow("array") << QByteArray(R"(["a",1])") << QByteArray();
        QTest::newRow("text") << QByteArray(R"("a")") << QByteArray();
        QTest::newRow("cut short") << QByteArray("{\"a") << QByteArray();
        QTest::newRow("cut in an escape") << QByteArray("{\"a\":\"\\") << QByteArray("\"\\");
        QTest::newRow("nothing") << QByteArray() << QByteArray();
    }
    void memberIsTheTextAsWritten()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, member);
        const auto found = Json(text).member("a");
        QCOMPARE(found.has_value(), !member.isEmpty());
        QCOMPARE(found.value_or(Json(QByteArray())).text(), member);
    }

    void valuesOfEveryTypeConvert_data()
    {
        QTest::addColumn<QJsonValue>("value");
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("null") << QJsonValue() << QByteArray("null");
        QTest::newRow("text") << QJsonValue(QStringLiteral("é\"")) << QByteArray("\"é\\\"\"");
        QTest::newRow("number") << QJsonValue(1.5) << QByteArray("1.5");
        QTest::newRow("object") << QJsonValue(QJsonObject{{QStringLiteral("a"), 1}}) << QByteArray(R"({"a":1})");
    }
    void valuesOfEveryTypeConvert()
    {
        QFETCH(QJsonValue, value);
        QFETCH(QByteArray, text);
        QCOMPARE(Json::of(value).text(), text);
        QCOMPARE(Json(text).value(), value);
    }

    void brokenTextIsUndefined() { QVERIFY(Json(QByteArray("{\"a\":")).value().isUndefined()); }
};

QTEST_GUILESS_MAIN(TestSdkJson)
#include "tst_sdk_json.moc"
