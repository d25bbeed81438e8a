// SPDX-License-Identifier: LGPL-3.0-or-later
#include "fake_modules.h"

#include "core/json/reader.h"
#include "core/module_reference.h"
#include "core/project_loader.h"
#include "core/python_interpreter.h"
#include "core/secrets.h"

#include <QDir>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>

using namespace Qt::Literals::StringLiterals;
using namespace dragonscales;
using namespace std::chrono_literals;

namespace {

constexpr auto kFull = R"({
  "id": "gallery",
  "queues":    [{"name": "images", "args": {"workers": 2, "isolation": "process", "timeout": 300.5, "memory": 64,
                 "grace": 0, "jobs_per_runner": 5, "max_concurrency": 9, "rate": {"count": 3, "per": 0.5},
                 "max_queued": 100, "result_ttl": 60, "failure_ttl": 120}},
                {"name": "plain"}, {"name": "old", "args": {"default_timeout": "3m"}},
                {"name": "endless", "args": {"default_timeout": -1}}],
  "tasks":     [{"name": "thumbnail", "queue": "images", "module": "any", "args": {"big": 12345678901234567890, "b":1},
                 "retry": {"max": 3, "delays": [5, 0.25]}, "timeout": 60,
                 "priority": -5, "delay": 1.5, "tags": ["blue", "blue"], "unique": 30}],
  "storages":  [{"name": "disk", "module": "disk", "args": {"directory": "${FOLDER}"}}],
  "callbacks": [{"name": "hook", "module": "native:any", "args": {"secrets": ["${HOOK}", "$${HOOK}", "a${HOOK}b${FOLDER}"],
                 "${HOOK}": {"x" : "\u00e9"}}}],
  "authorizer": {"name": "keys", "module": "any", "args": {"file": "keys.json"}},
  "plugins": ["more", "/opt/plugins"],
  "mine": {"kept": true}
})";

QProcessEnvironment environment()
{
    QProcessEnvironment environment;
    environment.insert(u"FOLDER"_s, u"results"_s);
    environment.insert(u"HOOK"_s, u"quote\" back\\slash\nend ${FOLDER}"_s);
    return environment;
}

core::LoadOutcome load(const QByteArray &text, const QString &path = u"/nowhere/gallery.json"_s)
{
    return core::loadProjectText(text, path, test::FakeModules(), environment());
}

} // namespace

class ProjectTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsEverything();
    void replacesReferencesAndNothingElse();
    void masksWhatWasPutIn();
    void olderFilesAreFine();
    void idComesFromThePath();
    void pluginsFolderBesideTheFile();
    void badFiles_data();
    void badFiles();
    void readProjectBearsFaults();
    void modulesByOrigin_data();
    void modulesByOrigin();
    void pythonFileCountsUnlessBundled();
    void pythonIsChosen_data();
    void pythonIsChosen();
    void programTakesItsParamsFromTheEntry();
    void dataFolderFollowsTheEnvironment();
    void tellsAllOfTenThousandProblems();
};

void ProjectTest::readsEverything()
{
    const auto outcome = load(kFull);
    QVERIFY(outcome.ok());
    QList<QByteArray> warned;
    for (const core::Problem &problem : outcome.problems) {
        QCOMPARE(problem.severity, core::Problem::Severity::Warning);
        warned << problem.pointer;
    }
    QCOMPARE(warned, QList<QByteArray>{"/mine"}); // an unknown key
    const core::Project &project = outcome.project->project;
    QCOMPARE(project.text, QByteArray(kFull));
    QCOMPARE(project.id, u"gallery"_s);
    QCOMPARE(project.path, u"/nowhere/gallery.json"_s);
    QCOMPARE(project.folder, u"/nowhere"_s);
    QCOMPARE(project.pluginFolders, (QStringList{u"/nowhere/more"_s, u"/opt/plugins"_s}));
    const core::QueueOptions &images = project.queue(u"images"_s)->options;
    QCOMPARE(images.workers, 2);
    QCOMPARE(images.isolation, core::Isolation::Process);
    QCOMPARE(images.timeout, 300'500ms);
    QCOMPARE(images.memoryMiB, 64);
    QCOMPARE(images.grace, 0ms);
    QCOMPARE(images.jobsPerRunner, 5);
    QCOMPARE(images.maxConcurrency, 9);
    QCOMPARE(images.rateCount, 3);
    QCOMPARE(images.ratePer, 500ms);
    QCOMPARE(images.maxQueued, 100);
    QCOMPARE(images.resultTtl, 60s);
    QCOMPARE(images.failureTtl, 120s);
    QCOMPARE(project.queue(u"plain"_s)->options.workers, 1);
    QCOMPARE(project.queue(u"plain"_s)->options.grace, 10s);
    QCOMPARE(project.queue(u"old"_s)->options.timeout, 180s);
    QCOMPARE(project.queue(u"endless"_s)->options.timeout, 0s);
    QVERIFY(project.queue(u"none"_s) == nullptr);
    const core::ModuleEntry *task = project.entry(core::ModuleKind::Task, u"thumbnail"_s);
    QCOMPARE(task->queue, u"images"_s);
    QCOMPARE(task->timeout, 60s);
    QCOMPARE(task->priority, -5);
    QCOMPARE(task->delay, 1500ms);
    QCOMPARE(task->tags, QStringList{u"blue"_s});
    QCOMPARE(task->unique, std::optional(30s));
    QCOMPARE(task->retry->max, 3);
    QCOMPARE(task->retry->delays, (QList<std::chrono::milliseconds>{5000ms, 250ms}));
    QCOMPARE(task->args, QByteArray(R"({"big": 12345678901234567890, "b":1})"));
    QVERIFY(!project.entry(core::ModuleKind::Storage, u"disk"_s)->retry);
    QCOMPARE(outcome.project->module(core::ModuleKind::Callback, u"hook"_s)->name, u"any"_s);
    QCOMPARE(outcome.project->module(core::ModuleKind::Authorizer, u"keys"_s)->name, u"any"_s);
}

void ProjectTest::replacesReferencesAndNothingElse()
{
    const auto outcome = load(kFull);
    QVERIFY(outcome.ok());
    const auto args = [&](core::ModuleKind kind, const QString &name) { return outcome.project->argsOf(kind, name); };
    QCOMPARE(args(core::ModuleKind::Task, u"thumbnail"_s), QByteArray(R"({"big": 12345678901234567890, "b":1})"));
    QCOMPARE(args(core::ModuleKind::Storage, u"disk"_s), QByteArray(R"({"directory": "results"})"));
    const QByteArray hook = args(core::ModuleKind::Callback, u"hook"_s);
    const auto value = core::json::read(hook);
    QVERIFY(value.has_value());
    const auto &secrets = value->find("secrets")->items();
    const QByteArray secret = "quote\" back\\slash\nend ${FOLDER}"; // what comes in is not looked into again
    QCOMPARE(secrets[0].text(), secret);
    QCOMPARE(secrets[1].text(), QByteArray("${HOOK}"));
    QCOMPARE(secrets[2].text(), QByteArray("a" + secret + "bresults"));
    QVERIFY(hook.contains(R"("${HOOK}": {"x" : "\u00e9"})"));
    // The entry itself keeps the references.
    QCOMPARE(outcome.project->project.storages.first().args, QByteArray(R"({"directory": "${FOLDER}"})"));
    QCOMPARE(args(core::ModuleKind::Task, u"none"_s), QByteArray("{}"));
}

void ProjectTest::masksWhatWasPutIn()
{
    QCOMPARE(core::masked("a long-secret, long-secret-er, abc",
                          {{"A", "long-secret"}, {"B", "long-secret-er"}, {"C", "abc"}}),
             QByteArray("a ${A}, ${B}, abc"));
}

void ProjectTest::olderFilesAreFine()
{
    const auto outcome = load(R"({"queues": [{"name": "queue", "args": {}}],
        "tasks": [{"name": "task", "queue": "queue", "module": "echo", "args": {}}],
        "storages": [{"name": "storage", "module": "any", "args": {}}],
        "callbacks": [{"name": "callback", "module": "any", "args": {}}],
        "authorizer": null})");
    QVERIFY(outcome.ok());
    QCOMPARE(outcome.problems.size(), 0);
    QVERIFY(!outcome.project->authorizer);
}

void ProjectTest::idComesFromThePath()
{
    const QString id = core::projectIdOf(u"/nowhere/My Project é.json"_s);
    QVERIFY(QRegularExpression(u"^my-project---[0-9a-f]{8}$"_s).match(id).hasMatch());
    QVERIFY(core::projectIdOf(u"/elsewhere/My Project é.json"_s) != id);
    QVERIFY(core::projectIdOf(u"/x/"_s + QString(200, u'a') + u".json"_s).size() <= 40);
    // The same file by another way has the same id.
    const QTemporaryDir folder;
    QVERIFY(QFile(folder.filePath(u"p.json"_s)).open(QIODevice::WriteOnly));
    QVERIFY(QFile::link(folder.filePath(u"p.json"_s), folder.filePath(u"link.json"_s)));
    QCOMPARE(core::projectIdOf(folder.filePath(u"link.json"_s)), core::projectIdOf(folder.filePath(u"p.json"_s)));
}

void ProjectTest::pluginsFolderBesideTheFile()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(u"project.json"_s);
    const QByteArray text = R"({"queues": [], "tasks": [], "storages": [], "callbacks": []})";
    QCOMPARE(load(text, path).project->project.pluginFolders, QStringList());
    QVERIFY(QDir(folder.path()).mkdir(u"plugins"_s));
    QCOMPARE(load(text, path).project->project.pluginFolders, QStringList{folder.filePath(u"plugins"_s)});
}

void ProjectTest::badFiles_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("message");
    QTest::newRow("missing") << u"missing.json"_s << u"There is no file"_s;
    QTest::newRow("folder") << u"folder"_s << u"is a folder"_s;
    QTest::newRow("below a file") << u"big/project.json"_s << u"There is no file"_s;
    QTest::newRow("unreadable") << u"unreadable"_s << u"may not be read"_s;
    QTest::newRow("pipe") << u"pipe"_s << u"no regular file"_s;
    QTest::newRow("device") << u"/dev/zero"_s << u"no regular file"_s;
    QTest::newRow("big") << u"big"_s << u"larger than 16 MiB"_s;
    QTest::newRow("loop") << u"loop"_s << u"cannot be opened"_s;
    QTest::newRow("no name") << u""_s << u"is a folder"_s;
}

void ProjectTest::badFiles()
{
    QFETCH(QString, name);
    QFETCH(QString, message);
    const QTemporaryDir folder;
    QVERIFY(QDir(folder.path()).mkdir(u"folder"_s));
    QFile unreadable(folder.filePath(u"unreadable"_s));
    QVERIFY(unreadable.open(QIODevice::WriteOnly) && unreadable.setPermissions({}));
    QCOMPARE(mkfifo(QFile::encodeName(folder.filePath(u"pipe"_s)).constData(), 0600), 0);
    QFile big(folder.filePath(u"big"_s));
    QVERIFY(big.open(QIODevice::WriteOnly) && big.resize(100 * 1024 * 1024));
    QVERIFY(QFile::link(folder.filePath(u"loop"_s), folder.filePath(u"loop"_s)));
    if (name == u"unreadable"_s && geteuid() == 0) {
        QSKIP("root may read everything");
    }
    const QString path = QDir(folder.path()).absoluteFilePath(name);
    const auto outcome = core::loadProject(path, test::FakeModules(), environment());
    QVERIFY(!outcome.ok());
    QCOMPARE(outcome.problems.size(), 1);
    QVERIFY2(outcome.problems.first().message.contains(message), qPrintable(outcome.problems.first().message));
    QVERIFY(!outcome.problems.first().remedy.isEmpty());
    QList<core::Problem> problems;
    QVERIFY(core::readProject(path, &problems) == nullptr);
    QCOMPARE(problems.size(), 1);
}

void ProjectTest::readProjectBearsFaults()
{
    const QTemporaryDir folder;
    QFile file(folder.filePath(u"project.json"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(R"({"queues": 5, "tasks": [{"name": "t", "module": "none"}], "plugins": "p"})");
    file.close();
    QList<core::Problem> problems;
    const auto project = core::readProject(file.fileName(), &problems);
    QVERIFY(project != nullptr);
    QCOMPARE(problems.size(), 0);
    QCOMPARE(project->pluginFolders, QStringList{folder.filePath(u"p"_s)});
}

void ProjectTest::modulesByOrigin_data()
{
    QTest::addColumn<QString>("module");
    QTest::addColumn<core::ModuleOrigin>("origin");
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("file");
    using core::ModuleOrigin;
    QTest::newRow("plain") << u"echo"_s << ModuleOrigin::Native << u"echo"_s << QString();
    QTest::newRow("file") << u"pkg.task"_s << ModuleOrigin::Python << u"pkg.task"_s << u"pkg/task.py"_s;
    QTest::newRow("letters of all kinds") << u"pkg.täsk"_s << ModuleOrigin::Python << u"pkg.täsk"_s << u"pkg/täsk.py"_s;
    QTest::newRow("package") << u"pkg"_s << ModuleOrigin::Python << u"pkg"_s << u"pkg/__init__.py"_s;
    QTest::newRow("native") << u"native:pkg"_s << ModuleOrigin::Native << u"pkg"_s << QString();
    QTest::newRow("python") << u"python:gone"_s << ModuleOrigin::Python << u"gone"_s << QString();
    QTest::newRow("exec") << u"exec:a b"_s << ModuleOrigin::Exec << u"a b"_s << u"a b"_s;
    QTest::newRow("file missing in a package") << u"pkg.gone"_s << ModuleOrigin::Python << u"pkg.gone"_s << QString();
    QTest::newRow("no package") << u"bare.task"_s << ModuleOrigin::Native << u"bare.task"_s << QString();
    QTest::newRow("way out") << u"..pkg.task"_s << ModuleOrigin::Native << u"..pkg.task"_s << QString();
}

void ProjectTest::modulesByOrigin()
{
    QFETCH(QString, module);
    QFETCH(core::ModuleOrigin, origin);
    QFETCH(QString, name);
    QFETCH(QString, file);
    const QTemporaryDir folder;
    QVERIFY(QDir(folder.path()).mkdir(u"pkg"_s));
    QVERIFY(QDir(folder.path()).mkdir(u"bare"_s));
    for (const auto &made : {u"pkg/task.py"_s, u"pkg/täsk.py"_s, u"pkg/__init__.py"_s}) {
        QVERIFY(QFile(folder.filePath(made)).open(QIODevice::WriteOnly));
    }
    const auto reference = core::resolveModule(module, {u"/nowhere"_s, folder.path()}, folder.path());
    QCOMPARE(reference.origin, origin);
    QCOMPARE(reference.name, name);
    QCOMPARE(reference.file, file.isEmpty() ? QString() : folder.filePath(file));
    QCOMPARE(reference.forced, module.contains(u':'));
}

void ProjectTest::pythonFileCountsUnlessBundled()
{
    const QTemporaryDir folder;
    QVERIFY(QFile(folder.filePath(u"echo.py"_s)).open(QIODevice::WriteOnly));
    const QByteArray text = R"({"queues": [{"name": "q"}], "tasks": [{"name": "t", "queue": "q", "module": "echo"}],
        "storages": [], "callbacks": []})";
    const QString path = folder.filePath(u"project.json"_s);
    test::FakeModules modules;
    const auto origin = [&] {
        const auto outcome = core::loadProjectText(text, path, modules, environment());
        return outcome.project->tasks.value(u"t"_s).origin;
    };
    QCOMPARE(origin(), core::ModuleOrigin::Native);
    modules.bundled = false;
    QCOMPARE(origin(), core::ModuleOrigin::Python);
}

void ProjectTest::pythonIsChosen_data()
{
    QTest::addColumn<QString>("variable");
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("virtualEnvironment");
    QTest::addColumn<QString>("chosen");
    const QString here = QDir::currentPath();
    QTest::newRow("none") << QString() << QString() << QString() << u"python3"_s;
    QTest::newRow("variable") << u"python3.11"_s << u"other"_s << u"/venv"_s << u"python3.11"_s;
    QTest::newRow("variable, a path") << u"bin/py"_s << QString() << QString() << here + u"/bin/py"_s;
    QTest::newRow("key") << QString() << u"pypy3"_s << u"/venv"_s << u"pypy3"_s;
    QTest::newRow("key, a path") << QString() << u"venv/bin/python"_s << QString() << u"/project/venv/bin/python"_s;
    QTest::newRow("virtual environment") << QString() << QString() << u"/venv"_s << u"/venv/bin/python3"_s;
}

void ProjectTest::pythonIsChosen()
{
    QFETCH(QString, variable);
    QFETCH(QString, key);
    QFETCH(QString, virtualEnvironment);
    QProcessEnvironment variables;
    variables.insert(u"DRAGONSCALES_PYTHON"_s, variable);
    variables.insert(u"VIRTUAL_ENV"_s, virtualEnvironment);
    QTEST(core::pythonInterpreter(variables, key, u"/project"_s), "chosen");
}

void ProjectTest::programTakesItsParamsFromTheEntry()
{
    const QByteArray text = R"({"queues": [{"name": "q"}], "tasks": [{"name": "t", "queue": "q", "module": "exec:any",
        "params": {"type": "object"}}], "storages": [], "callbacks": []})";
    const auto outcome = core::loadProjectText(text, u"/p/project.json"_s, test::FakeModules(), environment());
    QVERIFY(outcome.ok());
    QCOMPARE(outcome.problems.size(), 2); // no storage, no callback
    QCOMPARE(outcome.project->tasks.value(u"t"_s).paramsSchema, R"({"type": "object"})");
}

void ProjectTest::dataFolderFollowsTheEnvironment()
{
    qputenv("XDG_DATA_HOME", "/somewhere/data");
    QCOMPARE(core::dataFolder(u"gallery"_s), u"/somewhere/data/dragonscales/gallery"_s);
    qputenv("XDG_DATA_HOME", "some/where");
    QCOMPARE(core::dataFolder(u"gallery"_s), QDir::homePath() + u"/.local/share/dragonscales/gallery"_s);
    qunsetenv("XDG_DATA_HOME");
}

void ProjectTest::tellsAllOfTenThousandProblems()
{
    QByteArray tasks;
    for (int i = 0; i < 10'000; ++i) {
        tasks += (i == 0 ? "" : ",\n") + QByteArray(R"({"name": "t", "queue": "imagse", "module": "none", "x": 1})");
    }
    const auto outcome =
        load(R"({"queues": [{"name": "images"}], "tasks": [)" + tasks + R"(], "storages": [], "callbacks": []})");
    QVERIFY(!outcome.ok());
    QVERIFY(outcome.problems.size() > 30'000);
    QCOMPARE(outcome.problems.last().position.line, 10'000);
}

QTEST_GUILESS_MAIN(ProjectTest)
#include "tst_project.moc"
