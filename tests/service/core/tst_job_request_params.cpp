// SPDX-License-Identifier: LGPL-3.0-or-later

#include "core/job_request.h"
#include "core/json/reader.h"
#include "core/pydantic_text.h"

#include <QFile>
#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace dragonscales::core;

namespace {

// A project whose one task takes the parameter "v" of this schema.
ProjectPointer projectOf(const QByteArray &schema)
{
    auto loaded = std::make_shared<LoadedProject>();
    const auto entry = [](ModuleKind kind, const QString &name) {
        ModuleEntry made;
        made.kind = kind;
        made.name = name;
        made.queue = u"queue"_s;
        return made;
    };
    loaded->project.queues = {{u"queue"_s, {}}};
    loaded->project.tasks = {entry(ModuleKind::Task, u"task"_s)};
    loaded->project.storages = {entry(ModuleKind::Storage, u"storage"_s)};
    loaded->project.callbacks = {entry(ModuleKind::Callback, u"callback"_s)};
    ModuleInfo module;
    loaded->storages.insert(u"storage"_s, module);
    loaded->callbacks.insert(u"callback"_s, module);
    module.paramsSchema = R"({"type":"object","required":["v"],"properties":{"v":)" + schema + "}}";
    loaded->tasks.insert(u"task"_s, module);
    return loaded;
}

RequestOutcome read(const QByteArray &schema, const QByteArray &value)
{
    return JobRequestReader(projectOf(schema))
        .readV1(R"({"task":{"name":"task","params":{"v":)" + value +
                R"(}},"storage":{"name":"storage","params":{}},"callback":{"name":"callback","params":{}}})");
}

QByteArray faultsOf(const RequestOutcome &outcome)
{
    QByteArray text = "[";
    for (const RequestFault &fault : outcome.faults) {
        text += (text.size() > 1 ? "," : "") + fault.json;
    }
    return text + ']';
}

} // namespace

class JobRequestParamsTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void judgesAsPydanticDoes_data();
    void judgesAsPydanticDoes();
    void keepsTheBytesOfWhatWasNotCoerced_data();
    void keepsTheBytesOfWhatWasNotCoerced();
    void refusesWhatIsNoJson_data();
    void refusesWhatIsNoJson();
    void followsReferences();
    void endsWithSchemasThatReferToThemselves();
    void checksWhatPydanticHasNoWordsFor();
    void showsNoMoreFaultsThanAPersonCanRead();
    void isNotHeldUpByHugeObjects();
    void isNotHeldUpByPatternsOfExponentialCost();
};

// The table was written by pydantic 1.10 itself.
void JobRequestParamsTest::judgesAsPydanticDoes_data()
{
    QTest::addColumn<QByteArray>("schema");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QByteArray>("result");
    QTest::addColumn<QByteArray>("faults");
    QFile file(QStringLiteral(DRAGONSCALES_SOURCE_DIR "/tests/service/core/pydantic_cases.txt"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QByteArray schema;
    QByteArray name;
    while (!file.atEnd()) {
        const QByteArray line = file.readLine().trimmed();
        if (line.startsWith("schema ")) {
            name = line.mid(7, line.indexOf(':') - 7);
            schema = line.mid(line.indexOf(": ") + 2);
        } else if (!line.isEmpty() && !line.startsWith('#')) {
            const bool fits = line.contains(" -> ");
            const qsizetype at = line.indexOf(fits ? " -> " : " !! ");
            QVERIFY(at > 0);
            const QByteArray outcome = line.mid(at + 4);
            QByteArray faults = outcome;
            faults.replace(R"("loc":[)", R"("loc":["body","task","params","v",)").replace(R"("v",])", R"("v"])");
            QTest::newRow((name + ": " + line.left(at)).constData())
                << schema << line.left(at) << (fits ? outcome : QByteArray()) << (fits ? QByteArray("[]") : faults);
        }
    }
}

void JobRequestParamsTest::judgesAsPydanticDoes()
{
    QFETCH(QByteArray, schema);
    QFETCH(QByteArray, value);
    QFETCH(QByteArray, result);
    QFETCH(QByteArray, faults);
    const RequestOutcome outcome = read(schema, value);
    QCOMPARE(faultsOf(outcome), faults);
    QCOMPARE(outcome.spec.has_value(), faults == "[]");
    if (outcome.spec) {
        const auto params = json::read(outcome.spec->task.params);
        QVERIFY(params);
        QCOMPARE(pydantic::dumps(*params), R"({"v":)" + result + '}');
    }
}

void JobRequestParamsTest::keepsTheBytesOfWhatWasNotCoerced_data()
{
    QTest::addColumn<QByteArray>("schema");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QByteArray>("params");
    const auto row = [](const char *name, const QByteArray &schema, const QByteArray &value, const QByteArray &params) {
        QTest::newRow(name) << schema << value << params;
    };
    row("numbers as spelled", "{}", "1.50e3", R"({"v":1.50e3})");
    row("white space", "{}", R"( { "b" : 1 , "a":[ 2 ] } )", R"({"v": { "b" : 1 , "a":[ 2 ] } })");
    row("escapes", R"({"type":"string"})", R"("\u00fc\/")", R"({"v":"\u00fc\/"})");
    row("big numbers", R"({"type":"array"})", "[18446744073709551616, 1e999]",
        R"({"v":[18446744073709551616, 1e999]})");
    row("a float", R"({"type":"number"})", "2.500", R"({"v":2.500})");
    row("a fitting object", R"({"properties":{"b":{"type":"integer"},"a":{}}})", R"({"a" : [ 1.0 ], "b":2})",
        R"({"v":{"a" : [ 1.0 ], "b":2}})");
    row("beside what was", R"({"type":"array","items":{"anyOf":[{"type":"integer"},{}]}})", R"(["7", [ 1.0 ] ,3])",
        R"({"v":[7,[ 1.0 ],3]})");
    row("beside an unknown key", R"({"properties":{"a":{}}})", R"({"z":1,"a":[ 1.0 ]})", R"({"v":{"a":[ 1.0 ]}})");
    row("other keys where they are allowed", R"({"properties":{"a":{}},"additionalProperties":true})",
        R"({"z":1,"a":2})", R"({"v":{"z":1,"a":2}})");
    row("the last of repeated keys", R"({"type":"object"})", R"({"a":1,"b":2,"a":3})", R"({"v":{"a":3,"b":2}})");
}

void JobRequestParamsTest::keepsTheBytesOfWhatWasNotCoerced()
{
    QFETCH(QByteArray, schema);
    QFETCH(QByteArray, value);
    QFETCH(QByteArray, params);
    const RequestOutcome outcome = read(schema, value);
    QCOMPARE(faultsOf(outcome), QByteArray("[]"));
    QCOMPARE(outcome.spec->task.params, params);
}

// Python would go on with its own infinity, which nobody could read afterwards.
void JobRequestParamsTest::refusesWhatIsNoJson_data()
{
    QTest::addColumn<QByteArray>("value");
    for (const char *value : {"\"nan\"", "\"inf\"", "\"-Infinity\"", "1e400", "\"1e400\""}) {
        QTest::newRow(value) << QByteArray(value);
    }
}

void JobRequestParamsTest::refusesWhatIsNoJson()
{
    QFETCH(QByteArray, value);
    QCOMPARE(faultsOf(read(R"({"type":"number"})", value)),
             QByteArray(R"([{"loc":["body","task","params","v"],"msg":"ensure this value is a finite number",)"
                        R"("type":"value_error.number.not_finite_number"}])"));
}

void JobRequestParamsTest::followsReferences()
{
    const QByteArray tree = R"({"$ref":"#/properties/v/definitions/node","definitions":{"node":{"type":"object",)"
                            R"("properties":{"n":{"type":"integer"},)"
                            R"("next":{"allOf":[{"$ref":"#/properties/v/definitions/node"}]}}}}})";
    QCOMPARE(read(tree, R"({"n":"1","next":{"n":2,"next":{"n":true}}})").spec->task.params,
             QByteArray(R"({"v":{"n":1,"next":{"n":2,"next":{"n":1}}}})"));
    QCOMPARE(faultsOf(read(tree, R"({"next":{"next":{"n":"x"}}})")),
             QByteArray(R"([{"loc":["body","task","params","v","next","next","n"],)"
                        R"("msg":"value is not a valid integer","type":"type_error.integer"}])"));
}

void JobRequestParamsTest::endsWithSchemasThatReferToThemselves()
{
    QVERIFY(read(R"({"$ref":"#/properties/v"})", "1").spec.has_value());
    QCOMPARE(read(R"({"anyOf":[{"$ref":"#/properties/v"},{"type":"integer"}]})", "[]").faults.isEmpty(), false);
}

void JobRequestParamsTest::checksWhatPydanticHasNoWordsFor()
{
    const QByteArray schema = R"({"type":"object","minProperties":1,"properties":{"a":{"not":{"type":"string"}},)"
                              R"("b":{"type":"array","contains":{"const":1}}}})";
    QVERIFY(read(schema, R"({"a":1,"b":[1]})").spec.has_value());
    const RequestOutcome outcome = read(schema, R"({"a":"x","b":[1]})");
    QCOMPARE(outcome.faults.size(), 1);
    QVERIFY2(outcome.faults.first().json.startsWith(R"({"loc":["body","task","params","v","a"],"msg":")"),
             outcome.faults.first().json.constData());
    QVERIFY(outcome.faults.first().json.endsWith(R"(","type":"value_error"})"));
    QVERIFY(!read(schema, "{}").spec.has_value());
}

void JobRequestParamsTest::showsNoMoreFaultsThanAPersonCanRead()
{
    const QByteArray items = "[" + QByteArray("\"x\",").repeated(20'000) + "1]";
    QCOMPARE(read(R"({"type":"array","items":{"type":"integer"}})", items).faults.size(), 1000);
}

void JobRequestParamsTest::isNotHeldUpByHugeObjects()
{
    QByteArray object = "{";
    for (int i = 0; i < 20'000; ++i) {
        object += '"' + QByteArray::number(i % 15'000) + R"(":1,)";
    }
    object.back() = '}';
    QVERIFY(read(R"({"type":"object","additionalProperties":{"type":"integer"}})", object).spec.has_value());
    QCOMPARE(read(R"({"enum":[1]})", object).faults.size(), 1);
    QCOMPARE(read(R"({"type":"array","uniqueItems":true})", '[' + object + ',' + object + ']').faults.size(), 1);
}

void JobRequestParamsTest::isNotHeldUpByPatternsOfExponentialCost()
{
    const QByteArray letters(30'000, 'a');
    QCOMPARE(read(R"({"type":"string","pattern":"^(a+)+$"})", '"' + letters + "!\"").faults.size(), 1);
    QVERIFY(read(R"({"type":"string","pattern":"^[a-z]*$"})", '"' + letters + '"').spec.has_value());
}

QTEST_GUILESS_MAIN(JobRequestParamsTest)
#include "tst_job_request_params.moc"
