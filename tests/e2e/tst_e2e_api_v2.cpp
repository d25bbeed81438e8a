// SPDX-License-Identifier: LGPL-3.0-or-later
#include "e2e_project.h"
#include "support/service_process.h"

#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTest>

#include <algorithm>

using namespace dragonscales::test;
using namespace Qt::Literals::StringLiterals;

// Jobs over API v2 and by the manager's commands that use it, on the real service.
class TestE2eApiV2 final : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<ServiceProcess> m_service;
    std::unique_ptr<WebhookReceiver> m_receiver;

    QByteArray body(const QByteArray &task, const QByteArray &params, const QByteArray &options = {}) const
    {
        QByteArray made = jobBody(task, params, m_receiver->url());
        made.chop(1);
        return made + (options.isEmpty() ? QByteArray() : ',' + options) + '}';
    }
    QByteArray submitV2(const QByteArray &json) const
    {
        return member(m_service->http().post("/api/v2/jobs", json).body, u"id"_s);
    }
    QJsonObject job(const QByteArray &id) const
    {
        return QJsonDocument::fromJson(m_service->http().get("/api/v2/jobs/" + id).body).object();
    }
    QString status(const QByteArray &id) const { return job(id).value("status"_L1).toString(); }
    int deliveries(const QByteArray &id) const
    {
        int done = 0;
        for (const QJsonValue delivery : job(id).value("deliveries"_L1).toArray()) {
            done += delivery.toObject().value("status"_L1).toString() == "delivered"_L1 ? 1 : 0;
        }
        return done;
    }
    int manager(const QStringList &arguments, QByteArray *out = nullptr) const
    {
        QProcess process;
        process.setProcessEnvironment(m_service->environment());
        process.start(QStringLiteral(DRAGONSCALES_BIN_DIR "/dragonscales-manager"),
                      QStringList{u"--url"_s, m_service->url()} + arguments);
        if (!process.waitForFinished(30'000)) {
            return -1;
        }
        if (out != nullptr) {
            *out = process.readAllStandardOutput();
        }
        return process.exitCode();
    }

private Q_SLOTS:
    void init()
    {
        m_receiver = std::make_unique<WebhookReceiver>();
        m_service = std::make_unique<ServiceProcess>();
        m_service->setProject(projectJson());
        QVERIFY2(m_service->start(), m_service->errorText());
    }
    void cleanup()
    {
        m_service.reset();
        m_receiver.reset();
    }

    void aRetriedJobIsRunAndDeliveredAgain()
    {
        const QByteArray id = submitV2(body("echo", R"({"value": 12345678901234567890})"));
        QTRY_COMPARE_WITH_TIMEOUT(deliveries(id), 1, 30'000);
        QCOMPARE(manager({u"retry"_s, QString::fromLatin1(id)}), 0);
        QTRY_COMPARE_WITH_TIMEOUT(deliveries(id), 2, 30'000);
        const QJsonObject shown = job(id);
        QCOMPARE(shown.value("run"_L1).toInt(), 2);
        QCOMPARE(shown.value("attempts"_L1).toArray().size(), 2);
        QCOMPARE(m_receiver->received().size(), 2);
        QVERIFY(m_receiver->received()[0].headers.value("webhook-id") !=
                m_receiver->received()[1].headers.value("webhook-id"));
    }

    void aRunningJobIsCanceledByTheManager()
    {
        const QByteArray id = submitV2(body("sleep", R"({"seconds": 60})"));
        QTRY_COMPARE_WITH_TIMEOUT(status(id), u"started"_s, 30'000);
        QCOMPARE(manager({u"retry"_s, QString::fromLatin1(id)}), 4);
        QCOMPARE(manager({u"cancel"_s, QString::fromLatin1(id)}), 0);
        QTRY_COMPARE_WITH_TIMEOUT(status(id), u"canceled"_s, 30'000);
        QTRY_COMPARE_WITH_TIMEOUT(deliveries(id), 1, 30'000);
        QVERIFY(m_receiver->received().first().body.contains("canceled"));
        QCOMPARE(manager({u"cancel"_s, QString::fromLatin1(id)}), 4);
    }

    void aDelayedJobWaitsAcrossARestartUntilItIsRunNow()
    {
        const QByteArray id = submitV2(body("echo", R"({"value": 1})", R"("delay": 3600, "tags": ["later"])"));
        QCOMPARE(status(id), u"scheduled"_s);
        m_service->kill();
        QVERIFY2(m_service->start(), m_service->errorText());
        QCOMPARE(status(id), u"scheduled"_s);
        QCOMPARE(job(id).value("tags"_L1).toArray(), (QJsonArray{u"later"_s}));
        QCOMPARE(m_service->http().post("/api/v2/jobs/" + id + "/run-now", {}).status, 200);
        QTRY_COMPARE_WITH_TIMEOUT(status(id), u"finished"_s, 30'000);
    }

    void aShortDelayPassesByItself()
    {
        const QByteArray id = submitV2(body("echo", R"({"value": 1})", R"("delay": 0.2)"));
        QTRY_COMPARE_WITH_TIMEOUT(status(id), u"finished"_s, 30'000);
        const QJsonObject shown = job(id);
        QVERIFY(shown.value("started"_L1).toString() >= shown.value("run_at"_L1).toString());
    }

    void higherPriorityIsRunFirst()
    {
        // The only worker of "careful" is busy while they come.
        const QByteArray first = submitV2(body("careful-sleep", R"({"seconds": 2})"));
        QTRY_COMPARE_WITH_TIMEOUT(status(first), u"started"_s, 30'000);
        // One is at work for longer than the clock's unit, since both may be claimed at once.
        const QByteArray low = submitV2(body("careful-sleep", R"({"seconds": 1})", R"("priority": -1)"));
        const QByteArray high = submitV2(body("careful-sleep", R"({"seconds": 0})", R"("priority": 1)"));
        QTRY_COMPARE_WITH_TIMEOUT(status(low), u"finished"_s, 60'000);
        QTRY_COMPARE_WITH_TIMEOUT(status(high), u"finished"_s, 60'000);
        QVERIFY(job(high).value("ended"_L1).toString() < job(low).value("ended"_L1).toString());
    }

    void aTimeoutOfTheRequestEndsIt()
    {
        const QByteArray id = submitV2(body("careful-sleep", R"({"seconds": 60})", R"("timeout": 0.5)"));
        QTRY_COMPARE_WITH_TIMEOUT(status(id), u"failed"_s, 30'000);
        QCOMPARE(job(id).value("error"_L1).toObject().value("type"_L1).toString(), u"timeout"_s);
    }

    void aFailingJobIsTriedAgainAsItsRequestSays()
    {
        const QByteArray id = submitV2(
            body("checksum", R"({"path": "none"})", R"("retry": {"max": 2, "backoff": {"first": 0.05, "jitter": 1}})"));
        QTRY_COMPARE_WITH_TIMEOUT(status(id), u"failed"_s, 30'000);
        QCOMPARE(job(id).value("tries"_L1).toInt(), 3);
        QCOMPARE(job(id).value("attempts"_L1).toArray().size(), 3);
    }

    void aPausedQueueWaitsAcrossARestart()
    {
        const auto http = m_service->http();
        QCOMPARE(http.send("PATCH", "/api/v2/queues/careful", R"({"paused": true, "reason": "lunch"})").status, 200);
        const QByteArray id = submitV2(body("careful-sleep", R"({"seconds": 0})"));
        const QByteArray other = submitV2(body("echo", R"({"value": 1})"));
        QTRY_COMPARE_WITH_TIMEOUT(status(other), u"finished"_s, 30'000);
        QCOMPARE(status(id), u"queued"_s);
        m_service->kill();
        QVERIFY2(m_service->start(), m_service->errorText());
        const QByteArray another = submitV2(body("echo", R"({"value": 1})"));
        QTRY_COMPARE_WITH_TIMEOUT(status(another), u"finished"_s, 30'000);
        QCOMPARE(status(id), u"queued"_s);
        QCOMPARE(m_service->http().send("PATCH", "/api/v2/queues/careful", R"({"paused": false})").status, 200);
        QTRY_COMPARE_WITH_TIMEOUT(status(id), u"finished"_s, 30'000);
    }

    void aPauseEndsByItself()
    {
        const QByteArray soon = QDateTime::currentDateTimeUtc().addSecs(1).toString(Qt::ISODateWithMs).toLatin1();
        QCOMPARE(m_service->http()
                     .send("PATCH", "/api/v2/queues/careful", R"({"paused": true, "resume_at": ")" + soon + R"("})")
                     .status,
                 200);
        const QByteArray id = submitV2(body("careful-sleep", R"({"seconds": 0})"));
        QTRY_COMPARE_WITH_TIMEOUT(status(id), u"finished"_s, 30'000);
        QVERIFY(job(id).value("started"_L1).toString().toLatin1() >= soon);
    }

    void noMoreStartThanTheRateAllows()
    {
        QCOMPARE(m_service->http().send("PATCH", "/api/v2/queues/work", R"({"rate": {"count": 2, "per": 1}})").status,
                 200);
        QByteArrayList ids;
        for (int i = 0; i < 6; ++i) {
            ids.append(submitV2(body("echo", R"({"value": 1})")));
        }
        QTRY_COMPARE_WITH_TIMEOUT(status(ids.last()), u"finished"_s, 30'000);
        const auto time = [this](const QByteArray &id, const QString &key) {
            return QDateTime::fromString(job(id).value(key).toString(), Qt::ISODateWithMs);
        };
        // The third pair is claimed two seconds after the first one, and begins later than that.
        QVERIFY(time(ids.first(), u"created"_s).msecsTo(time(ids.last(), u"started"_s)) >= 2000);
    }

    void noMoreRunThanMay()
    {
        QCOMPARE(m_service->http().send("PATCH", "/api/v2/queues/work", R"({"max_concurrency": 1})").status, 200);
        QByteArrayList ids;
        for (int i = 0; i < 3; ++i) {
            ids.append(submitV2(body("sleep", R"({"seconds": 0.2})")));
        }
        QTRY_COMPARE_WITH_TIMEOUT(status(ids.last()), u"finished"_s, 30'000);
        QList<std::pair<QString, QString>> runs;
        for (const QByteArray &id : ids) {
            runs.append({job(id).value("started"_L1).toString(), job(id).value("ended"_L1).toString()});
        }
        std::sort(runs.begin(), runs.end());
        QVERIFY(runs[1].first >= runs[0].second && runs[2].first >= runs[1].second);
    }

    void aJobRunsAfterTheOneThatItDependsOn()
    {
        const QByteArray parent = submitV2(body("sleep", R"({"seconds": 0.5})"));
        const QByteArray child = submitV2(body("echo", R"({"value": 1})", "\"depends_on\": \"" + parent + '"'));
        QTRY_COMPARE_WITH_TIMEOUT(status(child), u"finished"_s, 30'000);
        QVERIFY(job(child).value("started"_L1).toString() >= job(parent).value("ended"_L1).toString());
        const QByteArray bad = submitV2(body("checksum", R"({"path": "none"})", R"("delay": 0.3)"));
        const QByteArray never = submitV2(body("echo", R"({"value": 1})", "\"depends_on\": \"" + bad + '"'));
        QTRY_COMPARE_WITH_TIMEOUT(status(never), u"canceled"_s, 30'000);
        QTRY_COMPARE_WITH_TIMEOUT(deliveries(never), 1, 30'000);
    }

    void theManagerShowsLogs()
    {
        const QByteArray id = submitV2(body("echo", R"({"value": 1})"));
        QTRY_COMPARE_WITH_TIMEOUT(status(id), u"finished"_s, 30'000);
        QByteArray out;
        QCOMPARE(manager({u"logs"_s, QString::fromLatin1(id)}, &out), 0);
        QCOMPARE(manager({u"logs"_s, u"01890a5d-ac96-774b-bcce-b302099a8057"_s}, &out), 3);
    }
};

QTEST_GUILESS_MAIN(TestE2eApiV2)
#include "tst_e2e_api_v2.moc"
