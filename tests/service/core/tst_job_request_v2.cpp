// SPDX-License-Identifier: LGPL-3.0-or-later

#include "core/job_request.h"
#include "core/job_request_v2.h"

#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;
using namespace dragonscales::core;

namespace {

const TimePoint kNow(1'700'000'000'000ms);

ModuleEntry entry(ModuleKind kind, const QString &name)
{
    ModuleEntry made;
    made.kind = kind;
    made.name = name;
    return made;
}

// The task "thumbnail" takes an integer "a"; the task "any" takes anything.
ProjectPointer project()
{
    auto loaded = std::make_shared<LoadedProject>();
    QueueOptions options;
    options.resultTtl = 60s;
    options.failureTtl = 90s;
    options.maxQueued = 7;
    loaded->project.queues = {{u"queue"_s, options}};
    loaded->project.tasks = {entry(ModuleKind::Task, u"thumbnail"_s), entry(ModuleKind::Task, u"any"_s)};
    for (ModuleEntry &task : loaded->project.tasks) {
        task.queue = u"queue"_s;
    }
    loaded->project.storages = {entry(ModuleKind::Storage, u"disk"_s)};
    loaded->project.callbacks = {entry(ModuleKind::Callback, u"hook"_s)};
    ModuleInfo module;
    loaded->tasks.insert(u"any"_s, module);
    loaded->storages.insert(u"disk"_s, module);
    loaded->callbacks.insert(u"hook"_s, module);
    module.paramsSchema = R"({"type":"object","properties":{"a":{"type":"integer"}},"required":["a"]})";
    loaded->tasks.insert(u"thumbnail"_s, module);
    return loaded;
}

// A request with the given members besides task, storage and callback.
QByteArray bodyWith(const QByteArray &more, const QByteArray &task = R"({"name":"any"})")
{
    return R"({"task":)" + task + R"(,"storage":{"name":"disk"},"callback":{"name":"hook"})" +
           (more.isEmpty() ? QByteArray() : ',' + more) + '}';
}

SubmissionV2 read(const QByteArray &body)
{
    return JobRequestReaderV2(project()).read(body, kNow);
}

} // namespace

class JobRequestV2Test final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsEveryOption();
    void paramsStayAsTheyWereWritten();
    void readsBackoffs();
    void momentsAreInTheirZones();
    void readsDependencies();
    void tasksHaveDefaults();
    void readsSeveral();
    void tellsFaults_data();
    void tellsFaults();
    void tellsAllFaultsOfAll();
    void takesNoMoreThanAThousand();
    void manyUnknownKeysTakeNoTime();
    void numbersBeyondDoublesDoNotSwitchChecksOff();
};

void JobRequestV2Test::readsEveryOption()
{
    const auto submission =
        read(bodyWith(R"("priority":-100,"delay":2.5,"timeout":0.25,"retry":{"max":3,"delays":[1,0.5]},)"
                      R"("tags":["blue","a b","blue"],"unique":60)"));
    QVERIFY(submission.problems.isEmpty());
    QVERIFY(!submission.many);
    QCOMPARE(submission.specs.size(), 1);
    const JobSpec &spec = submission.specs.first();
    QVERIFY(spec.id.isNull());
    QCOMPARE(spec.queue, u"queue"_s);
    QCOMPARE(spec.task.name, u"any"_s);
    QCOMPARE(spec.task.params, QByteArray("{}"));
    QCOMPARE(spec.priority, -100);
    QCOMPARE(spec.runAt, kNow + 2500ms);
    QCOMPARE(spec.timeout, std::optional(250ms));
    QCOMPARE(spec.retry->max, 3);
    QCOMPARE(spec.retry->delays, (QList<std::chrono::milliseconds>{1000ms, 500ms}));
    QCOMPARE(spec.tags, (QStringList{u"blue"_s, u"a b"_s}));
    QCOMPARE(spec.unique, std::optional(60s));
    QCOMPARE(spec.resultTtl, 60s);
    QCOMPARE(spec.failureTtl, 90s);
    QCOMPARE(spec.maxQueued, 7);
    const JobSpec plain = read(bodyWith({})).specs.first();
    QCOMPARE(plain.runAt, TimePoint{});
    QVERIFY(!plain.retry && !plain.timeout && !plain.unique && plain.tags.isEmpty());
}

void JobRequestV2Test::paramsStayAsTheyWereWritten()
{
    const QByteArray params = R"({ "z": 1.50, "a": 12345678901234567890 })";
    const auto submission = read(bodyWith({}, R"({"name":"thumbnail","params":)" + params + '}'));
    QVERIFY(submission.problems.isEmpty());
    QCOMPARE(submission.specs.first().task.params, params);
}

void JobRequestV2Test::readsBackoffs()
{
    const auto retry =
        read(bodyWith(R"("retry":{"max":9,"backoff":{"first":2,"factor":3,"longest":60,"jitter":0.25}})"))
            .specs.first()
            .retry;
    QCOMPARE(retry->backoff, std::optional(Backoff{2s, 3, 60s, 0.25}));
    const auto defaults = read(bodyWith(R"("retry":{"max":9,"backoff":{"first":2}})")).specs.first().retry;
    QCOMPARE(defaults->backoff, std::optional(Backoff{2s, 2, 1h, 0.5}));
}

void JobRequestV2Test::momentsAreInTheirZones()
{
    const auto moment = [](const QByteArray &text) {
        return read(bodyWith("\"run_at\":\"" + text + '"')).specs.first().runAt;
    };
    QCOMPARE(moment("2030-01-31T08:00:00Z"), moment("2030-01-31T09:00:00+01:00"));
    QCOMPARE(moment("2001-01-01T00:00:00Z"), TimePoint(978'307'200'000ms)); // long ago: at once
}

void JobRequestV2Test::readsDependencies()
{
    const QByteArray a = "01890a5d-ac96-774b-bcce-b302099a8057";
    const QByteArray b = "01890a5d-ac96-774b-bcce-b302099a8058";
    const auto spec = [](const QByteArray &value) { return read(bodyWith("\"depends_on\":" + value)).specs.first(); };
    QCOMPARE(spec('"' + a + '"').dependsOn, QList<QUuid>{QUuid::fromString(QString::fromLatin1(a))});
    QCOMPARE(spec('"' + a + '"').onFailure, OnFailure::Cancel);
    QCOMPARE(spec("[\"" + a + "\",\"" + b + "\",\"" + a + "\"]").dependsOn.size(), 2);
    const JobSpec run = spec("{\"jobs\":[\"" + a + "\"],\"on_failure\":\"run\"}");
    QCOMPARE(run.dependsOn.size(), 1);
    QCOMPARE(run.onFailure, OnFailure::Run);
}

void JobRequestV2Test::tasksHaveDefaults()
{
    auto loaded = std::make_shared<LoadedProject>(*project());
    ModuleEntry &task = loaded->project.tasks.last();
    task.priority = 7;
    task.delay = 5s;
    task.tags = QStringList{u"blue"_s};
    task.unique = 30s;
    const JobRequestReaderV2 reader(loaded);
    const JobSpec plain = reader.read(bodyWith({}), kNow).specs.first();
    QCOMPARE(plain.priority, 7);
    QCOMPARE(plain.runAt, kNow + 5s);
    QCOMPARE(plain.tags, QStringList{u"blue"_s});
    QCOMPARE(plain.unique, std::optional(30s));
    const JobSpec own = reader.read(bodyWith(R"("priority":0,"delay":0,"tags":[],"unique":60)"), kNow).specs.first();
    QCOMPARE(own.priority, 0);
    QCOMPARE(own.runAt, kNow);
    QVERIFY(own.tags.isEmpty());
    QCOMPARE(own.unique, std::optional(60s));
    // Clients of version 1 get them as well.
    const auto old = JobRequestReader(loaded).readV1(
        R"({"task":{"name":"any","params":{}},"storage":{"name":"disk","params":{}},"callback":{"name":"hook","params":{}}})",
        kNow);
    QCOMPARE(old.spec->priority, 7);
    QCOMPARE(old.spec->runAt, kNow + 5s);
    QCOMPARE(old.spec->tags, QStringList{u"blue"_s});
    QCOMPARE(old.spec->unique, std::optional(30s));
}

void JobRequestV2Test::readsSeveral()
{
    const auto submission = read('[' + bodyWith({}) + ',' + bodyWith(R"("priority":5)") + ']');
    QVERIFY(submission.problems.isEmpty());
    QVERIFY(submission.many);
    QCOMPARE(submission.specs.size(), 2);
    QCOMPARE(submission.specs.last().priority, 5);
    QVERIFY(read('[' + bodyWith({}) + ']').many);
}

void JobRequestV2Test::tellsFaults_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("pointer");
    QTest::addColumn<QString>("message");
    QTest::addColumn<QString>("remedy");
    const auto row = [](const char *name, const QByteArray &body, const QByteArray &pointer, const QString &message,
                        const QString &remedy = {}) { QTest::newRow(name) << body << pointer << message << remedy; };
    const auto option = [&](const char *name, const QByteArray &more, const QByteArray &pointer, const QString &message,
                            const QString &remedy = {}) { row(name, bodyWith(more), pointer, message, remedy); };

    row("empty", "", "", u"no JSON"_s);
    row("not JSON", "{", "", u"no JSON: Expecting property name"_s);
    row("not UTF-8", "{\"a\":\"\xE9\"}", "", u"not UTF-8"_s);
    row("too deep", QByteArray(300, '['), "", u"nested too deeply"_s);
    row("a text", "\"x\"", "", u"a request, and this is a text"_s, u"“task”, “storage” and “callback”"_s);
    row("null", "null", "", u"this is null"_s);
    row("empty array", "[]", "", u"0 requests"_s, u"Put requests in it"_s);
    row("no object in the array", '[' + bodyWith({}) + ",7]", "/1", u"a request, and this is a number"_s);
    row("no callback", R"({"task":{"name":"any"},"storage":{"name":"disk"}})", "", u"“callback” is missing"_s);
    row("task no object", bodyWith({}, "7"), "/task", u"“task” must be an object, and this is 7"_s);
    row("task without name", bodyWith({}, "{}"), "/task", u"“name” is missing in a task"_s);
    row("name no text", bodyWith({}, R"({"name":1})"), "/task/name", u"“name” must be"_s);
    row("name, near", bodyWith({}, R"({"name":"thumbnial"})"), "/task/name", u"no task “thumbnial”"_s,
        u"Write “thumbnail”"_s);
    row("name, far", bodyWith({}, R"({"name":"elsewhere"})"), "/task/name", u"no task “elsewhere”"_s,
        u"There are “thumbnail” and “any”"_s);
    row("params no object", bodyWith({}, R"({"name":"any","params":[]})"), "/task/params", u"“params” must be"_s);
    row("params are not coerced", bodyWith({}, R"({"name":"thumbnail","params":{"a":"1"}})"), "/task/params/a",
        u"“a” has the wrong type."_s);
    row("no params", bodyWith({}, R"({"name":"thumbnail"})"), "/task/params", u"“params” lacks the property \"a\"."_s);
    row("unknown member of a task", bodyWith({}, R"({"name":"any","parms":{}})"), "/task/parms",
        u"“parms” is not known"_s, u"Write “params”"_s);
    option("unknown option", R"("prioritiy":1)", "/prioritiy", u"“prioritiy” is not known in a request."_s,
           u"Write “priority”"_s);
    option("option twice", R"("priority":1,"priority":2)", "/priority", u"more than once"_s);
    option("priority too high", R"("priority":101)", "/priority", u"from -100 to 100, and this is 101"_s);
    option("priority, fraction", R"("priority":1.5)", "/priority", u"whole number"_s);
    option("priority null", R"("priority":null)", "/priority", u"this is null"_s);
    option("delay negative", R"("delay":-1)", "/delay", u"-1"_s);
    option("delay a text", R"("delay":"5")", "/delay", u"this is the text “5”"_s);
    option("delay too long", R"("delay":1e300)", "/delay", u"seconds"_s);
    option("delay and run_at", R"("run_at":"2030-01-31T08:00:00Z","delay":1)", "/delay", u"has both"_s);
    option("run_at without a zone", R"("run_at":"2030-01-31T08:00:00")", "/run_at", u"with its zone"_s, u"RFC 3339"_s);
    option("run_at in a zone that is none", R"("run_at":"2030-01-31T08:00:00+25:00")", "/run_at", u"with its zone"_s);
    option("run_at a number", R"("run_at":1893456000)", "/run_at", u"“run_at” must be a text"_s);
    option("timeout 0", R"("timeout":0)", "/timeout", u"from 0.001"_s);
    option("retry no object", R"("retry":3)", "/retry", u"“retry” must be an object"_s);
    option("retry without max", R"("retry":{"delays":[1]})", "/retry", u"“max” is missing"_s);
    option("retry, unknown member", R"("retry":{"max":1,"delay":[1]})", "/retry/delay", u"not known in a retry"_s,
           u"Write “delays”"_s);
    option("delays negative", R"("retry":{"max":1,"delays":[1,-1]})", "/retry/delays/1", u"seconds"_s);
    option("many delays", "\"retry\":{\"max\":1,\"delays\":[" + QByteArray("1,").repeated(1000) + "1]}",
           "/retry/delays", u"1001 delays"_s);
    option("delays and backoff", R"("retry":{"max":1,"delays":[1],"backoff":{"first":1}})", "/retry/backoff",
           u"both"_s);
    option("backoff shrinks", R"("retry":{"max":1,"backoff":{"first":1,"factor":0.5}})", "/retry/backoff/factor",
           u"a number from 1 to 100"_s);
    option("backoff, first too long", R"("retry":{"max":1,"backoff":{"first":10,"longest":5}})", "/retry/backoff",
           u"longer than the longest"_s);
    option("jitter", R"("retry":{"max":1,"backoff":{"first":1,"jitter":2}})", "/retry/backoff/jitter",
           u"from 0 to 1"_s);
    option("unique too short", R"("unique":0)", "/unique", u"from 1"_s);
    option("unique, a flag", R"("unique":true)", "/unique", u"this is true"_s);
    option("depends on a number", R"("depends_on":7)", "/depends_on", u"1 to 100 others"_s);
    option("depends on nothing", R"("depends_on":[])", "/depends_on", u"1 to 100 others"_s);
    option("depends on no id", R"("depends_on":["7"])", "/depends_on/0", u"no id of a job"_s);
    option("dependency without jobs", R"("depends_on":{})", "/depends_on", u"“jobs” is missing"_s);
    option("dependency, unknown", R"("depends_on":{"jobs":[],"onfailure":"run"})", "/depends_on/onfailure",
           u"not known"_s, u"on_failure"_s);
    option("on_failure", R"("depends_on":{"jobs":"01890a5d-ac96-774b-bcce-b302099a8057","on_failure":"wait"})",
           "/depends_on/on_failure", u"“cancel” or “run”"_s);
    option("tags no array", R"("tags":"blue")", "/tags", u"“tags” must be an array"_s);
    option("tag no text", R"("tags":["a",1])", "/tags/1", u"A tag must be"_s);
    option("empty tag", R"("tags":[" "])", "/tags/0", u"A tag must be"_s);
    option("long tag", "\"tags\":[\"" + QByteArray(101, 'a') + "\"]", "/tags/0", u"1 to 100"_s);
    option("many tags", "\"tags\":[" + QByteArray("\"a\",").repeated(20) + "\"b\"]", "/tags", u"21 tags"_s);
}

void JobRequestV2Test::tellsFaults()
{
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, pointer);
    QFETCH(QString, message);
    QFETCH(QString, remedy);
    const auto submission = read(body);
    QVERIFY(submission.specs.isEmpty());
    QCOMPARE(submission.problems.size(), 1);
    const Problem &problem = submission.problems.first();
    QCOMPARE(problem.pointer, pointer);
    QVERIFY2(problem.message.contains(message), qPrintable(problem.message));
    QVERIFY2(problem.remedy.contains(remedy), qPrintable(problem.remedy));
}

void JobRequestV2Test::tellsAllFaultsOfAll()
{
    const auto submission = read('[' + bodyWith(R"("delay":-1,"tags":7)") + ",\n" + bodyWith({}) + ",\n" +
                                 bodyWith(R"("priority":"x")") + ']');
    QVERIFY(submission.specs.isEmpty());
    QByteArrayList pointers;
    for (const Problem &problem : submission.problems) {
        pointers.append(problem.pointer);
    }
    QCOMPARE(pointers, (QByteArrayList{"/0/delay", "/0/tags", "/2/priority"}));
    QCOMPARE(submission.problems.last().position.line, 3);
}

void JobRequestV2Test::takesNoMoreThanAThousand()
{
    const QByteArray one = bodyWith({});
    const auto many = [&](int count) { return '[' + QByteArrayList(count, one).join(',') + ']'; };
    QCOMPARE(read(many(1000)).specs.size(), 1000);
    const auto refused = read(many(1001));
    QVERIFY(refused.specs.isEmpty());
    QVERIFY(refused.problems.first().message.contains(u"1001 requests"_s));
}

// Each is looked at once, and only the first ones are told.
void JobRequestV2Test::manyUnknownKeysTakeNoTime()
{
    QByteArray body = "{";
    for (int i = 0; i < 300'000; ++i) {
        body += "\"k" + QByteArray::number(i) + "\":0,";
    }
    body.back() = '}';
    const auto submission = read(body);
    QVERIFY(submission.specs.isEmpty());
    QVERIFY(submission.problems.size() < 200);
}

void JobRequestV2Test::numbersBeyondDoublesDoNotSwitchChecksOff()
{
    const auto submission = read(bodyWith({}, R"({"name":"thumbnail","params":{"a":"x","b":1e400}})"));
    QCOMPARE(submission.problems.size(), 1);
    QVERIFY2(submission.problems.first().message.contains(u"too large to be checked"_s),
             qPrintable(submission.problems.first().message));
}

QTEST_GUILESS_MAIN(JobRequestV2Test)
#include "tst_job_request_v2.moc"
