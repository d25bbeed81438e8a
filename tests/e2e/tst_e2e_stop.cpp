// SPDX-License-Identifier: LGPL-3.0-or-later
#include "e2e_project.h"
#include "support/service_process.h"

#include <QFile>
#include <QTest>

#include <csignal>

using namespace dragonscales::test;
using namespace std::chrono_literals;
using namespace Qt::Literals::StringLiterals;

class TestE2eStop final : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<ServiceProcess> m_service;
    std::unique_ptr<WebhookReceiver> m_receiver;

    QByteArray submitSleep(const QByteArray &task, const QByteArray &seconds)
    {
        return submit(m_service->http(), jobBody(task, "{\"seconds\": " + seconds + "}", m_receiver->url()));
    }
    static void tasks()
    {
        QTest::addColumn<QByteArray>("task");
        QTest::newRow("in a thread") << QByteArray("sleep");
        QTest::newRow("in a runner") << QByteArray("careful-sleep");
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

    void anIdleServiceStopsWithStatusZero_data()
    {
        QTest::addColumn<int>("signal");
        QTest::newRow("SIGTERM") << SIGTERM;
        QTest::newRow("SIGINT") << SIGINT;
    }
    void anIdleServiceStopsWithStatusZero()
    {
        QFETCH(int, signal);
        m_service->sendSignal(signal);
        QCOMPARE(m_service->waitForEnd(5s), 0);
    }

    void aRunningJobThatEndsWithinItsGraceIsDelivered()
    {
        const auto id = submitSleep("sleep", "0.5");
        QTRY_COMPARE(statusOf(m_service->http(), id), QByteArray("started"));
        m_service->sendSignal(SIGTERM);
        QCOMPARE(m_service->waitForEnd(10s), 0);
        QVERIFY(m_service->start());
        QTRY_COMPARE(statusOf(m_service->http(), id), QByteArray("finished"));
        QVERIFY(m_receiver->waitForCount(1));
        QCOMPARE(m_receiver->received().size(), 1);
    }

    void aRunningJobGoesBackAndIsDoneAfterTheRestart_data() { tasks(); }
    void aRunningJobGoesBackAndIsDoneAfterTheRestart()
    {
        QFETCH(QByteArray, task);
        const auto id = submitSleep(task, "4");
        QTRY_COMPARE_WITH_TIMEOUT(statusOf(m_service->http(), id), QByteArray("started"), 10'000);
        m_service->sendSignal(SIGTERM);
        QCOMPARE(m_service->waitForEnd(15s), 0);
        QCOMPARE(m_receiver->received().size(), 0);
        QVERIFY(m_service->start({u"--no-workers"_s}));
        QCOMPARE(statusOf(m_service->http(), id), QByteArray("queued"));
        m_service->sendSignal(SIGTERM);
        QCOMPARE(m_service->waitForEnd(5s), 0);
        QVERIFY(m_service->start());
        QVERIFY(m_receiver->waitForCount(1));
        QCOMPARE(member(m_receiver->received().first().body, u"status"_s), QByteArray("finished"));
    }

    void twiceEndsAtOnce_data()
    {
        QTest::addColumn<QByteArray>("task");
        QTest::newRow("in a thread") << QByteArray("hold");
        QTest::newRow("in a runner") << QByteArray("careful-hold");
    }
    void twiceEndsAtOnce()
    {
        QFETCH(QByteArray, task);
        m_service->kill();
        auto project = projectJson();
        project.replace("\"grace\": 1", "\"grace\": 600");
        m_service->setProject(project);
        QVERIFY(m_service->start());
        const QString flag = m_service->path(u"flag"_s);
        const auto id = submit(m_service->http(),
                               jobBody(task, "{\"values\": {\"flag\": \"" + flag.toUtf8() + "\"}}", m_receiver->url()));
        // The status says "started" from the claim on; what was claimed and does not run yet goes back at once.
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(flag), 10'000);
        m_service->sendSignal(SIGTERM);
        QCOMPARE(m_service->waitForEnd(1s), -2);
        m_service->sendSignal(SIGTERM);
        QCOMPARE(m_service->waitForEnd(5s), 0);
        QVERIFY(m_service->start({u"--no-workers"_s}));
        QCOMPARE(statusOf(m_service->http(), id), QByteArray("queued"));
    }

    void whatWasQueuedWhileItWasDownIsDoneAfterwards()
    {
        m_service->kill();
        QVERIFY(m_service->start({u"--no-workers"_s}));
        const auto id = submit(m_service->http(), jobBody("echo", R"({"value": 1})", m_receiver->url()));
        QCOMPARE(statusOf(m_service->http(), id), QByteArray("queued"));
        m_service->sendSignal(SIGTERM);
        QCOMPARE(m_service->waitForEnd(5s), 0);
        QVERIFY(m_service->start({u"--no-api"_s}));
        QVERIFY(m_service->url().isEmpty());
        QVERIFY(m_receiver->waitForCount(1));
        m_service->sendSignal(SIGTERM);
        QCOMPARE(m_service->waitForEnd(5s), 0);
    }
};

QTEST_GUILESS_MAIN(TestE2eStop)
#include "tst_e2e_stop.moc"
