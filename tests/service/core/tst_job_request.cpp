// SPDX-License-Identifier: LGPL-3.0-or-later

#include "core/job_request.h"

#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace dragonscales::core;

namespace {

ModuleEntry entry(ModuleKind kind, const QString &name, const QString &queue = {})
{
    ModuleEntry made;
    made.kind = kind;
    made.name = name;
    made.queue = queue;
    return made;
}

// Two tasks, of which the first takes an integer "a" and a text "b".
ProjectPointer project()
{
    auto loaded = std::make_shared<LoadedProject>();
    QueueOptions slow;
    slow.resultTtl = std::chrono::seconds(60);
    slow.failureTtl = std::chrono::seconds(90);
    slow.maxQueued = 7;
    slow.timeout = std::chrono::seconds(5);
    loaded->project.queues = {{u"queue"_s, {}}, {u"slow"_s, slow}};
    loaded->project.tasks = {entry(ModuleKind::Task, u"task"_s, u"queue"_s),
                             entry(ModuleKind::Task, u"task2"_s, u"slow"_s)};
    loaded->project.storages = {entry(ModuleKind::Storage, u"storage"_s)};
    loaded->project.callbacks = {entry(ModuleKind::Callback, u"it's"_s)};
    ModuleInfo any;
    loaded->tasks.insert(u"task2"_s, any);
    loaded->storages.insert(u"storage"_s, any);
    loaded->callbacks.insert(u"it's"_s, any);
    ModuleInfo strict;
    strict.paramsSchema =
        R"({"type":"object","properties":{"a":{"type":"integer"},"b":{"type":"string"}},"required":["a","b"]})";
    loaded->tasks.insert(u"task"_s, strict);
    return loaded;
}

const QByteArray kTask = R"("task":{"name":"task","params":{"a":1,"b":"x"}})";
const QByteArray kStorage = R"("storage":{"name":"storage","params":{}})";
const QByteArray kCallback =
    "\"callback\":{\"name\":\"it's\",\"params\":{}}"; // no raw string: moc stumbles over its quote

QByteArray bodyOf(const QByteArray &task)
{
    return '{' + task + ',' + kStorage + ',' + kCallback + '}';
}

QByteArray missing(const QByteArray &loc)
{
    return R"({"loc":[)" + loc + R"(],"msg":"field required","type":"value_error.missing"})";
}

QByteArray fault(const QByteArray &loc, const QByteArray &msg, const QByteArray &type)
{
    return R"({"loc":[)" + loc + R"(],"msg":")" + msg + R"(","type":")" + type + R"("})";
}

} // namespace

class JobRequestTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void faults_data();
    void faults();
    void refusesWhatIsNotUtf8_data();
    void refusesWhatIsNotUtf8();
    void repeatsOnlyTheStartOfWhatIsNotJson();
    void namesCharactersAndNotBytes();
    void acceptsAPlainRequest();
    void acceptsListsOfPairs();
    void takesTheQueueAndItsLimits();
    void leavesTimeLimitsAndRetriesToTheProject();
    void ignoresWhatItDoesNotKnow();
    void readsAWholeBodyQuickly();
};

void JobRequestTest::faults_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("detail");
    const auto row = [](const char *name, const QByteArray &body, const QByteArray &detail) {
        QTest::newRow(name) << body << detail;
    };
    const QByteArray notDict = fault(R"("body")", "value is not a valid dict", "type_error.dict");
    const QByteArray allMissing =
        missing(R"("body","task")") + ',' + missing(R"("body","storage")") + ',' + missing(R"("body","callback")");
    row("no body", "", missing(R"("body")"));
    row("null", "null", missing(R"("body")"));
    row("a number", "5", notDict);
    row("a text", R"("x")", notDict);
    row("an empty text", R"("")", notDict);
    row("true", "true", notDict);
    row("an empty object", "{}", allMissing);
    row("an array", "[]", allMissing);
    row("an array of no pairs", "[1]", notDict);
    row("an array of pairs", R"([["task",1]])",
        fault(R"("body","task")", "value is not a valid dict", "type_error.dict") + ',' +
            missing(R"("body","storage")") + ',' + missing(R"("body","callback")"));
    row("null for a part", R"({"task":null,)" + kStorage + ',' + kCallback + '}',
        fault(R"("body","task")", "none is not an allowed value", "type_error.none.not_allowed"));
    row("a number for a part", R"({"task":3,)" + kStorage + ',' + kCallback + '}',
        fault(R"("body","task")", "value is not a valid dict", "type_error.dict"));
    row("an empty part", R"({"task":{},)" + kStorage + ',' + kCallback + '}',
        missing(R"("body","task","name")") + ',' + missing(R"("body","task","params")"));
    row("no name", bodyOf(R"("task":{"params":{"a":1,"b":"x"}})"), missing(R"("body","task","name")"));
    row("null for the name", bodyOf(R"("task":{"name":null,"params":{}})"),
        fault(R"("body","task","name")", "none is not an allowed value", "type_error.none.not_allowed"));
    row("unknown name", bodyOf(R"("task":{"name":"nope","params":{}})"),
        R"({"loc":["body","task","name"],"msg":"unexpected value; permitted: 'task', 'task2'",)"
        R"("type":"value_error.const","ctx":{"given":"nope","permitted":["task","task2"]}})");
    row("a number for the name", bodyOf(R"("task":{"name":1.50,"params":{}})"),
        R"({"loc":["body","task","name"],"msg":"unexpected value; permitted: 'task', 'task2'",)"
        R"("type":"value_error.const","ctx":{"given":1.5,"permitted":["task","task2"]}})");
    row("a name that needs other quotes", '{' + kTask + ',' + kStorage + R"(,"callback":{"name":"x","params":{}}})",
        R"({"loc":["body","callback","name"],"msg":"unexpected value; permitted: \"it's\"",)"
        R"("type":"value_error.const","ctx":{"given":"x","permitted":["it's"]}})");
    row("no params", bodyOf(R"("task":{"name":"task"})"), missing(R"("body","task","params")"));
    row("null for params", bodyOf(R"("task":{"name":"task","params":null})"),
        fault(R"("body","task","params")", "none is not an allowed value", "type_error.none.not_allowed"));
    row("a text for params", bodyOf(R"("task":{"name":"task2","params":"x"})"),
        fault(R"("body","task","params")", "value is not a valid dict", "type_error.dict"));
    row("a number for params of an unknown name", bodyOf(R"("task":{"params":1})"),
        missing(R"("body","task","name")") + ',' +
            fault(R"("body","task","params")", "value is not a valid dict", "type_error.dict"));
    row("a parameter left out", bodyOf(R"("task":{"name":"task","params":{"b":"x"}})"),
        missing(R"("body","task","params","a")"));
    row("only the chosen entry is judged", bodyOf(R"("task":{"name":"task","params":{"a":"x","b":[]}})"),
        fault(R"("body","task","params","a")", "value is not a valid integer", "type_error.integer") + ',' +
            fault(R"("body","task","params","b")", "str type expected", "type_error.str"));
    row("all at once", R"({"callback":{"name":"it's"},"task":{"name":"task","params":{"a":null}}})",
        fault(R"("body","task","params","a")", "none is not an allowed value", "type_error.none.not_allowed") + ',' +
            missing(R"("body","task","params","b")") + ',' + missing(R"("body","storage")") + ',' +
            missing(R"("body","callback","params")"));
    row("not JSON", R"({"task":})",
        R"-({"loc":["body",8],"msg":"Expecting value: line 1 column 9 (char 8)","type":"value_error.jsondecode",)-"
        R"("ctx":{"msg":"Expecting value","doc":"{\"task\":}","pos":8,"lineno":1,"colno":9}})");
    row("more behind the end", "{} {",
        R"-({"loc":["body",3],"msg":"Extra data: line 1 column 4 (char 3)","type":"value_error.jsondecode",)-"
        R"("ctx":{"msg":"Extra data","doc":"{} {","pos":3,"lineno":1,"colno":4}})");
    row("nothing but space", "\n  ",
        R"-({"loc":["body",3],"msg":"Expecting value: line 2 column 3 (char 3)","type":"value_error.jsondecode",)-"
        R"("ctx":{"msg":"Expecting value","doc":"\n  ","pos":3,"lineno":2,"colno":3}})");
}

void JobRequestTest::faults()
{
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, detail);
    const RequestOutcome outcome = JobRequestReader(project()).readV1(body);
    QByteArray text;
    for (const RequestFault &entry : outcome.faults) {
        text += (text.isEmpty() ? "" : ",") + entry.json;
    }
    QCOMPARE(text, detail);
    QVERIFY(!outcome.unreadable);
    QVERIFY(!outcome.spec.has_value());
}

void JobRequestTest::refusesWhatIsNotUtf8_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("latin-1") << QByteArray("{\"task\":\"\xfc\"}");
    QTest::newRow("behind a fault") << QByteArray("{]\xff");
    QTest::newRow("cut off") << QByteArray("\"\xc3");
    QTest::newRow("UTF-16") << QByteArray("\xff\xfe{\0}\0", 6);
    QTest::newRow("too deep") << QByteArray(100'000, '[');
}

void JobRequestTest::refusesWhatIsNotUtf8()
{
    QFETCH(QByteArray, body);
    const RequestOutcome outcome = JobRequestReader(project()).readV1(body);
    QVERIFY(outcome.unreadable);
    QVERIFY(outcome.faults.isEmpty());
    QVERIFY(!outcome.spec.has_value());
}

void JobRequestTest::repeatsOnlyTheStartOfWhatIsNotJson()
{
    const QString text(5000, u'ü');
    const RequestOutcome outcome = JobRequestReader(project()).readV1('"' + text.toUtf8() + "\"x");
    QCOMPARE(outcome.faults.size(), 1);
    QCOMPARE(outcome.faults.first().json,
             R"-({"loc":["body",5002],"msg":"Extra data: line 1 column 5003 (char 5002)",)-"
             R"("type":"value_error.jsondecode","ctx":{"msg":"Extra data","doc":"\")" +
                 text.left(999).toUtf8() + R"(","pos":5002,"lineno":1,"colno":5003}})");
}

void JobRequestTest::namesCharactersAndNotBytes()
{
    const RequestOutcome outcome = JobRequestReader(project()).readV1("\xef\xbb\xbf{\"ü😀\":}");
    QCOMPARE(outcome.faults.size(), 1);
    QVERIFY2(outcome.faults.first().json.startsWith(
                 R"-({"loc":["body",6],"msg":"Expecting value: line 1 column 7 (char 6)","type":)-"),
             outcome.faults.first().json.constData());
}

void JobRequestTest::acceptsAPlainRequest()
{
    const RequestOutcome outcome = JobRequestReader(project()).readV1(bodyOf(kTask));
    QVERIFY(outcome.faults.isEmpty());
    QVERIFY(outcome.spec.has_value());
    QCOMPARE(outcome.spec->task.name, u"task"_s);
    QCOMPARE(outcome.spec->task.params, QByteArray(R"({"a":1,"b":"x"})"));
    QCOMPARE(outcome.spec->storage.name, u"storage"_s);
    QCOMPARE(outcome.spec->storage.params, QByteArray("{}"));
    QCOMPARE(outcome.spec->callback.name, u"it's"_s);
    QCOMPARE(outcome.spec->callback.params, QByteArray("{}"));
}

void JobRequestTest::acceptsListsOfPairs()
{
    const RequestOutcome outcome =
        JobRequestReader(project()).readV1(R"([["task",[["name","task"],["params",[["a","1"],["b",true]]]]],)"
                                           R"(["storage",{"name":"storage","params":[]}],)"
                                           R"(["callback",{"name":"it's","params":{}}]])");
    QVERIFY(outcome.spec.has_value());
    QCOMPARE(outcome.spec->task.params, QByteArray(R"({"a":1,"b":"True"})"));
    QCOMPARE(outcome.spec->storage.params, QByteArray("{}"));
}

void JobRequestTest::takesTheQueueAndItsLimits()
{
    const JobRequestReader reader(project());
    QCOMPARE(reader.readV1(bodyOf(kTask)).spec->queue, u"queue"_s);
    const RequestOutcome outcome = reader.readV1(bodyOf(R"("task":{"name":"task2","params":{}})"));
    QCOMPARE(outcome.spec->queue, u"slow"_s);
    QCOMPARE(outcome.spec->resultTtl, std::chrono::seconds(60));
    QCOMPARE(outcome.spec->failureTtl, std::chrono::seconds(90));
    QCOMPARE(outcome.spec->maxQueued, 7);
}

// A queued job follows the project as it is when it is claimed.
void JobRequestTest::leavesTimeLimitsAndRetriesToTheProject()
{
    const RequestOutcome outcome = JobRequestReader(project()).readV1(bodyOf(R"("task":{"name":"task2","params":{}})"));
    QVERIFY(!outcome.spec->timeout.has_value());
    QVERIFY(!outcome.spec->retry.has_value());
}

void JobRequestTest::ignoresWhatItDoesNotKnow()
{
    const RequestOutcome outcome = JobRequestReader(project()).readV1(
        R"({"x":1,"task":{"y":[],"name":"task","params":{"a":1,"z":2,"b":"x"}},)" + kStorage + ',' + kCallback + '}');
    QVERIFY(outcome.spec.has_value());
    QCOMPARE(outcome.spec->task.params, QByteArray(R"({"a":1,"b":"x"})"));
}

void JobRequestTest::readsAWholeBodyQuickly()
{
    const JobRequestReader reader(project());
    const QByteArray body = bodyOf(kTask);
    QBENCHMARK
    {
        QVERIFY(reader.readV1(body).spec.has_value());
    }
}

QTEST_GUILESS_MAIN(JobRequestTest)
#include "tst_job_request.moc"
