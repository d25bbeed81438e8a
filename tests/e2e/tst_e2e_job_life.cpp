// SPDX-License-Identifier: LGPL-3.0-or-later
#include "e2e_project.h"
#include "support/service_process.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QTest>

#include <atomic>
#include <thread>

using namespace dragonscales::test;
using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

// The life of jobs over HTTP, from the submission to what the receiver of the webhook gets.
class TestE2eJobLife final : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<ServiceProcess> m_service;
    std::unique_ptr<WebhookReceiver> m_receiver;

    QByteArray submitOne(const QByteArray &task, const QByteArray &params, const QByteArray &storage = "discard",
                         const QByteArray &storageParams = "{}")
    {
        return submit(m_service->http(), jobBody(task, params, m_receiver->url(), storage, storageParams));
    }
    // What the receiver was told of this job so far.
    QList<ReceivedHook> hooksOf(const QByteArray &id) const
    {
        QList<ReceivedHook> list;
        for (const ReceivedHook &hook : m_receiver->received()) {
            if (hook.body.contains(id)) {
                list.append(hook);
            }
        }
        return list;
    }
    ReceivedHook waitForHook(const QByteArray &id) const
    {
        const auto told = [&id](const QList<ReceivedHook> &list) {
            return std::any_of(list.begin(), list.end(), [&](const auto &hook) { return hook.body.contains(id); });
        };
        return m_receiver->waitFor(told) ? hooksOf(id).first() : ReceivedHook{};
    }

private Q_SLOTS:
    void init()
    {
        m_receiver = std::make_unique<WebhookReceiver>();
        m_service = std::make_unique<ServiceProcess>();
        m_service->setProject(projectJson());
        QDir().mkpath(m_service->path(u"files"_s));
        m_service->writeFile(u"files/a.txt"_s, "abc");
        QVERIFY2(m_service->start(), m_service->errorText());
    }

    void cleanup()
    {
        m_service.reset();
        m_receiver.reset();
    }

    void saysWhereItListensInItsFirstLine()
    {
        QVERIFY2(m_service->firstLine().startsWith("listening on http://127.0.0.1:"), m_service->firstLine());
    }

    void aJobGoesFromPostToASignedWebhookWithTheStatusThatGetAnswers()
    {
        const auto http = m_service->http();
        const auto posted = http.post("/api/v1/jobs/", jobBody("echo", R"({"value": [1, 2.50, "é"]})",
                                                               m_receiver->url(), "disk", R"({"name": "out.json"})"));
        QCOMPARE(posted.status, 200);
        const QByteArray id = member(posted.body, u"id"_s);
        QCOMPARE(posted.body, R"({"id":")" + id + R"(","status":"queued","result":{},"info":null})");
        const auto hook = waitForHook(id);
        QCOMPARE(hook.path, QByteArray("/hook"));
        QVERIFY(isSigned(hook));
        QCOMPARE(hook.headers.value("content-type"), QByteArray("application/json"));
        const auto got = http.get("/api/v1/jobs/" + id);
        QCOMPARE(got.status, 200);
        QCOMPARE(hook.body, got.body);
        QVERIFY2(got.body.startsWith(R"({"id":")" + id + R"(","status":"finished","result":{)"), got.body);
        QVERIFY(got.body.endsWith(R"(,"info":null})"));
        QFile stored(m_service->path(u"results/out.json"_s));
        QVERIFY(stored.open(QIODevice::ReadOnly));
        QCOMPARE(stored.readAll().simplified(), QByteArray("[1, 2.50, \"\xC3\xA9\"]"));
    }

    void theChecksumOfAFileIsWhatItIs()
    {
        const auto id = submitOne("checksum", R"({"path": "a.txt"})", "disk", R"({"name": "sum.json"})");
        QVERIFY(!id.isEmpty());
        QVERIFY(waitForHook(id).body.contains("finished"));
        QFile stored(m_service->path(u"results/sum.json"_s));
        QVERIFY(stored.open(QIODevice::ReadOnly));
        QVERIFY(stored.readAll().contains("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    }

    void aLongBodyHoldsUpNobody()
    {
        const QByteArray numbers = QByteArray("1,").repeated(2'000'000) + '1';
        const auto http = m_service->http();
        HttpAnswer posted;
        std::atomic<bool> done = false;
        QElapsedTimer timer;
        timer.start();
        std::thread sender([&] {
            posted = http.send("POST", "/api/v1/jobs/",
                               jobBody("echo", R"({"value": [)" + numbers + "]}", m_receiver->url(), "disk",
                                       R"({"name": "long.json"})"),
                               120s);
            done = true;
        });
        qint64 longest = 0; // that somebody else waited meanwhile
        while (!done) {
            const qint64 asked = timer.elapsed();
            http.get("/healthz");
            longest = std::max(longest, timer.elapsed() - asked);
        }
        sender.join();
        QCOMPARE(posted.status, 200);
        QVERIFY2(longest < timer.elapsed() / 2, QByteArray::number(longest));
        QVERIFY(waitForHook(member(posted.body, u"id"_s)).body.contains("finished"));
        QCOMPARE(QFileInfo(m_service->path(u"results/long.json"_s)).size(), numbers.size() + 2);
    }

    void jobsOfAQueueThatTheProjectHasNoMoreAreWorkedOff()
    {
        // Its only worker is held while others wait, and the service dies.
        const auto hold =
            submitOne("careful-hold", R"({"values": {"flag": ")" + m_service->path(u"flag"_s).toUtf8() + R"("}})");
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(m_service->path(u"flag"_s)), 20'000);
        const auto waiting = submitOne("careful-sleep", R"({"seconds": 0})");
        QCOMPARE(m_service->http().remove("/api/v1/jobs/" + hold).status, 200);
        m_service->kill();
        auto project = projectJson();
        project.replace(R"("name": "careful")", R"("name": "renamed")");
        project.replace(R"("queue": "careful")", R"("queue": "renamed")");
        m_service->setProject(project);
        QVERIFY2(m_service->start(), m_service->errorText());
        QVERIFY(waitForHook(waiting).body.contains("finished"));
        QVERIFY2(m_service->errorText().contains("wait in the queue careful"), m_service->errorText());
    }

    void theListHoldsAllJobsNewestFirst()
    {
        QList<QByteArray> ids;
        for (int i = 0; i < 5; ++i) {
            ids.prepend(submitOne("echo", R"({"value": 1})"));
        }
        const auto list = m_service->http().get("/api/v1/jobs/");
        QCOMPARE(list.status, 200);
        QCOMPARE(list.body, "[\"" + ids.join("\",\"") + "\"]");
    }

    void aTaskThatFailsIsToldWithItsReason()
    {
        const auto id = submitOne("checksum", R"({"path": "none.txt"})");
        const auto hook = waitForHook(id);
        QCOMPARE(member(hook.body, u"status"_s), QByteArray("failed"));
        QVERIFY2(member(hook.body, u"info"_s).contains("none.txt"), hook.body);
        QCOMPARE(m_service->http().get("/api/v1/jobs/" + id).body, hook.body);
    }

    void aStorageThatFailsFailsTheJob()
    {
        const auto hook = waitForHook(submitOne("echo", R"({"value": 1})", "nowhere"));
        QCOMPARE(member(hook.body, u"status"_s), QByteArray("failed"));
        QVERIFY(!member(hook.body, u"info"_s).isEmpty());
    }

    void aTaskBeyondItsTimeLimitFails()
    {
        const auto hook = waitForHook(submitOne("short-sleep", R"({"seconds": 60})"));
        QCOMPARE(member(hook.body, u"status"_s), QByteArray("failed"));
        QVERIFY2(member(hook.body, u"info"_s).contains("time"), hook.body);
    }

    void aReceiverThatFailsIsAskedAgainWithTheSameIdAndBody()
    {
        std::atomic<int> calls = 0;
        m_receiver->answerWith([&](const ReceivedHook &) {
            HookAnswer answer;
            answer.status = ++calls < 3 ? 503 : 200;
            return answer;
        });
        const auto id = submitOne("echo", R"({"value": 1})");
        QVERIFY(m_receiver->waitForCount(3));
        const auto hooks = hooksOf(id);
        QCOMPARE(hooks.size(), 3);
        for (const auto &hook : hooks) {
            QCOMPARE(hook.id(), hooks.first().id());
            QCOMPARE(hook.body, hooks.first().body);
            QVERIFY(isSigned(hook));
        }
        QCOMPARE(statusOf(m_service->http(), id), QByteArray("finished"));
    }

    void aReceiverThatSaysGoneIsAskedNoMore()
    {
        m_receiver->answerWith([](const ReceivedHook &hook) {
            HookAnswer answer;
            answer.status = hook.path == "/gone" ? 410 : 200;
            return answer;
        });
        submit(m_service->http(), jobBody("echo", R"({"value": 1})", m_receiver->url(u"/gone"_s)));
        QVERIFY(m_receiver->waitForCount(1));
        // A repeat would come at once; later deliveries overtake nothing.
        for (int i = 0; i < 20; ++i) {
            submitOne("echo", R"({"value": 1})");
        }
        QVERIFY(m_receiver->waitForCount(21));
        QCOMPARE(m_receiver->received().size(), 21);
        QVERIFY2(m_service->errorText().contains("It is not tried again."), m_service->errorText());
    }

    void aReceiverThatIsSilentHoldsUpNobody()
    {
        m_receiver->answerWith([](const ReceivedHook &hook) {
            HookAnswer answer;
            answer.silent = hook.path == "/silent";
            return answer;
        });
        for (int i = 0; i < 5; ++i) {
            submit(m_service->http(), jobBody("echo", R"({"value": 1})", m_receiver->url(u"/silent"_s)));
        }
        for (int i = 0; i < 20; ++i) {
            QVERIFY(!waitForHook(submitOne("echo", R"({"value": 1})")).body.isEmpty());
        }
    }

    void deletingARunningJobStopsItAndTellsItsCallback_data()
    {
        QTest::addColumn<QByteArray>("task");
        QTest::newRow("in a thread") << QByteArray("sleep");
        QTest::newRow("in a runner") << QByteArray("careful-sleep");
    }
    void deletingARunningJobStopsItAndTellsItsCallback()
    {
        QFETCH(QByteArray, task);
        const auto http = m_service->http();
        const auto id = submitOne(task, R"({"seconds": 600})");
        QTRY_COMPARE_WITH_TIMEOUT(statusOf(http, id), QByteArray("started"), 10'000);
        const auto deleted = http.remove("/api/v1/jobs/" + id);
        QCOMPARE(deleted.status, 200);
        QCOMPARE(deleted.body, QByteArray("null"));
        QCOMPARE(http.get("/api/v1/jobs/" + id).status, 404);
        QCOMPARE(http.get("/api/v1/jobs/").body, QByteArray("[]"));
        QCOMPARE(http.remove("/api/v1/jobs/" + id).status, 404);
        QCOMPARE(member(waitForHook(id).body, u"status"_s), QByteArray("canceled"));
    }

    void deletingAQueuedJobTellsItsCallbackAndNothingRuns()
    {
        const auto http = m_service->http();
        QList<QByteArray> sleepers;
        for (int i = 0; i < 2; ++i) {
            sleepers.append(submitOne("sleep", R"({"seconds": 600})"));
        }
        const auto id = submitOne("echo", R"({"value": 1})", "disk", R"({"name": "never.json"})");
        QCOMPARE(statusOf(http, id), QByteArray("queued"));
        QCOMPARE(http.remove("/api/v1/jobs/" + id).status, 200);
        QCOMPARE(member(waitForHook(id).body, u"status"_s), QByteArray("canceled"));
        for (const auto &sleeper : sleepers) {
            http.remove("/api/v1/jobs/" + sleeper);
            QCOMPARE(member(waitForHook(sleeper).body, u"status"_s), QByteArray("canceled"));
        }
        QVERIFY(!QFile::exists(m_service->path(u"results/never.json"_s)));
    }

    void deletingAnEndedJobTellsNobodyAnything()
    {
        const auto http = m_service->http();
        const auto id = submitOne("echo", R"({"value": 1})");
        QVERIFY(!waitForHook(id).body.isEmpty());
        QCOMPARE(http.remove("/api/v1/jobs/" + id).status, 200);
        QCOMPARE(http.get("/api/v1/jobs/" + id).status, 404);
        for (int i = 0; i < 10; ++i) {
            QVERIFY(!waitForHook(submitOne("echo", R"({"value": 1})")).body.isEmpty());
        }
        QCOMPARE(hooksOf(id).size(), 1);
    }
};

QTEST_GUILESS_MAIN(TestE2eJobLife)
#include "tst_e2e_job_life.moc"
