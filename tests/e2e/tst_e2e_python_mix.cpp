// SPDX-License-Identifier: LGPL-3.0-or-later
#include "e2e_project.h"
#include "python_service.h"

#include <QFile>
#include <QTest>

using namespace dragonscales::test;
using namespace Qt::Literals::StringLiterals;

namespace {

// A picture of one point.
const QByteArray kPicture = QByteArray::fromBase64(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

// Tells of a file without keeping it.
const QByteArray kTeller = R"(import os

from dragonscales import storages


class Storage(storages.BaseStorage):
    def store(self, result):
        with open(result.path, "rb") as file:
            return {"type": result.media_type, "starts": file.read(4)[1:].decode()}
)";

const QByteArray kWriter = R"(import os

from dragonscales import File, get_context, tasks


class Task(tasks.BaseTask):
    def run(self):
        path = os.path.join(get_context().scratch, "page.html")
        with open(path, "w") as file:
            file.write("<p>hello</p>")
        return File(path, "text/html")
)";

const QByteArray kBig = R"(from dragonscales import tasks


class Task(tasks.BaseTask):
    def run(self, megabytes: int):
        return megabytes * 1000000 * "x"
)";

const QByteArray kLength = R"(from dragonscales import storages


class Storage(storages.BaseStorage):
    def store(self, result):
        return len(result)
)";

const QByteArray kProject = R"({
  "queues": [{"name": "queue", "args": {}}],
  "tasks": [
    {"name": "combine", "queue": "queue", "module": "tasks.combine", "args": {"currency": "EUR"}},
    {"name": "writer", "queue": "queue", "module": "tasks.writer", "args": {}},
    {"name": "big", "queue": "queue", "module": "tasks.big", "args": {}},
    {"name": "echo", "queue": "queue", "module": "echo", "args": {}},
    {"name": "shell", "queue": "queue", "module": "exec:programs/hello.sh", "args": {}}
  ],
  "storages": [
    {"name": "plain", "module": "storages.plain", "args": {}},
    {"name": "teller", "module": "storages.teller", "args": {}},
    {"name": "length", "module": "storages.length", "args": {}},
    {"name": "discard", "module": "discard", "args": {}},
    {"name": "disk", "module": "file", "args": {"directory": "results"}}
  ],
  "callbacks": [
    {"name": "post", "module": "callbacks.post", "args": {"timeout": 10}},
    {"name": "hook", "module": "webhook", "args": {"secrets": ["HOOK_SECRET"], "allow": ["127.0.0.1"]}}
  ]
})";

} // namespace

// Tasks, storages and callbacks of different origin in one job.
class TestE2ePythonMix final : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<PythonService> m_service;

    static QByteArray project() { return QByteArray(kProject).replace("HOOK_SECRET", hookSecret()); }

private Q_SLOTS:
    void init()
    {
        m_service = std::make_unique<PythonService>();
        m_service->copyExample();
        m_service->writeModule(u"storages/teller.py"_s, kTeller);
        m_service->writeModule(u"storages/length.py"_s, kLength);
        m_service->writeModule(u"tasks/writer.py"_s, kWriter);
        m_service->writeModule(u"tasks/big.py"_s, kBig);
        m_service->writeModule(u"programs/hello.sh"_s, "#!/bin/sh\ncat >/dev/null\necho '{\"from\": \"a shell\"}'\n");
        QFile::setPermissions(m_service->path(u"programs/hello.sh"_s),
                              QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        m_service->setProject(project());
    }
    void cleanup() { m_service.reset(); }

    void theStorageGetsWhatTheTaskMade_data()
    {
        QTest::addColumn<QByteArray>("task");
        QTest::addColumn<QByteArray>("params");
        QTest::addColumn<QByteArray>("storage");
        QTest::addColumn<QByteArray>("location");
        const auto row = [](const char *name, const QByteArray &task, const QByteArray &params,
                            const QByteArray &storage, const QByteArray &location) {
            QTest::newRow(name) << task << params << storage << location;
        };
        row("native, Python", "echo", R"({"value":{"z":[1,2.5,"é",null],"a":12345678901234567890123}})", "plain",
            R"({"z":[1,2.5,"é",null],"a":12345678901234567890123})");
        row("Python, native", "combine", R"({"a":1,"b":"x","c":{}})", "discard", "null");
        row("program, Python", "shell", "{}", "plain", R"({"from":"a shell"})");
        row("program, native", "shell", "{}", "discard", "null");
        row("Python, Python, a big one", "big", R"({"megabytes":50})", "length", "50000000");
        row("Python, native, a big one", "big", R"({"megabytes":50})", "discard", "null");
        row("a file from Python to Python", "writer", "{}", "teller", R"({"type":"text/html","starts":"p>h"})");
    }
    void theStorageGetsWhatTheTaskMade()
    {
        QFETCH(QByteArray, task);
        QFETCH(QByteArray, params);
        QFETCH(QByteArray, storage);
        QFETCH(QByteArray, location);
        QVERIFY2(m_service->start(), m_service->process().errorText());
        QCOMPARE(m_service->logged(u"warning"_s), QStringList());
        for (int i = 0; i < 2; ++i) {
            const QByteArray id = m_service->submit(task, params, storage);
            QCOMPARE(m_service->told(id), finishedBody(id, location));
        }
    }

    void aFileFromPythonGoesToANativeStorage()
    {
        QVERIFY2(m_service->start(), m_service->process().errorText());
        const QByteArray body = m_service->run("writer", "{}", "disk", R"({"name":"page.html"})");
        QVERIFY2(body.contains(R"("media_type":"text/html")"), body);
        QCOMPARE(contentOf(m_service->path(u"results/page.html"_s)), QByteArray("<p>hello</p>"));
    }

    void aResultFromPythonGoesToANativeStorage()
    {
        QVERIFY2(m_service->start(), m_service->process().errorText());
        const QByteArray body =
            m_service->run("combine", R"({"a":1,"b":"é","c":{"k":1.5}})", "disk", R"({"name":"r"})");
        QCOMPARE(member(body, u"status"_s), QByteArray("finished"));
        QCOMPARE(contentOf(m_service->path(u"results/r"_s)).trimmed(),
                 QByteArray(R"({"a":1,"b":"é","c":{"k":1.5},"currency":"EUR","queue":"queue"})"));
    }

    void aPictureFromANativeTaskGoesToPython()
    {
        if (!QFile::exists(QStringLiteral(DRAGONSCALES_BIN_DIR "/plugins/dragonscales_image.so"))) {
            QSKIP("needs the plugin image.thumbnail, which this build has not");
        }
        m_service->process().writeFile(u"point.png"_s, kPicture);
        m_service->setProject(project().replace(
            R"({"name": "echo",)",
            R"({"name": "thumbnail", "queue": "queue", "module": "image.thumbnail", "args": {"directory": "."}},
    {"name": "echo",)"));
        QVERIFY2(m_service->start(), m_service->process().errorText());
        const QByteArray id = m_service->submit("thumbnail", R"({"path":"point.png"})", "teller");
        QCOMPARE(m_service->told(id), finishedBody(id, R"({"type":"image/png","starts":"PNG"})"));
    }

    void aNativeCallbackTellsOfAJobInPython()
    {
        QVERIFY2(m_service->start(), m_service->process().errorText());
        const QByteArray request = m_service->request("combine", R"({"a":1,"b":"x","c":{}})");
        const QByteArray id =
            submit(m_service->http(), QByteArray(request).replace(R"("name":"post")", R"("name":"hook")"));
        const QByteArray body = m_service->told(id);
        QCOMPARE(body, finishedBody(id, R"({"a":1,"b":"x","c":{},"currency":"EUR","queue":"queue"})"));
    }
};

QTEST_GUILESS_MAIN(TestE2ePythonMix)
#include "tst_e2e_python_mix.moc"
