// SPDX-License-Identifier: LGPL-3.0-or-later

#include "core/json/reader.h"
#include "core/schema.h"

#include <QElapsedTimer>
#include <QTest>

using namespace dragonscales::core;
using namespace Qt::Literals::StringLiterals;

namespace {

QList<SchemaFault> judge(const QByteArray &schema, const QByteArray &text)
{
    const auto compiled = Schema::compile(schema);
    const auto value = json::read(text);
    if (!compiled || !value)
        return {{{}, u"broken test"_s, compiled ? u"value"_s : compiled.error().message}};
    return compiled->validate(*value);
}

// "POINTER KEYWORD: MESSAGE" a line.
QByteArray lines(const QList<SchemaFault> &faults)
{
    QByteArray all;
    for (const SchemaFault &fault : faults)
        all += fault.pointer + ' ' + fault.keyword.toUtf8() + ": " + fault.message.toUtf8() + '\n';
    return all;
}

} // namespace

class TestSchema : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void saysWhatIsWrongAndWhere_data()
    {
        QTest::addColumn<QByteArray>("schema");
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<QByteArray>("faults");
        const auto row = [](const char *name, const char *schema, const char *value, const char *faults) {
            QTest::newRow(name) << QByteArray(schema) << QByteArray(value) << QByteArray(faults);
        };
        row("nothing", R"({"type":"object"})", "{}", "");
        row("type", R"({"type":"object"})", "[]", " type: has the wrong type\n");
        row("types", R"({"type":["null","string","integer"]})", "1.5", " type: has the wrong type\n");
        row("all at once", R"({"properties":{"a":{"type":"string"},"b":{"minimum":3}},"required":["c"]})",
            R"({"a":1,"b":2})",
            "/a type: has the wrong type\n/b minimum: must be greater than or equal to 3\n required: lacks the "
            "property \"c\"\n");
        row("pointer is escaped", R"({"additionalProperties":false})", R"({"a/b~c":1})",
            " additionalProperties: has the unknown property 'a/b~c'\n");
        row("in a list", R"({"items":{"items":{"enum":["x",1]}}})", R"([["x"],[1.0,"y"]])",
            "/1/1 enum: is none of the permitted values\n");
        row("pattern", R"({"pattern":"^[a-z]+$"})", "\"a1\"", " pattern: does not match the pattern ^[a-z]+$\n");
        row("pattern ends at the end", R"({"pattern":"^a$"})", "\"a\\n\"",
            " pattern: does not match the pattern ^a$\n");
        row("format", R"({"format":"date"})", "\"2023-02-29\"", " format: must be a date such as 2026-01-31\n");
        row("pattern as a name", R"({"properties":{"pattern":{"type":"integer"}}})", "{\"pattern\":\"(\"}",
            "/pattern type: has the wrong type\n");
        row("pattern in a constant", "{\"const\":{\"pattern\":\"(\"}}", "{\"pattern\":\"(\"}", "");
        row("pattern within not", R"({"not":{"pattern":"a"}})", "\"a\"", " not: is of a kind that is not permitted\n");
        row("pattern within oneOf", R"({"oneOf":[{"pattern":"a"},{"pattern":"b"}]})", "\"ab\"",
            " oneOf: fits more than one of the permitted kinds\n");
        row("anyOf gives its reasons",
            R"({"anyOf":[{"type":"string"},{"properties":{"p":{"maximum":9}},"type":"object"}]})", R"({"p":10})",
            " type: has the wrong type\n/p maximum: must be less than or equal to 9\n"
            " anyOf: fits none of the permitted kinds\n");
        row("if", R"({"if":{"pattern":"^a"},"then":{"minLength":3},"else":{"maxLength":1}})", "\"ab\"",
            " minLength: must have at least 3 characters\n");
        row("else", R"({"if":{"pattern":"^a"},"then":{"minLength":3},"else":{"maxLength":1}})", "\"bb\"",
            " maxLength: must have at most 1 characters\n");
        row("length in characters", R"({"maxLength":2})", "\"\xf0\x9f\x98\x80\xc3\xa9\"", "");
        row("repeated members are all judged", R"({"properties":{"a":{"type":"null"}}})", R"({"a":1,"a":null})",
            "/a type: has the wrong type\n");
        row("multiple of a fraction", R"({"multipleOf":0.01})", "19.99", "");
        row("no multiple of an integer", R"({"multipleOf":2})", "2.5", " multipleOf: must be a multiple of 2\n");
        row("huge multiple", R"({"multipleOf":7})", "7e300", "");
        row("named like a keyword", R"({"properties":{"default":{"pattern":"^a"}}})", R"({"default":"a"})", "");
        row("no multiple", R"({"multipleOf":0.01})", "19.995", " multipleOf: must be a multiple of 0.01\n");
        row("equal numbers", R"({"uniqueItems":true})", "[1, true, 1.0]", " uniqueItems: has equal items\n");
        row("equal objects", R"({"enum":[{"a":1,"b":[2]}]})", R"({"b":[2.0],"a":1e0})", "");
        row("draft 4 limit",
            "{\"$schema\":\"http://json-schema.org/draft-04/schema#\",\"maximum\":3,\"exclusiveMaximum\":true}", "3",
            " maximum: must be less than 3\n");
        row("recursive", "{\"properties\":{\"next\":{\"$ref\":\"#\"}},\"required\":[\"v\"]}",
            R"({"v":1,"next":{"v":1,"next":{}}})", "/next/next required: lacks the property \"v\"\n");
    }

    void saysWhatIsWrongAndWhere()
    {
        QFETCH(QByteArray, schema);
        QFETCH(QByteArray, value);
        QFETCH(QByteArray, faults);
        QCOMPARE(lines(judge(schema, value)), faults);
    }

    void refusesWrongSchemas_data()
    {
        QTest::addColumn<QByteArray>("schema");
        QTest::addColumn<QString>("message");
        const auto row = [](const char *schema, const QString &message) {
            QTest::newRow(schema) << QByteArray(schema) << message;
        };
        row("{", u"is not JSON"_s);
        row("3", u"schema object or boolean"_s);
        row(R"({"type":"text"})", u"text"_s);
        row(R"({"type":[1]})", u"not a string"_s);
        row(R"({"enum":1})", u"not an array"_s);
        row(R"({"multipleOf":0})", u"above 0"_s);
        row(R"({"properties":{"a":{"multipleOf":-1.5}}})", u"above 0"_s);
        row(R"({"minLength":-1})", u"minLength"_s);
        row("{\"pattern\":\"(\"}", u"the pattern ( is none"_s);
        row("{\"pattern\":\"(?R)\"}", u"unknown kind of group"_s);
        row("{\"pattern\":\"(*LIMIT_MATCH=9)a\"}", u"nothing to repeat"_s);
        row("{\"pattern\":\"[a\"}", u"no end"_s);
        row("{\"patternProperties\":{\"(\":{}}}", u"the pattern ( is none"_s);
        row(R"({"properties":1})", u"not an object"_s);
        row(R"({"properties":{"a":[]}})", u"/properties/a"_s);
        row(R"({"required":"a"})", u"not an array"_s);
        row(R"({"required":[1]})", u"not a string"_s);
        row("{\"$ref\":\"http://example.org/schema.json\"}", u"is never fetched"_s);
        row("{\"$ref\":\"file:///etc/passwd\"}", u"is never fetched"_s);
        row("{\"$ref\":\"#/definitions/x\"}", u"which is not in it"_s);
        row("{\"$ref\":\"#\"}", u"without end"_s);
        row("{\"allOf\":[{\"not\":{\"$ref\":\"#\"}}]}", u"without end"_s);
        row("{\"properties\":{\"a\":{\"$ref\":\"#/properties/b\"},\"b\":{\"$ref\":\"#/properties/a\"}}}",
            u"without end"_s);
    }

    void refusesWrongSchemas()
    {
        QFETCH(QByteArray, schema);
        QFETCH(QString, message);
        const auto compiled = Schema::compile(schema);
        QVERIFY(!compiled);
        QCOMPARE(compiled.error().code, ErrorCode::InvalidArgument);
        QVERIFY2(compiled.error().message.contains(message), qPrintable(compiled.error().message));
    }

    void longTextsMatchPlainPatterns_data()
    {
        QTest::addColumn<QByteArray>("pattern");
        for (const char *pattern : {"^[a-z]*$", "^(a|b)*$", "a+b*$", "^(?:[a-c][a-c])+$"})
            QTest::newRow(pattern) << QByteArray(pattern);
    }

    void longTextsMatchPlainPatterns()
    {
        QFETCH(QByteArray, pattern);
        QCOMPARE(lines(judge("{\"pattern\":\"" + pattern + "\"}", '"' + QByteArray(30'000, 'a') + '"')), QByteArray());
    }

    // Judging must not take longer with each letter or level; where it would, it ends with a fault.
    void endsSoon_data()
    {
        QTest::addColumn<QByteArray>("schema");
        QTest::addColumn<QByteArray>("value");
        const QByteArray letters = '"' + QByteArray(60, 'a') + "!\"";
        QTest::newRow("pattern") << QByteArray(R"({"pattern":"^(a+)+$"})") << letters;
        QTest::newRow("pattern within not") << QByteArray(R"({"not":{"pattern":"^(a+)+$"}})") << letters;
        QTest::newRow("pattern of names")
            << QByteArray(R"({"patternProperties":{"^(a|aa)+$":{}}})") << '{' + letters + ":1}";
        QTest::newRow("many slow texts") << QByteArray(R"({"items":{"pattern":"^(a+)+$"}})")
                                         << '[' + (letters + ',').repeated(20'000) + "0]";
        QTest::newRow("two ways down, 150 levels deep")
            << QByteArray("{\"anyOf\":[{\"items\":{\"$ref\":\"#\"},\"type\":\"array\"},{\"items\":{\"$ref\":\"#\"},"
                          "\"type\":\"array\"}]}")
            << QByteArray(150, '[') + "0" + QByteArray(150, ']');
        QByteArray doubling = "{\"$ref\":\"#/definitions/d40\",\"definitions\":{\"d0\":{\"type\":\"null\"}";
        for (int i = 1; i <= 40; ++i) {
            const QByteArray ref = "{\"$ref\":\"#/definitions/d" + QByteArray::number(i - 1) + "\"}";
            doubling += ",\"d" + QByteArray::number(i) + "\":{\"allOf\":[" + ref + ',' + ref + "]}";
        }
        QTest::newRow("doubling definitions") << doubling + "}}" << QByteArray("null");
    }

    void endsSoon()
    {
        QFETCH(QByteArray, schema);
        QFETCH(QByteArray, value);
        QElapsedTimer timer;
        timer.start();
        QVERIFY(!judge(schema, value).isEmpty());
        QVERIFY2(timer.elapsed() < 60'000, qPrintable(QString::number(timer.elapsed())));
    }

    void tooManyItemsToCompareAreAFault()
    {
        const QByteArray list = '[' + QByteArray("{},").repeated(200'000) + "1]";
        QVERIFY(lines(judge(R"({"uniqueItems":true})", list)).contains("too many items"));
        QVERIFY(!judge(R"({"items":{"type":"null"}})", list).isEmpty());
    }

    void deepValuesAreJudged()
    {
        const QByteArray value = QByteArray(json::kMaxDepth, '[') + QByteArray(json::kMaxDepth, ']');
        const QByteArray recursive = "{\"allOf\":[{\"$ref\":\"#/definitions/list\"}],\"definitions\":{\"list\":"
                                     "{\"type\":\"array\",\"items\":{\"$ref\":\"#\"}}}}";
        QCOMPARE(lines(judge(recursive, value)), QByteArray());
    }
};

QTEST_APPLESS_MAIN(TestSchema)
#include "tst_schema.moc"
