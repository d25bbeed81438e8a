// SPDX-License-Identifier: LGPL-3.0-or-later
#include "e2e_project.h"
#include "python_service.h"

#include <QFile>
#include <QRegularExpression>
#include <QTest>

#include <atomic>

using namespace dragonscales::test;
using namespace Qt::Literals::StringLiterals;

namespace {

const QByteArray kCombine = R"({"a":1,"b":"x","c":{"k":[1,2.5,null]}})";
const QByteArray kCombined = R"({"a":1,"b":"x","c":{"k":[1,2.5,null]},"currency":"EUR","queue":"queue"})";
const QByteArray kForEver = R"({"seconds":600})";

QByteArray bodyOf(const QByteArray &id, const QByteArray &status)
{
    return "{\"id\":\"" + id + R"(","status":")" + status + "\",\"result\":null,\"info\":null}";
}

} // namespace

// What a client of the old service does all day, against a project of Python modules.
class TestE2ePython final : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<PythonService> m_service;
    std::unique_ptr<PythonService> m_shared; // for rows that change nothing: with one job, which has finished
    QByteArray m_sharedId;

    QByteArray pathOf(const QByteArray &id) const { return "/api/v1/jobs/" + id; }
    // The project's text with this replaced, before the start.
    void edit(const QByteArray &what, const QByteArray &by) const
    {
        QByteArray project = contentOf(m_service->path(u"project.json"_s));
        QVERIFY2(project.contains(what), project);
        m_service->setProject(project.replace(what, by));
    }

private Q_SLOTS:
    void init()
    {
        m_service = std::make_unique<PythonService>();
        m_service->copyExample();
    }
    void cleanup() { m_service.reset(); }
    void cleanupTestCase() { m_shared.reset(); }

    void startsWithoutAWarning()
    {
        QVERIFY2(m_service->start(), m_service->process().errorText());
        QCOMPARE(m_service->logged(u"warning"_s), QStringList());
        QCOMPARE(m_service->http().get("/readyz").status, 200);
    }

    void aJobGoesFromPostOverPollingToTheCallback()
    {
        QVERIFY2(m_service->start(), m_service->process().errorText());
        const auto http = m_service->http();
        const auto posted = http.post("/api/v1/jobs/", m_service->request("combine", kCombine));
        QCOMPARE(posted.status, 200);
        const QByteArray id = member(posted.body, u"id"_s);
        QVERIFY(QRegularExpression(u"\\A[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\z"_s)
                    .match(QString::fromLatin1(id))
                    .hasMatch());
        QCOMPARE(posted.body, "{\"id\":\"" + id + "\",\"status\":\"queued\",\"result\":{},\"info\":null}");
        QTRY_COMPARE_WITH_TIMEOUT(statusOf(http, id), QByteArray("finished"), 20'000);
        QCOMPARE(http.get(pathOf(id)).body, finishedBody(id, kCombined));
        QCOMPARE(m_service->told(id), finishedBody(id, kCombined));
    }

    void theRestOfTheRoutes_data()
    {
        QTest::addColumn<QByteArray>("verb");
        QTest::addColumn<QByteArray>("path");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QByteArray>("header");
        const auto row = [](const char *name, const QByteArray &verb, const QByteArray &path, int status,
                            const QByteArray &body, const QByteArray &header = "content-type: application/json\r\n") {
            QTest::newRow(name) << verb << path << status << body << header;
        };
        const QByteArray noJob = R"({"detail":"Not found"})";
        const QByteArray noPath = R"({"detail":"Not Found"})";
        const QByteArray noVerb = R"({"detail":"Method Not Allowed"})";
        const QByteArray other = "/api/v1/jobs/0198c0de-0000-4000-8000-000000000001";
        row("one job", "GET", "/api/v1/jobs/ID", 200, finishedBody("ID", kCombined));
        row("one job, with a slash", "GET", "/api/v1/jobs/ID/", 200, finishedBody("ID", kCombined));
        row("its head", "HEAD", "/api/v1/jobs/ID", 200, "",
            "content-length: " + QByteArray::number(finishedBody(QByteArray(36, 'x'), kCombined).size()) + "\r\n");
        row("the list", "GET", "/api/v1/jobs/", 200, R"(["ID"])");
        row("the list, without a slash", "GET", "/api/v1/jobs", 200, R"(["ID"])");
        row("the list's head", "HEAD", "/api/v1/jobs/", 200, "");
        row("finished ones", "GET", "/api/v1/jobs/?status=finished&queue=queue&limit=5", 200, R"(["ID"])");
        row("failed ones", "GET", "/api/v1/jobs/?status=failed", 200, "[]");
        row("no such job", "GET", other, 404, noJob);
        row("no such job to delete", "DELETE", other, 404, noJob);
        row("what is no id", "GET", "/api/v1/jobs/1", 404, noJob);
        row("no such path", "GET", "/api/v1/job", 404, noPath);
        row("the root", "GET", "/", 404, noPath);
        row("other verb for the list", "PUT", "/api/v1/jobs/", 405, noVerb, "allow: get, head, post\r\n");
        row("other verb for a job", "POST", "/api/v1/jobs/ID", 405, noVerb, "allow: get, head, delete\r\n");
    }
    void theRestOfTheRoutes()
    {
        QFETCH(QByteArray, verb);
        QFETCH(QByteArray, path);
        QFETCH(int, status);
        QFETCH(QByteArray, body);
        QFETCH(QByteArray, header);
        if (!m_shared) {
            m_shared = std::move(m_service);
            QVERIFY2(m_shared->start(), m_shared->process().errorText());
            m_sharedId = m_shared->submit("combine", kCombine);
            QVERIFY(!m_shared->told(m_sharedId).isEmpty());
        }
        const auto answer = m_shared->http().send(verb, path.replace("ID", m_sharedId), {});
        QCOMPARE(answer.body, body.replace("ID", m_sharedId));
        QCOMPARE(answer.status, status);
        QVERIFY2((answer.head.toLower() + "\r\n").contains(header), answer.head);
        QVERIFY2(!answer.head.toLower().contains("access-control-"), answer.head);
    }

    void theListHoldsAllJobsNewestFirstAndOnlyReads()
    {
        QVERIFY2(m_service->start(), m_service->process().errorText());
        QList<QByteArray> ids;
        ids.prepend(m_service->submit("combine", kCombine));
        QVERIFY(!m_service->told(ids.first()).isEmpty());
        ids.prepend(m_service->submit("wait", kForEver));
        ids.prepend(m_service->submit("combine", kCombine));
        const QByteArray expected = "[\"" + ids.join("\",\"") + "\"]";
        QCOMPARE(m_service->http().get("/api/v1/jobs/").body, expected);
        QCOMPARE(m_service->http().get("/api/v1/jobs/").body, expected);
        QCOMPARE(statusOf(m_service->http(), ids.first()), QByteArray("queued"));
    }

    void aFailureIsToldWithItsTraceback_data()
    {
        QTest::addColumn<QByteArray>("task");
        QTest::addColumn<QByteArray>("storage");
        QTest::addColumn<QByteArray>("info");
        const auto trace = [](const char *file, const char *function, const char *line, const char *last) {
            return QByteArray("Traceback (most recent call last):\n  File \"FOLDER/") + file + "\", line 9, in " +
                   function + "\n    " + line + '\n' + last;
        };
        QTest::newRow("task") << QByteArray("fail") << QByteArray("plain")
                              << trace("tasks/fail.py", "run", "raise ValueError(\"there is nothing to do\")",
                                       "ValueError: there is nothing to do");
        QTest::newRow("storage") << QByteArray("wait") << QByteArray("full")
                                 << trace("storages/full.py", "store", "raise OSError(\"there is no room left\")",
                                          "OSError: there is no room left");
    }
    void aFailureIsToldWithItsTraceback()
    {
        QFETCH(QByteArray, task);
        QFETCH(QByteArray, storage);
        QFETCH(QByteArray, info);
        QVERIFY2(m_service->start(), m_service->process().errorText());
        const QByteArray id = m_service->submit(task, R"({"seconds":0})", storage);
        const QByteArray body = m_service->told(id);
        QVERIFY2(body.startsWith("{\"id\":\"" + id + R"(","status":"failed","result":null,"info":")"), body);
        QCOMPARE(infoOf(body).trimmed(), info.replace("FOLDER", m_service->path().toUtf8()));
        QCOMPARE(m_service->http().get(pathOf(id)).body, body);
        QCOMPARE(member(m_service->run("combine", kCombine), u"status"_s), QByteArray("finished"));
    }

    void aStorageGetsItsParametersAndTellsItsLocation()
    {
        QVERIFY2(m_service->start(), m_service->process().errorText());
        const QByteArray id = m_service->submit("combine", kCombine, "folder", R"({"name":"first"})");
        QCOMPARE(m_service->told(id), finishedBody(id, R"({"path":"results/first.json"})"));
        QCOMPARE(contentOf(m_service->path(u"results/first.json"_s)).replace(" ", ""), kCombined);
    }

    void aLocationMayBeAnyJson_data()
    {
        QTest::addColumn<QByteArray>("value");
        QTest::newRow("list") << QByteArray(R"([1,["x"]])");
        QTest::newRow("text") << QByteArray("\"é \\\"so\\\" \\\\ 😀\"");
        QTest::newRow("null") << QByteArray("null");
        QTest::newRow("number that no double holds") << QByteArray("123456789012345678901234567890");
        QTest::newRow("keys in their order") << QByteArray(R"({"z":1,"a":{"y":2,"b":3}})");
    }
    void aLocationMayBeAnyJson()
    {
        QFETCH(QByteArray, value);
        m_service->writeModule(u"tasks/mirror.py"_s, R"(from dragonscales import tasks


class Task(tasks.BaseTask):
    def run(self, value):
        return value
)");
        edit("tasks.fail", "tasks.mirror");
        QVERIFY2(m_service->start(), m_service->process().errorText());
        const QByteArray id = m_service->submit("fail", R"({"value":)" + value + '}');
        QCOMPARE(m_service->told(id), finishedBody(id, value));
        QCOMPARE(m_service->http().get(pathOf(id)).body, finishedBody(id, value));
    }

    void deletingARunningJobStopsItAndTellsItsCallback()
    {
        QVERIFY2(m_service->start(), m_service->process().errorText());
        const auto http = m_service->http();
        const QByteArray id = m_service->submit("wait", kForEver);
        QTRY_COMPARE_WITH_TIMEOUT(statusOf(http, id), QByteArray("started"), 20'000);
        const auto deleted = http.remove(pathOf(id));
        QCOMPARE(deleted.status, 200);
        QCOMPARE(deleted.body, QByteArray("null"));
        QCOMPARE(http.get(pathOf(id)).body, QByteArray(R"({"detail":"Not found"})"));
        QCOMPARE(http.get("/api/v1/jobs/").body, QByteArray("[]"));
        QCOMPARE(http.remove(pathOf(id)).status, 404);
        QCOMPARE(m_service->told(id), bodyOf(id, "canceled"));
        // The one worker is free again.
        QCOMPARE(member(m_service->run("combine", kCombine), u"status"_s), QByteArray("finished"));
    }

    void deletingAQueuedJobTellsItsCallbackAndNothingRuns()
    {
        QVERIFY2(m_service->start(), m_service->process().errorText());
        const auto http = m_service->http();
        const QByteArray running = m_service->submit("wait", kForEver);
        const QByteArray id = m_service->submit("combine", kCombine, "folder", R"({"name":"never"})");
        QCOMPARE(statusOf(http, id), QByteArray("queued"));
        QCOMPARE(http.remove(pathOf(id)).body, QByteArray("null"));
        QCOMPARE(m_service->told(id), bodyOf(id, "canceled"));
        QCOMPARE(http.remove(pathOf(running)).body, QByteArray("null"));
        QCOMPARE(m_service->told(running), bodyOf(running, "canceled"));
        QCOMPARE(member(m_service->run("combine", kCombine), u"status"_s), QByteArray("finished"));
        QVERIFY(!QFile::exists(m_service->path(u"results/never.json"_s)));
    }

    void deletingAnEndedJobTellsNobodyAnything()
    {
        QVERIFY2(m_service->start(), m_service->process().errorText());
        const QByteArray id = m_service->submit("combine", kCombine);
        QVERIFY(!m_service->told(id).isEmpty());
        QCOMPARE(m_service->http().remove(pathOf(id)).body, QByteArray("null"));
        QCOMPARE(m_service->http().get(pathOf(id)).status, 404);
        for (int i = 0; i < 5; ++i) {
            QVERIFY(!m_service->run("combine", kCombine).isEmpty());
        }
        QCOMPARE(m_service->timesTold(id), 1);
    }

    void aCallbackThatRaisesIsTriedAgain()
    {
        edit(R"("args": {"timeout": 10}})", R"("args": {"timeout": 10}, "retry": {"max": 3, "delays": [0]}})");
        std::atomic<int> calls = 0;
        m_service->receiver().answerWith([&](const ReceivedHook &) {
            HookAnswer answer;
            answer.status = ++calls < 3 ? 503 : 200;
            return answer;
        });
        QVERIFY2(m_service->start(), m_service->process().errorText());
        const QByteArray id = m_service->submit("combine", kCombine);
        QVERIFY(m_service->receiver().waitForCount(3));
        for (const auto &hook : m_service->receiver().received()) {
            QCOMPARE(hook.body, finishedBody(id, kCombined));
        }
        // The next job's end comes behind a fourth try, if there were one.
        QVERIFY(!m_service->run("combine", kCombine).isEmpty());
        QCOMPARE(m_service->timesTold(id), 3);
        QVERIFY2(!m_service->logged(u"warning"_s).filter(u"503"_s).isEmpty(), m_service->process().errorText());
    }

    void theOtherCallbackWritesTheSameObject()
    {
        QVERIFY2(m_service->start(), m_service->process().errorText());
        const QString notes = m_service->path(u"notes.txt"_s);
        QByteArray request = m_service->request("combine", kCombine);
        const auto from = request.indexOf(R"("callback":)");
        request =
            request.left(from) + "\"callback\":{\"name\":\"note\",\"params\":{\"path\":\"" + notes.toUtf8() + "\"}}}";
        const QByteArray id = submit(m_service->http(), request);
        QTRY_VERIFY_WITH_TIMEOUT(contentOf(notes).endsWith('\n'), 20'000);
        QCOMPARE(contentOf(notes).replace(" ", "").trimmed(), finishedBody(id, kCombined));
    }

    void printAndLoggingBecomeLogLinesOfTheJob()
    {
        QVERIFY2(m_service->start(), m_service->process().errorText());
        const QByteArray printed = m_service->submit("combine", kCombine);
        const QByteArray logged = m_service->submit("wait", R"({"seconds":0})");
        QVERIFY(!m_service->told(printed).isEmpty() && !m_service->told(logged).isEmpty());
        QCOMPARE(m_service->jobLog(printed), QStringList{u"stdout combining 1 x"_s});
        QCOMPARE(m_service->jobLog(logged), QStringList{u"info tasks.wait: waiting for 0.0 s"_s});
    }

    void jobsOutliveAKillOfTheService()
    {
        QVERIFY2(m_service->start(), m_service->process().errorText());
        const QByteArray running = m_service->submit("wait", R"({"seconds":2})");
        const QByteArray waiting = m_service->submit("combine", kCombine);
        QTRY_COMPARE_WITH_TIMEOUT(statusOf(m_service->http(), running), QByteArray("started"), 20'000);
        m_service->process().kill();
        QVERIFY2(m_service->start(), m_service->process().errorText());
        QCOMPARE(m_service->told(running), finishedBody(running, R"({"waited":2.0})"));
        QCOMPARE(m_service->told(waiting), finishedBody(waiting, kCombined));
    }
};

QTEST_GUILESS_MAIN(TestE2ePython)
#include "tst_e2e_python.moc"
