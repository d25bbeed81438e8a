// SPDX-License-Identifier: LGPL-3.0-or-later
#include "e2e_project.h"
#include "python_service.h"

#include <QFile>
#include <QTest>

using namespace dragonscales::test;
using namespace Qt::Literals::StringLiterals;

// What code in Python finds around itself.
class TestE2ePythonCode final : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<PythonService> m_service;

    // Instead of the example's task "fail": a module of these lines, with these args.
    void startWith(const QByteArray &source, const QByteArray &args = "{}")
    {
        m_service->writeModule(u"tasks/fail.py"_s, source);
        QByteArray project = contentOf(m_service->path(u"project.json"_s));
        project.replace("\"tasks.fail\", \"args\": {}", "\"tasks.fail\", \"args\": " + args);
        m_service->setProject(project);
        QVERIFY2(m_service->start(), m_service->process().errorText());
        QCOMPARE(m_service->logged(u"warning"_s), QStringList());
    }
    static QByteArray running(const QByteArray &lines, const QByteArray &fields = {})
    {
        QByteArray body = lines;
        body.replace("\n", "\n        ");
        return "from dragonscales import get_context, tasks\n\ncount = 0\n\n\nclass Task(tasks.BaseTask):\n    kept = "
               "0\n" +
               fields + "\n    def run(self, **params):\n        " + body + '\n';
    }

private Q_SLOTS:
    void init()
    {
        m_service = std::make_unique<PythonService>();
        m_service->copyExample();
    }
    void cleanup() { m_service.reset(); }

    void finds_data()
    {
        QTest::addColumn<QByteArray>("source");
        QTest::addColumn<QByteArray>("args");
        QTest::addColumn<QByteArray>("found");
        const auto row = [](const char *name, const QByteArray &source, const QByteArray &args,
                            const QByteArray &found) { QTest::newRow(name) << source << args << found; };
        row("its queue", running("return self.queue"), "{}", R"("queue")");
        row("args as attributes", running("return [self.a, self.b]"), R"({"a": 1, "b": {"c": [null]}})",
            R"([1,{"c":[null]}])");
        row("declared args converted", running("return [self.limit, self.name]", "    limit: int\n    name: str\n"),
            R"({"limit": "5", "name": 7})", R"([5,"7"])");
        row("a default for an arg", running("return self.limit", "    limit: int = 3\n"), "{}", "3");
        row("args from the environment", running("return self.word"), R"({"word": "${WORD_OF_THE_TEST}"})",
            R"("sesame")");
        row("its job", running("return get_context().job_id"), "{}", R"("ID")");
        row("time left", running("return get_context().remaining"), "{}", "null");
        row("a folder of its own", running("import os\nreturn os.path.isdir(get_context().scratch)"), "{}", "true");
        row("no channel of the service",
            running("import os, stat\nopen_ones = map(int, os.listdir(\"/proc/self/fd\"))\n"
                    "alive = [fd for fd in open_ones if fd < 100 and os.path.exists(f\"/proc/self/fd/{fd}\")]\n"
                    "return [fd for fd in alive if stat.S_ISSOCK(os.fstat(fd).st_mode)]"),
            "{}", "[]");
        row("the working folder", running("import os\nreturn os.path.exists(\"project.json\")"), "{}", "true");
        row("dates and more become text",
            running("import datetime, decimal, uuid\nreturn [datetime.date(2020, 1, 2), uuid.UUID(int=1)]"), "{}",
            R"(["2020-01-02","00000000-0000-0000-0000-000000000001"])");
    }
    void finds()
    {
        QFETCH(QByteArray, source);
        QFETCH(QByteArray, args);
        QFETCH(QByteArray, found);
        m_service->process().environment().insert(u"WORD_OF_THE_TEST"_s, u"sesame"_s);
        startWith(source, args);
        const QByteArray id = m_service->submit("fail", "{}");
        QCOMPARE(m_service->told(id), finishedBody(id, found.replace("ID", id)));
    }

    void modulesStayWarm()
    {
        startWith(running("global count\ncount += 1\nreturn count"));
        for (int i = 1; i <= 3; ++i) {
            const QByteArray id = m_service->submit("fail", "{}");
            QCOMPARE(m_service->told(id), finishedBody(id, QByteArray::number(i)));
        }
    }

    void anArgThatDoesNotFitIsToldWithItsName()
    {
        m_service->writeModule(u"tasks/fail.py"_s, running("return 1", "    limit: int\n"));
        QByteArray project = contentOf(m_service->path(u"project.json"_s));
        m_service->setProject(
            project.replace("\"tasks.fail\", \"args\": {}", R"("tasks.fail", "args": {"limit": "x"})"));
        QVERIFY2(m_service->start(), m_service->process().errorText());
        const QByteArray body = m_service->run("fail", "{}");
        QVERIFY2(member(body, u"status"_s) == "failed", body);
        QVERIFY2(infoOf(body).contains("limit") && infoOf(body).contains("fail"), body);
    }

    void aTaskIsToldToStop()
    {
        const QByteArray folder = m_service->path().toUtf8() + '/';
        startWith(running("import time\nopen(\"" + folder +
                          "begun\", \"w\").close()\nwhile not get_context().stop_requested:\n    time.sleep(0.01)\n"
                          "open(\"" +
                          folder + "stopped\", \"w\").close()"));
        const QByteArray id = m_service->submit("fail", "{}");
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(m_service->path(u"begun"_s)), 20'000);
        QCOMPARE(m_service->http().remove("/api/v1/jobs/" + id).status, 200);
        QCOMPARE(member(m_service->told(id), u"status"_s), QByteArray("canceled"));
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(m_service->path(u"stopped"_s)), 20'000);
    }
};

QTEST_GUILESS_MAIN(TestE2ePythonCode)
#include "tst_e2e_python_code.moc"
