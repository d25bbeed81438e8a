// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/project_loader.h"
#include "host/module_sources.h"
#include "host_fixture.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QTest>

#include <atomic>
#include <thread>

#include <sys/stat.h>

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;
using namespace dragonscales;
using namespace dragonscales::host;
using testing::Heard;

namespace {

const QString kPrograms = QStringLiteral(DRAGONSCALES_BIN_DIR);

HostOptions options()
{
    HostOptions made;
    made.runnerProgram = kPrograms + u"/dragonscales-runner"_s;
    made.pythonHost = kPrograms + u"/python/host.py"_s;
    return made;
}

// A folder with Python modules, a project that names them, and a host that runs them.
class PythonProject final
{
public:
    PythonProject()
    {
        write(u"tasks/__init__.py"_s, "");
        write(u"tasks/good.py"_s, R"(from dragonscales import get_context, tasks
class Task(tasks.BaseTask):
    """Adds."""
    def run(self, a: int, b: int = 2):
        print("adding")
        get_context().progress(0.5, "half")
        return {"sum": a + b, "queue": self.queue, "extra": self.extra}
)");
        write(u"tasks/storage.py"_s, R"(from dragonscales import storages
class Storage(storages.BaseStorage):
    def store(self, result):
        return {"stored": result}
)");
        write(u"tasks/callback.py"_s, R"(from dragonscales import callbacks
class Callback(callbacks.BaseCallback):
    def call(self, status, fail: bool = False):
        if fail:
            raise ValueError("not reachable: " + status["status"])
)");
    }

    void write(const QString &name, const QByteArray &text)
    {
        const QString path = m_folder.filePath(name);
        QDir().mkpath(QFileInfo(path).absolutePath());
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size()) {
            qFatal("cannot write %s", qPrintable(path));
        }
    }
    QString path(const QString &name) const { return m_folder.filePath(name); }

    // Further entries, behind those that are always there.
    core::LoadOutcome load(const QByteArray &tasks = {}, const QByteArray &rest = {},
                           const HostOptions &hostOptions = options())
    {
        const QByteArray text = R"({"queues": [{"name": "q", "args": {}}],
            "tasks": [{"name": "good", "queue": "q", "module": "tasks.good", "args": {"extra": "x"}},
                      {"name": "echo", "queue": "q", "module": "echo"})" +
                                tasks + R"(],
            "storages": [{"name": "py", "module": "tasks.storage"}, {"name": "discard", "module": "discard"},
                         {"name": "file", "module": "file", "args": {"directory": "out"}}],
            "callbacks": [{"name": "py", "module": "tasks.callback"}])" +
                                rest + "}";
        const auto catalog = Catalog::scan({{kPrograms + u"/plugins"_s, true}});
        PythonModules python(options(), {});
        auto outcome = core::loadProjectText(text, path(u"project.json"_s), ModuleSources(*catalog, &python),
                                             QProcessEnvironment::systemEnvironment());
        m_project = outcome.project;
        m_host = std::make_unique<Host>(catalog, hostOptions);
        return outcome;
    }

    JobCall call(const QString &task, const QByteArray &params, const QString &storage) const
    {
        JobCall made;
        made.job = QUuid::createUuid();
        made.project = m_project;
        made.task = {task, params};
        made.storage = {storage, "{}"};
        made.queue.grace = 200ms;
        return made;
    }
    JobOutcome run(const QString &task, const QByteArray &params = "{}", const QString &storage = u"py"_s)
    {
        return m_host->run(call(task, params, storage), std::make_shared<Control>());
    }

    CallbackCall callback() const
    {
        CallbackCall made;
        made.job = QUuid::createUuid();
        made.delivery = QUuid::createUuid();
        made.project = m_project;
        made.callback = {u"py"_s, "{}"};
        made.payload = R"({"id":"1","status":"finished"})";
        return made;
    }

    Host &host() { return *m_host; }
    core::ProjectPointer project() const { return m_project; }

private:
    QTemporaryDir m_folder;
    core::ProjectPointer m_project;
    std::unique_ptr<Host> m_host;
};

QByteArray taskEntry(const QByteArray &name)
{
    return R"(, {"name": ")" + name + R"(", "queue": "q", "module": "tasks.)" + name + R"("})";
}

} // namespace

// Python modules from the project's file to the end of a job, in real interpreters.
class HostPythonTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void schemasComeFromSignatures();
    void jobRunsInOneInterpreter();
    void jobRunsInTwoRunners_data();
    void jobRunsInTwoRunners();
    void largeResultPassesByFile();
    void aTimeLimitCoversBothHalves();
    void callbacksAreCalled();
    void manyCallbacksAtOnceShareInterpreters();
    void whoeverWaitedAsLongWaitsForTheNewOne();
    void authorizersAreAsked_data();
    void authorizersAreAsked();
    void faultyModulesAreWarnings_data();
    void faultyModulesAreWarnings();
    void aModuleThatOthersMayWriteIsNotRun();
    void anEditedModuleCounts();
    void aPythonThatIsNotThereIsTold();
    void validatingRunsNothing();
};

void HostPythonTest::schemasComeFromSignatures()
{
    PythonProject project;
    const auto outcome = project.load();
    QVERIFY2(outcome.ok() && outcome.problems.isEmpty(),
             outcome.problems.isEmpty() ? "" : qPrintable(outcome.problems.first().message));
    const core::ModuleInfo info = outcome.project->tasks.value(u"good"_s);
    QCOMPARE(info.origin, core::ModuleOrigin::Python);
    QCOMPARE(info.library, project.path(u"tasks/good.py"_s));
    QCOMPARE(info.fault, QString());
    QVERIFY2(info.description.startsWith(u"Adds."_s), qPrintable(info.description));
    QVERIFY2(info.paramsSchema.contains(R"("required")") && info.paramsSchema.contains(R"("integer")"),
             info.paramsSchema.constData());
    // The next start describes them anew and learns the same.
    QCOMPARE(project.load().project->tasks.value(u"good"_s).paramsSchema, info.paramsSchema);
}

void HostPythonTest::jobRunsInOneInterpreter()
{
    PythonProject project;
    QVERIFY(project.load().ok());
    const auto control = std::make_shared<Control>();
    const Heard heard(*control);
    const JobOutcome outcome = project.host().run(project.call(u"good"_s, R"({"a": 40})", u"py"_s), control);
    QCOMPARE(outcome.error.info(), QString());
    QCOMPARE(outcome.location, R"({"stored":{"sum":42,"queue":"q","extra":"x"}})");
    QCOMPARE(heard.linesOf(u"stdout"_s), QStringList{u"adding"_s});
    QCOMPARE(heard.fraction, 0.5);
    QCOMPARE(project.host().runnersAlive(), 1);
}

void HostPythonTest::jobRunsInTwoRunners_data()
{
    QTest::addColumn<QString>("task");
    QTest::addColumn<QByteArray>("params");
    QTest::addColumn<QString>("storage");
    QTest::addColumn<QByteArray>("location");
    QTest::newRow("Python, then native") << u"good"_s << QByteArray(R"({"a": 1})") << u"discard"_s
                                         << QByteArray("null");
    QTest::newRow("native, then Python") << u"echo"_s << QByteArray(R"({"value": 12345678901234567890})") << u"py"_s
                                         << QByteArray(R"({"stored":12345678901234567890})");
}

void HostPythonTest::jobRunsInTwoRunners()
{
    QFETCH(QString, task);
    QFETCH(QByteArray, params);
    QFETCH(QString, storage);
    PythonProject project;
    QVERIFY(project.load().ok());
    const JobOutcome outcome = project.run(task, params, storage);
    QCOMPARE(outcome.error.info(), QString());
    QTEST(outcome.location, "location");
    QCOMPARE(project.host().runnersAlive(), 2);
}

void HostPythonTest::largeResultPassesByFile()
{
    PythonProject project;
    project.write(u"tasks/large.py"_s, R"(from dragonscales import tasks
class Task(tasks.BaseTask):
    def run(self):
        return "x" * 3_000_000
)");
    QVERIFY(project.load(taskEntry("large")).ok());
    const JobOutcome outcome = project.run(u"large"_s, "{}", u"file"_s);
    QCOMPARE(outcome.error.info(), QString());
    const QDir out(project.path(u"out"_s));
    const QFileInfoList files = out.entryInfoList(QDir::Files);
    QCOMPARE(files.size(), 1);
    QCOMPARE(files.first().size(), 3'000'002);
    // The other way: a native result of the same size.
    const JobOutcome echoed = project.run(u"echo"_s, R"({"value": ")" + QByteArray(3'000'000, 'y') + R"("})");
    QCOMPARE(echoed.error.info(), QString());
    QCOMPARE(echoed.location.size(), 3'000'002 + qsizetype(qstrlen(R"({"stored":})")));
}

void HostPythonTest::aTimeLimitCoversBothHalves()
{
    PythonProject project;
    project.write(u"tasks/storage.py"_s, R"(import time
from dragonscales import storages
class Storage(storages.BaseStorage):
    def store(self, result):
        time.sleep(60)
)");
    QVERIFY(project.load(R"(, {"name": "sleep", "queue": "q", "module": "sleep"})").ok());
    JobCall call = project.call(u"sleep"_s, R"({"seconds": 3})", u"py"_s);
    call.queue.isolation = core::Isolation::Process;
    call.timeout = 4s;
    QElapsedTimer timer;
    timer.start();
    const JobOutcome outcome = project.host().run(call, std::make_shared<Control>());
    QVERIFY2(timer.elapsed() < 6500, "the storage had a limit of its own"); // 7 s then
    QCOMPARE(outcome.kind, JobOutcome::Kind::Failed);
    QCOMPARE(outcome.error.type, u"timeout"_s);
    QVERIFY2(outcome.error.message.contains(u"time limit of 4 s"_s), qPrintable(outcome.error.message));
}

void HostPythonTest::manyCallbacksAtOnceShareInterpreters()
{
    HostOptions patient = options();
    patient.callPatience = 1min; // so that all of them wait on a slow machine as well
    patient.startPatience = 1min;
    PythonProject project;
    QVERIFY(project.load({}, {}, patient).ok());
    std::atomic<int> delivered = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 16; ++i) {
        threads.emplace_back([&] {
            const auto done = project.host().call(project.callback(), std::make_shared<Control>());
            delivered += done.kind == CallbackOutcome::Kind::Delivered ? 1 : 0;
        });
    }
    for (std::thread &thread : threads) {
        thread.join();
    }
    QCOMPARE(delivered.load(), 16);
    QCOMPARE(project.host().runnersAlive(), 1);
}

// One call holds the only interpreter up. Of the others, whose patience ends at one time, one starts another.
void HostPythonTest::whoeverWaitedAsLongWaitsForTheNewOne()
{
    HostOptions patient = options();
    patient.callPatience = 1s;
    patient.startPatience = 1min;
    PythonProject project;
    project.write(u"tasks/callback.py"_s, R"(import os, time
from dragonscales import callbacks
class Callback(callbacks.BaseCallback):
    def call(self, status, begun: str = "", until: str = ""):
        if begun:
            open(begun, "w").close()
        while until and not os.path.exists(until):
            time.sleep(0.01)
)");
    QVERIFY(project.load({}, {}, patient).ok());
    const QString begun = project.path(u"begun"_s);
    const QString until = project.path(u"until"_s);
    std::atomic<int> delivered = 0;
    const auto call = [&](const QByteArray &params) {
        CallbackCall made = project.callback();
        made.callback.params = params;
        delivered +=
            project.host().call(made, std::make_shared<Control>()).kind == CallbackOutcome::Kind::Delivered ? 1 : 0;
    };
    call("{}"); // starts it
    QCOMPARE(delivered.exchange(0), 1);
    std::vector<std::jthread> threads;
    threads.emplace_back(
        [&] { call(R"({"begun": ")" + begun.toUtf8() + R"(", "until": ")" + until.toUtf8() + R"("})"); });
    QTRY_VERIFY(QFile::exists(begun));
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&] { call("{}"); });
    }
    QTRY_COMPARE_WITH_TIMEOUT(delivered.load(), 8, 30'000);
    project.write(u"until"_s, {});
    threads.clear();
    QCOMPARE(delivered.load(), 9);
    QCOMPARE(project.host().runnersAlive(), 2);
}

void HostPythonTest::callbacksAreCalled()
{
    PythonProject project;
    QVERIFY(project.load().ok());
    CallbackCall call = project.callback();
    const CallbackOutcome done = project.host().call(call, std::make_shared<Control>());
    QCOMPARE(done.error, QString());
    QCOMPARE(done.kind, CallbackOutcome::Kind::Delivered);
    call.callback.params = R"({"fail": true})";
    const CallbackOutcome failed = project.host().call(call, std::make_shared<Control>());
    QCOMPARE(failed.kind, CallbackOutcome::Kind::Retry);
    QVERIFY2(failed.error.contains(u"ValueError: not reachable: finished"_s), qPrintable(failed.error));
}

void HostPythonTest::authorizersAreAsked_data()
{
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<bool>("allowed");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("detail");
    QTest::newRow("good") << QByteArray("good") << true << 0 << QString();
    QTest::newRow("bad") << QByteArray("bad") << false << 403 << u"not you"_s;
    // Nobody gets in by an error, and strangers do not learn which.
    QTest::newRow("raises") << QByteArray("raise") << false << 500 << u"The authorizer failed"_s;
    QTest::newRow("exits") << QByteArray("exit") << false << 500 << u"The authorizer failed"_s;
}

void HostPythonTest::authorizersAreAsked()
{
    QFETCH(QByteArray, key);
    QFETCH(int, status);
    QFETCH(QString, detail);
    PythonProject project;
    project.write(u"tasks/door.py"_s, R"(import os
from dragonscales import HTTPException, authorizers
class Authorizer(authorizers.BaseAuthorizer):
    async def authorize(self, request):
        key = request.headers["x-key"]
        if key == "raise":
            raise KeyError("secret")
        if key == "exit":
            os._exit(3)
        if key != "good":
            raise HTTPException(403, "not you", headers={"X-Why": "because"})
)");
    QVERIFY(project.load({}, R"(, "authorizer": {"name": "door", "module": "tasks.door"})").ok());
    sdk::Request request{"GET", u"/api/v1/jobs/"_s, {}, {{"X-Key", key}}, u"127.0.0.1"_s};
    const sdk::Verdict verdict = project.host().authorize(project.project(), request);
    QTEST(verdict.allowed, "allowed");
    if (!verdict.allowed) {
        QCOMPARE(verdict.status, status);
        QVERIFY2(verdict.detail.contains(detail) && !verdict.detail.contains(u"secret"_s), qPrintable(verdict.detail));
        QCOMPARE(verdict.headers.value(0).second, status == 403 ? QByteArray("because") : QByteArray());
    }
    // The next one is asked as if nothing had been.
    request.headers = {{"X-Key", "good"}};
    QVERIFY(project.host().authorize(project.project(), request).allowed);
}

void HostPythonTest::faultyModulesAreWarnings_data()
{
    QTest::addColumn<QByteArray>("text"); // of tasks/odd.py; empty: there is none
    QTest::addColumn<QStringList>("words");
    QTest::newRow("missing") << QByteArray() << QStringList{u"tasks.odd"_s};
    QTest::newRow("syntax error") << QByteArray("x = 1\ndef (:\n") << QStringList{u"tasks/odd.py:2"_s};
    QTest::newRow("raises") << QByteArray("x = 1\ny = 1 / 0\n")
                            << QStringList{u"tasks/odd.py:2"_s, u"ZeroDivisionError"_s};
    QTest::newRow("no class") << QByteArray("class Other: pass\n") << QStringList{u"Task"_s, u"tasks/odd.py"_s};
    QTest::newRow("exits") << QByteArray("import os\nos._exit(3)\n") << QStringList{u"tasks/odd.py"_s, u"status 3"_s};
    QTest::newRow("crashes") << QByteArray("import os\nos.kill(os.getpid(), 11)\n")
                             << QStringList{u"tasks/odd.py"_s, u"SIGSEGV"_s};
    QTest::newRow("hangs") << QByteArray("import time\n\ntime.sleep(1000)\n")
                           << QStringList{u"tasks/odd.py:3"_s, u"10 s"_s};
}

void HostPythonTest::faultyModulesAreWarnings()
{
    QFETCH(QByteArray, text);
    QFETCH(QStringList, words);
    PythonProject project;
    if (!text.isEmpty()) {
        project.write(u"tasks/odd.py"_s, text);
    }
    const auto outcome = project.load(taskEntry("odd"));
    QVERIFY(outcome.ok());
    QCOMPARE(outcome.problems.size(), 1);
    QCOMPARE(outcome.problems.first().severity, core::Problem::Severity::Warning);
    QCOMPARE(outcome.problems.first().pointer, "/tasks/2/module");
    const JobOutcome failed = project.run(u"odd"_s);
    QCOMPARE(failed.kind, JobOutcome::Kind::Failed);
    for (const QString &word : words) {
        QVERIFY2(outcome.problems.first().message.contains(word), qPrintable(outcome.problems.first().message));
        QVERIFY2(failed.error.info().contains(word), qPrintable(failed.error.info()));
    }
    // The others run, and this one does once it is mended.
    QCOMPARE(project.run(u"good"_s, R"({"a": 1})").kind, JobOutcome::Kind::Finished);
    project.write(u"tasks/odd.py"_s,
                  "from dragonscales import tasks\nclass Task(tasks.BaseTask):\n    def run(self): return 'mended'\n");
    const JobOutcome mended = project.run(u"odd"_s);
    QCOMPARE(mended.error.info(), QString());
    QCOMPARE(mended.location, R"({"stored":"mended"})");
}

void HostPythonTest::aModuleThatOthersMayWriteIsNotRun()
{
    PythonProject project;
    const QString mark = project.path(u"mark"_s);
    project.write(u"tasks/open.py"_s, "open('" + mark.toUtf8() + R"(', 'w')
from dragonscales import tasks
class Task(tasks.BaseTask):
    def run(self): pass
)");
    const QByteArray file = QFile::encodeName(project.path(u"tasks/open.py"_s));
    QCOMPARE(::chmod(file.constData(), 0666), 0);
    const auto outcome = project.load(taskEntry("open"));
    QVERIFY(outcome.ok());
    QCOMPARE(outcome.problems.size(), 1);
    QVERIFY(outcome.problems.first().message.contains(u"chmod go-w"_s));
    const JobOutcome failed = project.run(u"open"_s);
    QVERIFY2(failed.error.info().contains(u"others can write to it"_s), qPrintable(failed.error.info()));
    QVERIFY(!QFile::exists(mark));
    QCOMPARE(::chmod(file.constData(), 0644), 0);
    QCOMPARE(project.run(u"open"_s).error.info(), QString());
    QVERIFY(QFile::exists(mark));
}

void HostPythonTest::anEditedModuleCounts()
{
    PythonProject project;
    const auto answer = [](const QByteArray &word) {
        return "from dragonscales import tasks\nclass Task(tasks.BaseTask):\n    def run(self): return '" + word +
               "'\n";
    };
    project.write(u"tasks/edited.py"_s, answer("one"));
    QVERIFY(project.load(taskEntry("edited")).ok());
    QCOMPARE(project.run(u"edited"_s).location, R"({"stored":"one"})");
    project.write(u"tasks/edited.py"_s, answer("three"));
    QCOMPARE(project.run(u"edited"_s).location, R"({"stored":"three"})");
    QCOMPARE(project.host().runnersAlive(), 1);
}

void HostPythonTest::aPythonThatIsNotThereIsTold()
{
    PythonProject project;
    const auto outcome = project.load({}, R"(, "python": "no/such/python")");
    QVERIFY(outcome.ok());
    QCOMPARE(outcome.problems.size(), 3); // of a task, a storage, a callback
    const QString path = project.path(u"no/such/python"_s);
    QVERIFY2(outcome.problems.first().message.contains(path), qPrintable(outcome.problems.first().message));
    const QString info = project.run(u"good"_s, R"({"a": 1})").error.info();
    QVERIFY2(info.contains(path) && info.contains(u"No such file"_s), qPrintable(info));
}

void HostPythonTest::validatingRunsNothing()
{
    PythonProject project;
    const QString mark = project.path(u"mark"_s);
    project.write(u"tasks/good.py"_s, "open('" + mark.toUtf8() + "', 'w')\n");
    const auto catalog = Catalog::scan({{kPrograms + u"/plugins"_s, true}});
    const auto outcome = core::loadProjectText(
        R"({"queues": [{"name": "q"}], "tasks": [{"name": "t", "queue": "q", "module": "tasks.good"}], "storages": [],
            "callbacks": []})",
        project.path(u"project.json"_s), ModuleSources(*catalog), QProcessEnvironment::systemEnvironment());
    QVERIFY(outcome.ok());
    QCOMPARE(outcome.project->tasks.value(u"t"_s).library, project.path(u"tasks/good.py"_s));
    QVERIFY(!QFile::exists(mark));
}

QTEST_GUILESS_MAIN(HostPythonTest)
#include "tst_host_python.moc"
