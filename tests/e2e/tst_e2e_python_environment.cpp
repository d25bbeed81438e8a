// SPDX-License-Identifier: LGPL-3.0-or-later
#include "e2e_project.h"
#include "python_service.h"

#include <QDir>
#include <QFile>
#include <QStandardPaths>
#include <QTest>

#include <csignal>

using namespace dragonscales::test;
using namespace std::chrono_literals;
using namespace Qt::Literals::StringLiterals;

namespace {

// Tells where it was found.
const QByteArray kWhere = R"(import os

from dragonscales import tasks


class Task(tasks.BaseTask):
    def run(self):
        return os.path.basename(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
)";

// Ends in the same interpreter as without it, and leaves a mark.
QByteArray wrapper(const QString &mark)
{
    return "#!/bin/sh\necho ran >>'" + mark.toUtf8() + "'\nexec '" +
           QStandardPaths::findExecutable(u"python3"_s).toUtf8() + "' \"$@\"\n";
}

} // namespace

// What stands around a service: variables, folders, the interpreter.
class TestE2ePythonEnvironment final : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<PythonService> m_service;

    void set(const QString &name, const QString &value) { m_service->process().environment().insert(name, value); }
    // With nothing but its environment, as the old service is started.
    bool startBare() { return m_service->process().startWith({}) && !m_service->process().url().isEmpty(); }
    void runsAJob()
    {
        const QByteArray body = m_service->run("wait", R"({"seconds":0})");
        QVERIFY2(member(body, u"status"_s) == "finished", body + m_service->process().errorText());
    }
    QString makeWrapper(const QString &name)
    {
        m_service->writeModule(name, wrapper(m_service->path(name + u".mark"_s)));
        QFile::setPermissions(m_service->path(name), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        return m_service->path(name);
    }
    bool ran(const QString &name) const { return QFile::exists(m_service->path(name + u".mark"_s)); }

private Q_SLOTS:
    void init()
    {
        m_service = std::make_unique<PythonService>();
        m_service->copyExample();
        set(u"DRAGONSCALES_SERVICE_ADDRESS"_s, u"127.0.0.1:0"_s);
    }
    void cleanup() { m_service.reset(); }

    void theProjectIsFoundByItsVariableOrInTheWorkingFolder_data()
    {
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("folder");
        QTest::newRow("unset") << QString() << QString();
        QTest::newRow("a name") << u"other.json"_s << QString();
        QTest::newRow("a path from elsewhere") << u"ABOVE/other.json"_s << u"home"_s;
    }
    void theProjectIsFoundByItsVariableOrInTheWorkingFolder()
    {
        QFETCH(QString, value);
        QFETCH(QString, folder);
        if (!value.isEmpty()) {
            QVERIFY(QFile::rename(m_service->path(u"project.json"_s), m_service->path(u"other.json"_s)));
            set(u"DRAGONSCALES_PROJECT_PATH"_s, value.replace(u"ABOVE"_s, m_service->path()));
        }
        m_service->process().setWorkingFolder(m_service->path(folder));
        QVERIFY2(startBare(), m_service->process().errorText());
        runsAJob();
    }

    void theStoreIsNamedByEitherVariable_data()
    {
        QTest::addColumn<QStringList>("variables");
        QTest::newRow("the new name") << QStringList{u"DRAGONSCALES_QUEUE_URL"_s};
        QTest::newRow("the old name") << QStringList{u"DRAGONSCALES_REDIS_URL"_s};
        QTest::newRow("the new one wins") << QStringList{u"DRAGONSCALES_QUEUE_URL"_s, u"DRAGONSCALES_REDIS_URL"_s};
    }
    void theStoreIsNamedByEitherVariable()
    {
        QFETCH(QStringList, variables);
        for (qsizetype i = 0; i < variables.size(); ++i) {
            set(variables.at(i), u"sqlite:%1"_s.arg(m_service->path(u"%1.db"_s.arg(i))));
        }
        QVERIFY2(startBare(), m_service->process().errorText());
        runsAJob();
        QVERIFY(QFile::exists(m_service->path(u"0.db"_s)));
        QVERIFY(!QFile::exists(m_service->path(u"1.db"_s)));
    }

    void theStoreIsInTheUsersDataFolderByItself()
    {
        QVERIFY2(startBare(), m_service->process().errorText());
        runsAJob();
        const auto folders = QDir(m_service->path(u"data/dragonscales"_s)).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
        QCOMPARE(folders.size(), 1);
        QVERIFY(QFile::exists(m_service->path(u"data/dragonscales/%1/store.db"_s.arg(folders.first()))));
    }

    void theLoggersVariablesCount()
    {
        const QString log = m_service->path(u"service.log"_s);
        set(u"DRAGONSCALES_LOGGER_LEVEL"_s, u"WARNING"_s);
        set(u"DRAGONSCALES_LOGGER_PATH"_s, log);
        set(u"DRAGONSCALES_LOGGER_MAX_BYTES"_s, u"300"_s);
        // Each failed delivery is a warning.
        m_service->receiver().answerWith([](const ReceivedHook &) {
            HookAnswer answer;
            answer.status = 500;
            return answer;
        });
        QVERIFY2(startBare(), m_service->process().errorText());
        for (int i = 0; i < 5; ++i) {
            runsAJob();
        }
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(log + u".1"_s), 20'000);
        m_service->process().sendSignal(SIGTERM);
        QCOMPARE(m_service->process().waitForEnd(), 0);
        QCOMPARE(m_service->process().errorText(), QByteArray());
        const QByteArray lines = contentOf(log + u".1"_s) + contentOf(log);
        QVERIFY2(lines.contains(R"("level":"warning")") && !lines.contains(R"("level":"info")"), lines);
        QVERIFY(QFileInfo(log).size() <= 1000);
    }

    void aBadLevelIsASentence()
    {
        set(u"DRAGONSCALES_LOGGER_LEVEL"_s, u"LOUD"_s);
        QCOMPARE(m_service->process().runToEnd({}), 2);
        QVERIFY2(m_service->process().errorText().contains("LOUD"), m_service->process().errorText());
    }

    void theQueuesOfAServiceCanBeNamed()
    {
        QByteArray project = contentOf(m_service->path(u"project.json"_s));
        project.replace(R"({"name": "queue", "args": {}})", R"({"name": "queue", "args": {}}, {"name": "other"})");
        project.replace(R"("name": "combine", "queue": "queue")", R"("name": "combine", "queue": "other")");
        m_service->setProject(project);
        set(u"DRAGONSCALES_QUEUE_NAME"_s, u"queue"_s);
        set(u"DRAGONSCALES_DELIVERY_QUEUE_NAME"_s, u"deliveries"_s);
        QVERIFY2(startBare(), m_service->process().errorText());
        const QByteArray id = m_service->submit("combine", R"({"a":1,"b":"x","c":{}})");
        for (int i = 0; i < 5; ++i) {
            runsAJob();
        }
        QCOMPARE(statusOf(m_service->http(), id), QByteArray("queued"));
    }

    void modulesAreFoundInTheWorkingFolderAndInTheProjectsFolder_data()
    {
        QTest::addColumn<QStringList>("holders");
        QTest::addColumn<QByteArray>("found");
        QTest::newRow("the working folder alone") << QStringList{u"work"_s} << QByteArray("work");
        QTest::newRow("the project's folder alone") << QStringList{u"project"_s} << QByteArray("project");
        QTest::newRow("the working folder first") << QStringList{u"work"_s, u"project"_s} << QByteArray("work");
    }
    void modulesAreFoundInTheWorkingFolderAndInTheProjectsFolder()
    {
        QFETCH(QStringList, holders);
        QFETCH(QByteArray, found);
        for (const QString &folder : {u"work"_s, u"project"_s}) {
            QDir().mkpath(m_service->path(folder));
        }
        for (const QString &folder : holders) {
            m_service->copyExample(folder);
            m_service->writeModule(folder + u"/tasks/wait.py"_s, kWhere);
        }
        QFile::remove(m_service->path(u"work/project.json"_s));
        m_service->process().writeFile(u"project/project.json"_s, contentOf(m_service->path(u"project.json"_s)));
        m_service->process().setWorkingFolder(m_service->path(u"work"_s));
        set(u"DRAGONSCALES_PROJECT_PATH"_s, u"../project/project.json"_s);
        QVERIFY2(startBare(), m_service->process().errorText());
        QCOMPARE(m_service->logged(u"warning"_s), QStringList());
        const QByteArray id = m_service->submit("wait", "{}");
        QCOMPARE(m_service->told(id), finishedBody(id, '"' + found + '"'));
    }

    void anOldCheckoutMayBeTheWorkingFolder()
    {
        // Its own package needs what is not installed, and is nothing that jobs of today can use.
        for (const char *part : {"__init__", "tasks", "storages", "callbacks", "authorizers"}) {
            m_service->writeModule(u"old/dragonscales/%1.py"_s.arg(QString::fromLatin1(part)),
                                   "import rq\n\nraise RuntimeError(\"the old package was imported\")\n");
        }
        m_service->writeModule(u"old/tests/tasks/task.py"_s, kWhere);
        m_service->writeModule(u"old/tests/__init__.py"_s, {});
        m_service->writeModule(u"old/tests/storages/storage.py"_s, contentOf(m_service->path(u"storages/plain.py"_s)));
        m_service->writeModule(u"old/tests/callbacks/callback.py"_s,
                               contentOf(m_service->path(u"callbacks/post.py"_s)));
        m_service->writeModule(u"old/tests/authorizers/authorizer.py"_s,
                               contentOf(m_service->path(u"authorizers/token.py"_s)));
        m_service->process().writeFile(u"old/project.json"_s, R"({"queues": [{"name": "queue", "args": {}}],
 "tasks": [{"name": "task", "queue": "queue", "module": "tests.tasks.task", "args": {}}],
 "storages": [{"name": "plain", "module": "tests.storages.storage", "args": {}}],
 "callbacks": [{"name": "post", "module": "tests.callbacks.callback", "args": {"timeout": 5}}],
 "authorizer": {"name": "authorizer", "module": "tests.authorizers.authorizer", "args": {"token": "open sesame"}}}
)");
        m_service->process().setWorkingFolder(m_service->path(u"old"_s));
        QVERIFY2(startBare(), m_service->process().errorText());
        QCOMPARE(m_service->logged(u"warning"_s), QStringList());
        QCOMPARE(m_service->process().http().get("/api/v1/jobs/").status, 401);
        const QByteArray id = m_service->submit("task", "{}");
        QCOMPARE(m_service->told(id), finishedBody(id, R"("tests")"));
    }

    void theInterpreterCanBeChosen_data()
    {
        QTest::addColumn<bool>("variable");
        QTest::addColumn<bool>("project");
        QTest::addColumn<bool>("active");
        QTest::addColumn<QString>("runs");
        const QString variable = u"by-variable"_s;
        const QString project = u"by-project"_s;
        const QString active = u"env/bin/python3"_s;
        QTest::newRow("none") << false << false << false << QString();
        QTest::newRow("the variable") << true << false << false << variable;
        QTest::newRow("the project") << false << true << false << project;
        QTest::newRow("the active environment") << false << false << true << active;
        QTest::newRow("the variable before all") << true << true << true << variable;
        QTest::newRow("the project before the environment") << false << true << true << project;
    }
    void theInterpreterCanBeChosen()
    {
        QFETCH(bool, variable);
        QFETCH(bool, project);
        QFETCH(bool, active);
        QFETCH(QString, runs);
        const QStringList all{u"by-variable"_s, u"by-project"_s, u"env/bin/python3"_s};
        for (const QString &name : all) {
            makeWrapper(name);
        }
        if (variable) {
            set(u"DRAGONSCALES_PYTHON"_s, m_service->path(all.at(0)));
        }
        if (project) {
            const QByteArray key = "{\"python\": \"" + m_service->path(all.at(1)).toUtf8() + "\",";
            m_service->setProject(contentOf(m_service->path(u"project.json"_s)).replace(0, 1, key));
        }
        m_service->process().environment().remove(u"VIRTUAL_ENV"_s);
        if (active) {
            set(u"VIRTUAL_ENV"_s, m_service->path(u"env"_s));
        }
        QVERIFY2(startBare(), m_service->process().errorText());
        runsAJob();
        for (const QString &name : all) {
            QVERIFY2(ran(name) == (name == runs), qPrintable(name));
        }
    }

    void anInterpreterThatIsNotThereIsNamed()
    {
        set(u"DRAGONSCALES_PYTHON"_s, u"/no/such/python"_s);
        QVERIFY2(startBare(), m_service->process().errorText());
        QVERIFY2(!m_service->warningsWith(u"“/no/such/python” cannot be run"_s).isEmpty(),
                 m_service->process().errorText());
        QCOMPARE(m_service->http().get("/api/v1/jobs/").status, 500); // its authorizer is in Python, too
    }
};

QTEST_GUILESS_MAIN(TestE2ePythonEnvironment)
#include "tst_e2e_python_environment.moc"
