// SPDX-License-Identifier: LGPL-3.0-or-later
#include "fake_modules.h"

#include "core/json/reader.h"
#include "core/project_loader.h"
#include "core/project_schema.h"
#include "core/schema.h"

#include <QTemporaryDir>
#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace dragonscales;

namespace {

// A project of one line for each part, so that a row of the table needs to write only the part that is wrong.
QByteArray project(const QByteArray &queues = R"([{"name": "q"}])",
                   const QByteArray &tasks = R"([{"name": "t", "queue": "q", "module": "echo"}])",
                   const QByteArray &more = {}, const QByteArray &storages = R"([{"name": "s", "module": "any"}])",
                   const QByteArray &callbacks = R"([{"name": "c", "module": "any"}])")
{
    return "{\n\"queues\": " + queues + ",\n\"tasks\": " + tasks + ",\n\"storages\": " + storages +
           ",\n\"callbacks\": " + callbacks + (more.isEmpty() ? "" : ",\n" + more) + "\n}\n";
}

QByteArray queueArgs(const QByteArray &args)
{
    return project(R"([{"name": "q", "args": {)" + args + "}}]");
}

QByteArray task(const QByteArray &more)
{
    return project(R"([{"name": "q"}])", R"([{"name": "t", "queue": "q", )" + more + "}]");
}

QByteArray storage(const QByteArray &fields)
{
    return project(R"([{"name": "q"}])", R"([{"name": "t", "queue": "q", "module": "echo"}])", {},
                   R"([{"name": "s", )" + fields + "}]");
}

QProcessEnvironment environment()
{
    QProcessEnvironment environment;
    environment.insert(u"WORD"_s, u"plain"_s);
    environment.insert(u"SECRET"_s, u"S3CR3T-never-told"_s);
    return environment;
}

} // namespace

class ProjectProblemsTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tellsProblem_data();
    void tellsProblem();
    void tellsAllAtOnceInTheirOrder();
    void schemaAgrees_data() { tellsProblem_data(); }
    void schemaAgrees();
    void printsLikeACompiler();
};

void ProjectProblemsTest::tellsProblem_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("pointer");
    QTest::addColumn<int>("line");
    QTest::addColumn<int>("column");
    QTest::addColumn<QString>("message");
    QTest::addColumn<QString>("remedy");
    QTest::addColumn<bool>("isError");
    QTest::addColumn<bool>("inSchema"); // the JSON Schema of projects refuses it as well

    const auto row = [](const char *name, const QByteArray &text, const QByteArray &pointer, int line, int column,
                        const QString &message, const QString &remedy, bool isError = true, bool inSchema = false) {
        QTest::newRow(name) << text << pointer << line << column << message << remedy << isError << inSchema;
    };
    constexpr bool kWarning = false;
    constexpr bool kError = true;
    constexpr bool kSchema = true;

    row("empty", "", "", 0, 0, u"empty"_s, u"queues"_s);
    row("spaces", " \n ", "", 0, 0, u"empty"_s, u"queues"_s);
    row("binary", QByteArray("\x7f\x45LF\0\0", 6), "", 0, 0, u"binary"_s, u"Name the project file"_s);
    row("byte order mark", "\xEF\xBB\xBF{}", "", 0, 0, u"byte order mark"_s, u"without"_s);
    row("UTF-16", "\xFF\xFE{", "", 0, 0, u"UTF-16"_s, u"UTF-8"_s);
    row("not UTF-8", "{\"a\": \"\xE9\"}", "", 1, 8, u"not JSON"_s, u"UTF-8"_s);
    row("not JSON", "{\n  \"queues\" [] }", "", 2, 12, u"not JSON"_s, u"Mend"_s);
    row("comma too many", "{\"a\": [1,]}", "", 1, 10, u"not JSON"_s, u"comma"_s);
    row("single quotes", "{'a': 1}", "", 1, 2, u"not JSON"_s, u"double quotes"_s);
    row("comment", "// mine\n{}", "", 1, 1, u"not JSON"_s, u"comments"_s);
    row("cut off", "{\"a\": ", "", 1, 7, u"not JSON"_s, u"ends too early"_s);
    row("two values", "{} {}", "", 1, 4, u"Extra data"_s, u"follows"_s);
    row("array", "[]", "", 1, 1, u"must be an object"_s, u"around"_s);
    row("too deep", QByteArray(300, '['), "", 1, 201, u"not JSON"_s, u"200"_s);
    row("nothing there", "{}", "", 1, 1, u"“queues” is missing"_s, u"array"_s, kError, kSchema);
    row("queues no array", project("{}"), "/queues", 2, 11, u"“queues” must be an array, and this is an object"_s,
        u"Write an array"_s, kError, kSchema);
    row("queue no object", project("[7]"), "/queues/0", 2, 12, u"a queue, and this is a number"_s, u"“name”"_s, kError,
        kSchema);
    row("queue without name", project("[{}]"), "/queues/0", 2, 12, u"“name” is missing in a queue"_s, u"Add it"_s,
        kError, kSchema);
    row("empty name", project(R"([{"name": ""}, {"name": "q"}])"), "/queues/0/name", 2, 21, u"“name” must be"_s,
        u"visible characters"_s, kError, kSchema);
    row("blank name", project(R"([{"name": " "}, {"name": "q"}])"), "/queues/0/name", 2, 21, u"“name” must be"_s,
        u"visible characters"_s, kError, kSchema);
    row("queue twice", project(R"([{"name": "q"}, {"name": "q"}])"), "/queues/1/name", 2, 36,
        u"“q” belongs to another"_s, u"of its own"_s);
    row("column in characters", project(R"([{"name": "äöü"}, {"name": "q"}, {"name": 3}])"), "/queues/2/name", 2, 53,
        u"this is 3"_s, u"visible characters"_s, kError, kSchema);
    row("unknown queue, near",
        project(R"([{"name": "images"}])", R"([{"name": "t", "queue": "imagse", "module": "echo"}])"), "/tasks/0/queue",
        3, 34, u"No queue “imagse”."_s, u"Use “images”."_s);
    row("unknown queue, far", task(R"("module": "echo"}, {"name": "u", "module": "echo", "queue": "elsewhere")"),
        "/tasks/1/queue", 3, 99, u"No queue “elsewhere”."_s, u"Use one of “q”"_s);
    row("task without queue", project(R"([{"name": "q"}])", R"([{"name": "t", "module": "echo"}])"), "/tasks/0", 3, 11,
        u"“queue” is missing in a task"_s, u"Add it"_s, kError, kSchema);
    row("no tasks", project(R"([{"name": "q"}])", "[]"), "/tasks", 3, 10, u"no task"_s, u"Add"_s, kWarning);
    row("unknown module", task(R"("module": "ehco")"), "/tasks/0/module", 3, 49, u"No module “ehco”"_s, u"plugin"_s);
    row("program's params no schema", task(R"("module": "exec:any", "params": {"type": 5})"), "/tasks/0", 3, 11,
        u"a schema of the module “any” is wrong"_s, u"Mend “params”"_s);
    row("Python, no such module", task(R"("module": "python:gone")"), "/tasks/0/module", 3, 49, u"No module “gone”"_s,
        u"Name a module"_s);
    row("Python, params that cannot be checked", task(R"("module": "python:perl")"), "/tasks/0/module", 3, 49,
        u"What “perl” takes cannot be checked"_s, u"in another way"_s, kWarning);
    row("module with a fault", task(R"("module": "python:faulty")"), "/tasks/0/module", 3, 49,
        u"faulty.py, line 3: no class"_s, u"Its jobs fail until it is mended"_s, kWarning);
    row("module no text", task(R"("module": 5)"), "/tasks/0/module", 3, 49, u"“module” must be a text"_s, u"Write"_s,
        kError, kSchema);
    row("args no object", storage(R"("module": "any", "args": [])"), "/storages/0/args", 4, 53,
        u"“args” must be an object, and this is an array"_s, u"leave the key out"_s, kError, kSchema);
    row("args lack a member", storage(R"("module": "disk", "args": {})"), "/storages/0/args", 4, 54, u"directory"_s,
        u"“disk”"_s);
    row("args are missing", storage(R"("module": "disk")"), "/storages/0", 4, 14, u"directory"_s, u"“disk”"_s);
    row("args of a wrong type", storage(R"("module": "disk", "args": {"directory": 3})"), "/storages/0/args/directory",
        4, 68, u"“args.directory” "_s, u"“disk”"_s);
    row("args wrong deep within", storage(R"("module": "disk", "args": {"directory": "a", "deep": [1, "b"]})"),
        "/storages/0/args/deep/1", 4, 85, u"“args.deep[1]” "_s, u"“disk”"_s);
    row("args with a member too many", task(R"("module": "echo", "args": {"x": 1})"), "/tasks/0/args", 3, 65,
        u"“args” "_s, u"“echo”"_s);
    row("variable missing", storage(R"("module": "any", "args": {"a": ["${NOT_SET}"]})"), "/storages/0/args/a/0", 4, 60,
        u"no variable “NOT_SET”"_s, u"Set NOT_SET"_s);
    row("reference without end", storage(R"("module": "any", "args": {"a": "${NOT"})"), "/storages/0/args/a", 4, 59,
        u"After “${”"_s, u"$${"_s);
    row("value does not fit", storage(R"("module": "disk", "args": {"directory": "${SECRET}"})"),
        "/storages/0/args/directory", 4, 68, u"value of the reference"_s, u"“disk”"_s);
    row("id", project("[]", "[]", R"("id": "My Project")"), "/id", 6, 7, u"“id” must be"_s, u"small letters"_s, kError,
        kSchema);
    row("unknown key, near", project("[]", "[]", R"("authoriser": null)"), "/authoriser", 6, 1,
        u"“authoriser” is not known"_s, u"“authorizer”"_s, kWarning);
    row("unknown key, far", queueArgs(R"("colour": 1)"), "/queues/0/args/colour", 2, 35, u"“colour” is not known"_s,
        u"Remove it"_s, kWarning);
    row("key twice", project("[]", "[]", R"("id": "a", "id": "b")"), "/id", 6, 12, u"more than once"_s, u"last one"_s,
        kWarning);
    row("authorizer", project("[]", "[]", R"("authorizer": [])"), "/authorizer", 6, 15, u"must be an authorizer"_s,
        u"“name”"_s, kError, kSchema);
    row("plugins", project("[]", "[]", R"("plugins": [1])"), "/plugins", 6, 12, u"“plugins” must be"_s, u"texts"_s,
        kError, kSchema);
    row("schedules", project("[]", "[]", R"("schedules": [{"cron": "x"}])"), "/schedules/0", 6, 15,
        u"“name” is missing"_s, u"Add"_s, kError, kSchema);
    row("workers, none", queueArgs(R"("workers": 0)"), "/queues/0/args/workers", 2, 46,
        u"from 1 to 1000, and this is 0"_s, u"whole number"_s, kError, kSchema);
    row("workers, a text", queueArgs(R"("workers": "4")"), "/queues/0/args/workers", 2, 46, u"the text “4”"_s,
        u"whole number"_s, kError, kSchema);
    row("workers, a fraction", queueArgs(R"("workers": 1.5)"), "/queues/0/args/workers", 2, 46, u"1.5"_s,
        u"whole number"_s, kError, kSchema);
    row("workers, huge", queueArgs(R"("workers": 99999999999999999999999)"), "/queues/0/args/workers", 2, 46,
        u"from 1 to 1000"_s, u"whole number"_s, kError, kSchema);
    row("isolation", queueArgs(R"("isolation": "fork")"), "/queues/0/args/isolation", 2, 48, u"“fork”"_s,
        u"“process”"_s, kError, kSchema);
    row("timeout", queueArgs(R"("timeout": -1)"), "/queues/0/args/timeout", 2, 46, u"-1"_s, u"seconds"_s, kError,
        kSchema);
    row("default_timeout", queueArgs(R"("default_timeout": "soon")"), "/queues/0/args/default_timeout", 2, 54,
        u"“soon”"_s, u"“3m”"_s, kError, kSchema);
    row("rate without per", queueArgs(R"("rate": {"count": 1})"), "/queues/0/args/rate", 2, 43, u"“per” is missing"_s,
        u"seconds"_s, kError, kSchema);
    row("retry without max", task(R"("module": "echo", "retry": {})"), "/tasks/0/retry", 3, 66, u"“max” is missing"_s,
        u"whole number"_s, kError, kSchema);
    row("retry, negative", task(R"("module": "echo", "retry": {"max": -1})"), "/tasks/0/retry/max", 3, 74, u"-1"_s,
        u"whole number"_s, kError, kSchema);
    row("delay, a text", task(R"("module": "echo", "retry": {"max": 1, "delays": [5, "6"]})"),
        "/tasks/0/retry/delays/1", 3, 91, u"delay"_s, u"seconds"_s, kError, kSchema);
    row("timeout of a task", task(R"("module": "echo", "timeout": 0)"), "/tasks/0/timeout", 3, 68, u"this is 0"_s,
        u"leave the key out"_s, kError, kSchema);
    row("priority too high", task(R"("module": "echo", "priority": 101)"), "/tasks/0/priority", 3, 69,
        u"from -100 to 100, and this is 101"_s, u"leave the key out"_s, kError, kSchema);
    row("tag no text", task(R"("module": "echo", "tags": ["a", 1])"), "/tasks/0/tags/1", 3, 71, u"A tag must be"_s,
        u"Write such a text"_s, kError, kSchema);
    row("unique for no time", task(R"("module": "echo", "unique": 0)"), "/tasks/0/unique", 3, 67, u"from 1 to"_s,
        u"leave the key out"_s, kError, kSchema);
    row("backoff that shrinks",
        task(R"("module": "echo", "retry": {"max": 1, "backoff": {"first": 1, "factor": 0.5}})"),
        "/tasks/0/retry/backoff/factor", 3, 111, u"a number from 1 to 100"_s, u"leave the key out"_s, kError, kSchema);
    row("retry of a storage", storage(R"("module": "any", "retry": {})"), "/storages/0/retry", 4, 45,
        u"not known in a storage"_s, {}, kWarning);
}

void ProjectProblemsTest::tellsProblem()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, pointer);
    QFETCH(int, line);
    QFETCH(int, column);
    QFETCH(QString, message);
    QFETCH(QString, remedy);
    QFETCH(bool, isError);

    const QTemporaryDir folder;
    const auto outcome =
        core::loadProjectText(text, folder.filePath(u"project.json"_s), test::FakeModules(), environment());
    QStringList told;
    bool found = false;
    for (const core::Problem &problem : outcome.problems) {
        told.append(core::compilerLine(u"p"_s, problem));
        QVERIFY(!told.last().contains(u"S3CR3T"_s));
        found = found ||
                (problem.pointer == pointer && problem.position.line == line && problem.position.column == column &&
                 problem.message.contains(message) && problem.remedy.contains(remedy) &&
                 (problem.severity == core::Problem::Severity::Error) == isError);
    }
    QVERIFY2(found, qPrintable(told.join(u'\n')));
    // A fault is told once.
    QCOMPARE(std::count_if(outcome.problems.begin(), outcome.problems.end(),
                           [&](const core::Problem &problem) { return problem.pointer == pointer; }),
             text == "{}" ? 4 : 1);
    if (isError) {
        QVERIFY(!outcome.ok());
    }
}

void ProjectProblemsTest::schemaAgrees()
{
    QFETCH(QByteArray, text);
    QFETCH(bool, inSchema);
    const auto value = core::json::read(text);
    if (!value || !value->isObject()) {
        return;
    }
    const auto schema = core::Schema::compile(core::projectSchemaText());
    QVERIFY2(schema, schema ? "" : qPrintable(schema.error().message));
    QCOMPARE(!schema->validate(*value).isEmpty(), inSchema);
}

void ProjectProblemsTest::tellsAllAtOnceInTheirOrder()
{
    const QByteArray text = project(R"([{"name": "q", "args": {"workers": 0, "colour": 1}}])",
                                    R"([{"name": "t", "queue": "x", "module": "none"}, 5])",
                                    R"("id": "Ä", "authorizer": {"name": "a", "module": "disk"})");
    const auto outcome = core::loadProjectText(text, u"/nowhere/project.json"_s, test::FakeModules(), environment());
    QList<QByteArray> pointers;
    for (const core::Problem &problem : outcome.problems) {
        pointers.append(problem.pointer);
    }
    QCOMPARE(pointers, (QList<QByteArray>{"/queues/0/args/workers", "/queues/0/args/colour", "/tasks/0/queue",
                                          "/tasks/0/module", "/tasks/1", "/id", "/authorizer"}));
}

void ProjectProblemsTest::printsLikeACompiler()
{
    const core::Problem problem{
        core::Problem::Severity::Error, "/tasks/0", {9, 12, 5}, u"Bad\nthing."_s, u"Mend it."_s};
    QCOMPARE(core::compilerLine(u"project.json"_s, problem),
             u"project.json:12:5: error: Bad thing. Mend it. [/tasks/0]"_s);
    const core::Problem bare{core::Problem::Severity::Error, {}, {0, 0, 0}, u"no program \"x\""_s, u"Mend it."_s};
    QCOMPARE(core::compilerLine(u"p"_s, bare), u"p: error: no program \"x\". Mend it."_s);
    const core::Problem whole{core::Problem::Severity::Warning, {}, {0, 0, 0}, u"Odd."_s, {}};
    QCOMPARE(core::compilerLine(u"project.json"_s, whole), u"project.json: warning: Odd."_s);
}

QTEST_GUILESS_MAIN(ProjectProblemsTest)
#include "tst_project_problems.moc"
