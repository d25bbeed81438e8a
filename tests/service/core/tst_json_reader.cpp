// SPDX-License-Identifier: LGPL-3.0-or-later

#include "core/json/reader.h"
#include "core/json/writer.h"
#include "service/core/python_json_faults.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace dragonscales::core;
using namespace dragonscales::core::json;

namespace {

QByteArray nested(int depth)
{
    return QByteArray(depth, '[') + QByteArray(depth, ']');
}

} // namespace

class TestJsonReader : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void refusesInPythonsWords_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("message");
        int row = 0;
        for (const PythonFault &fault : kPythonFaults)
            QTest::addRow("%d", row++) << QByteArray(fault.text, fault.bytes) << QByteArray(fault.message);

        // Python takes these, RFC 8259 does not.
        QTest::newRow("NaN") << QByteArray("NaN") << QByteArray("Expecting value: line 1 column 1 (char 0)");
        QTest::newRow("Infinity") << QByteArray("[Infinity]")
                                  << QByteArray("Expecting value: line 1 column 2 (char 1)");
        QTest::newRow("-Infinity") << QByteArray("[1,\n-Infinity]")
                                   << QByteArray("Expecting value: line 2 column 1 (char 4)");
    }

    void refusesInPythonsWords()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, message);
        const auto value = read(text);
        QVERIFY(!value);
        QCOMPARE(value.error().kind, ParseError::Kind::Syntax);
        QCOMPARE(value.error().withPosition(), message);
    }

    void keepsWhatWasWritten_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("compactText");
        const auto same = [](const char *text) { QTest::newRow(text) << QByteArray(text) << QByteArray(text); };
        for (const char *text : {"{}",
                                 "[]",
                                 "0",
                                 "-0",
                                 "1",
                                 "-1",
                                 "1.50",
                                 "1e5",
                                 "1E+5",
                                 "1e-05",
                                 "0.0e0",
                                 "1e400",
                                 "-1e-999999999999",
                                 "123456789012345678901234567890",
                                 "null",
                                 "true",
                                 "false",
                                 "\"\"",
                                 "\"\\u0000\\u001f\\n\\\"\\\\\"",
                                 "\"\x7f\"",
                                 R"({"b":1,"a":2,"b":3})",
                                 "[[],{},[[1]]]",
                                 R"({"":""})",
                                 "\"\xf0\x9f\x98\x80\""})
            same(text);
        QTest::newRow("space") << QByteArray(" \t\r\n{ \"a\" : [ 1 , 2 ] } \n") << QByteArray(R"({"a":[1,2]})");
        QTest::newRow("escapes") << QByteArray(R"("\u00E9\ud83d\ude00\/\u0041")")
                                 << QByteArray("\"\xc3\xa9\xf0\x9f\x98\x80/A\"");
        // Half a surrogate pair is no character.
        QTest::newRow("high alone") << QByteArray(R"("a\ud83dz")") << QByteArray("\"a\xef\xbf\xbdz\"");
        QTest::newRow("low alone") << QByteArray(R"("\ude00")") << QByteArray("\"\xef\xbf\xbd\"");
        QTest::newRow("two high") << QByteArray(R"("\ud83d\ud83d\ude00")")
                                  << QByteArray("\"\xef\xbf\xbd\xf0\x9f\x98\x80\"");
        QTest::newRow("high, other") << QByteArray(R"("\ud83d\u0041")")
                                     << QByteArray("\"\xef\xbf\xbd"
                                                   "A\"");
    }

    void keepsWhatWasWritten()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, compactText);
        const auto value = read(text);
        QVERIFY2(value, value ? "" : value.error().withPosition().constData());
        QCOMPARE(compact(*value), compactText);
    }

    void knowsWhereEachValueLies()
    {
        const QByteArray text = "{\n \"a\": [10, \"x\\n\" ],\n \"\xc3\xa9\": {\"b\": null }}";
        const auto value = read(text);
        QVERIFY(value);
        QCOMPARE(sourceOf(text, *value), text);
        QCOMPARE(sourceOf(text, *value->at("/a")), QByteArray("[10, \"x\\n\" ]"));
        QCOMPARE(sourceOf(text, *value->at("/a/1")), QByteArray("\"x\\n\""));
        QCOMPARE(sourceOf(text, *value->at("/\xc3\xa9")), QByteArray("{\"b\": null }"));
        QCOMPARE(sourceOf(text, *value->at("/\xc3\xa9/b")), QByteArray("null"));
        QCOMPARE(value->members()[1].nameBegin, text.indexOf("\"\xc3\xa9"));

        const Position position = positionOf(text, value->at("/\xc3\xa9/b")->begin());
        QCOMPARE(position.line, 3);
        QCOMPARE(position.column, 13); // the two bytes of é are one column
    }

    void refusesWhatIsNotUtf8_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("offset");
        QTest::newRow("lone byte") << QByteArray("[\"\xe9\"]") << 2;
        QTest::newRow("latin 1") << QByteArray("\xe9") << 0;
        QTest::newRow("cut off") << QByteArray("\"\xc3\xa9\xe2\x82") << 3;
        QTest::newRow("too long a form") << QByteArray("\"\xc0\xaf\"") << 1;
        QTest::newRow("surrogate") << QByteArray("\"a\xed\xa0\x80\"") << 2;
        QTest::newRow("beyond Unicode") << QByteArray("\"\xf4\x90\x80\x80\"") << 1;
        QTest::newRow("behind a fault") << QByteArray("x\xff") << 1;
        QTest::newRow("UTF-16") << QByteArray("\xff\xfe{\0}\0", 6) << 0;
    }

    void refusesWhatIsNotUtf8()
    {
        QFETCH(QByteArray, text);
        QFETCH(int, offset);
        const auto value = read(text);
        QVERIFY(!value);
        QCOMPARE(value.error().kind, ParseError::Kind::NotUtf8);
        QCOMPARE(value.error().position.offset, offset);
    }

    void goesAsDeepAsItMay()
    {
        QVERIFY(read(nested(kMaxDepth)));
        const auto deeper = read(nested(kMaxDepth + 1));
        QVERIFY(!deeper);
        QCOMPARE(deeper.error().kind, ParseError::Kind::TooDeep);
        QCOMPARE(deeper.error().characters, kMaxDepth);

        const auto open = read(QByteArray(10'000'000, '['));
        QVERIFY(!open);
        QCOMPARE(open.error().kind, ParseError::Kind::TooDeep);
        QVERIFY(read('[' + QByteArray("[],").repeated(100'000) + "[]]"));
    }

    void readsNumbers()
    {
        const auto value =
            read("[9223372036854775807, 9223372036854775808, -9223372036854775808, 2.5, 1e400, 1e-400, 1e2, \"7\", "
                 "-1e99999999999999999999, 0.1e-99999999999999999999, 10e308, 0.001e-330]");
        QVERIFY(value);
        const auto &items = value->items();
        QCOMPARE(items[0].integer(), std::numeric_limits<qint64>::max());
        QCOMPARE(items[1].integer(-1), -1);
        QVERIFY(items[1].isInteger());
        QCOMPARE(items[1].number(), 9223372036854775808.0);
        QCOMPARE(items[2].integer(), std::numeric_limits<qint64>::min());
        QCOMPARE(items[3].integer(-1), -1);
        QCOMPARE(items[3].number(), 2.5);
        QVERIFY(std::isinf(items[4].number()));
        QCOMPARE(items[5].number(7), 0.0);
        QVERIFY(!items[6].isInteger());
        QCOMPARE(items[7].number(-1), -1.0);
        QCOMPARE(items[7].integer(-1), -1);
        QCOMPARE(items[8].number(), -std::numeric_limits<double>::infinity());
        QCOMPARE(items[9].number(7), 0.0);
        QVERIFY(std::isinf(items[10].number()));
        QCOMPARE(items[11].number(7), 0.0);
    }

    void findsByPointer_data()
    {
        QTest::addColumn<QByteArray>("pointer");
        QTest::addColumn<QByteArray>("found"); // empty: nothing
        QTest::newRow("all") << QByteArray("") << QByteArray(R"({"a":[1,{"b/c":2}],"~":3,"":4,"a~1":5,"d":1,"d":6})");
        QTest::newRow("item") << QByteArray("/a/0") << QByteArray("1");
        QTest::newRow("slash") << QByteArray("/a/1/b~1c") << QByteArray("2");
        QTest::newRow("tilde") << QByteArray("/~0") << QByteArray("3");
        QTest::newRow("empty name") << QByteArray("/") << QByteArray("4");
        QTest::newRow("tilde, then 1") << QByteArray("/a~01") << QByteArray("5");
        QTest::newRow("last of repeated") << QByteArray("/d") << QByteArray("6");
        for (const char *pointer : {"a", "/x", "/a/2", "/a/-1", "/a/00", "/a/", "/a/-", "/a/1x", "/a/0/0", "/~", "/~2",
                                    "/a/18446744073709551616", "//"})
            QTest::newRow(pointer) << QByteArray(pointer) << QByteArray();
    }

    void findsByPointer()
    {
        QFETCH(QByteArray, pointer);
        QFETCH(QByteArray, found);
        const auto value = read(R"({"a":[1,{"b/c":2}],"~":3,"":4,"a~1":5,"d":1,"d":6})");
        QVERIFY(value);
        const Value *at = value->at(pointer);
        QCOMPARE(at ? compact(*at) : QByteArray(), found);
    }

    void printsAsPythonDoes()
    {
        const auto value = read(
            "{\"b\":[1,{},[],{\"x\":null}],\"a\":\"\xc3\xa9\xf0\x9f\x98\x80\\n\x7f\",\"b\\u0001\":true,\"a\":2.50}");
        QVERIFY(value);
        QCOMPARE(prettySorted(*value),
                 QByteArray("{\n    \"a\": 2.50,\n    \"b\": [\n        1,\n        {},\n        [],\n"
                            "        {\n            \"x\": null\n        }\n    ],\n"
                            "    \"b\\u0001\": true\n}"));
        QCOMPARE(prettySorted(*read("\"\xc3\xa9\xf0\x9f\x98\x80\\n\x7f\"")),
                 QByteArray(R"("\u00e9\ud83d\ude00\n\u007f")"));
    }

    void writesObjects()
    {
        QCOMPARE(ObjectWriter().text(), QByteArray("{}"));
        QCOMPARE(ObjectWriter()
                     .add("a", "[1]")
                     .addText("b\n", QString::fromUtf8("\xc3\xa9\""))
                     .addNumber("c", -1)
                     .addBool("d", true)
                     .text(),
                 QByteArray("{\"a\":[1],\"b\\n\":\"\xc3\xa9\\\"\",\"c\":-1,\"d\":true}"));
    }
};

QTEST_APPLESS_MAIN(TestJsonReader)
#include "tst_json_reader.moc"
