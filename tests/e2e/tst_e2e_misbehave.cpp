// SPDX-License-Identifier: LGPL-3.0-or-later
#include "e2e_project.h"
#include "support/service_process.h"

#include <QDir>
#include <QTest>

#include <csignal>

using namespace dragonscales::test;
using namespace std::chrono_literals;
using namespace Qt::Literals::StringLiterals;

// Code that does its worst ends its own job with a clear reason, and nothing else notices.
class TestE2eMisbehave final : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<ServiceProcess> m_service;
    std::unique_ptr<WebhookReceiver> m_receiver;

    static QByteArray project()
    {
        auto text = projectJson();
        text.replace(R"("timeout": 20}})", R"("timeout": 20}},
    {"name": "cage", "args": {"workers": 1, "isolation": "process", "grace": 1, "timeout": 3, "memory": 200}},
    {"name": "open", "args": {"workers": 1, "isolation": "thread", "grace": 1, "timeout": 1}})");
        text.replace(R"("tasks": [)", R"("tasks": [
    {"name": "caged", "queue": "cage", "module": "misbehave", "args": {}},
    {"name": "endless", "queue": "cage", "module": "misbehave", "args": {}, "timeout": 600},
    {"name": "loose", "queue": "open", "module": "misbehave", "args": {}},
    {"name": "shell", "queue": "cage", "module": "command", "args": {"argv": ["/bin/sh", "-c", "{line}"]}},
    {"name": "family", "queue": "work", "module": "command", "args": {"argv": ["/bin/sh", "-c", "sleep 600 & echo $! > note; wait"]}},
    {"name": "litter", "queue": "work", "module": "command", "args": {"argv": ["/bin/sh", "-c", "for i in 1 2 3 4 5 6 7 8; do sleep 600 & done; echo done"]}},)");
        text.replace(R"("storages": [)", R"("storages": [
    {"name": "bad", "module": "misbehave", "args": {}},)");
        return text;
    }

    QByteArray submitDeed(const QByteArray &task, const QByteArray &params, const QByteArray &storage = "discard",
                          const QByteArray &storageParams = "{}")
    {
        return submit(m_service->http(), jobBody(task, params, m_receiver->url(), storage, storageParams));
    }
    QByteArray told(const QByteArray &id) const
    {
        QByteArray body;
        m_receiver->waitFor([&](const QList<ReceivedHook> &list) {
            for (const auto &hook : list) {
                if (hook.body.contains(id)) {
                    body = hook.body;
                }
            }
            return !body.isEmpty();
        });
        return body;
    }
    void othersGoOn()
    {
        const auto body = told(submitDeed("echo", R"({"value": 1})"));
        QCOMPARE(member(body, u"status"_s), QByteArray("finished"));
    }
    QList<qint64> noted() const
    {
        QList<qint64> list;
        QFile file(m_service->path(u"note"_s));
        if (file.open(QIODevice::ReadOnly)) {
            for (const QByteArray &line : file.readAll().split('\n')) {
                if (!line.isEmpty()) {
                    list.append(line.toLongLong());
                }
            }
        }
        return list;
    }
    static QList<qint64> childrenOf(qint64 pid)
    {
        QList<qint64> children;
        const QStringList threads = QDir(u"/proc/%1/task"_s.arg(pid)).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
        for (const QString &thread : threads) {
            QFile file(u"/proc/%1/task/%2/children"_s.arg(pid).arg(thread));
            if (file.open(QIODevice::ReadOnly)) {
                for (const QByteArray &child : file.readAll().simplified().split(' ')) {
                    if (!child.isEmpty()) {
                        children << child.toLongLong();
                    }
                }
            }
        }
        return children;
    }
    // A zombie that waits for its reaper runs no more.
    static bool runs(qint64 pid)
    {
        QFile file(u"/proc/%1/stat"_s.arg(pid));
        return file.open(QIODevice::ReadOnly) && !file.readAll().contains(") Z ");
    }

private Q_SLOTS:
    void init()
    {
        m_receiver = std::make_unique<WebhookReceiver>();
        m_service = std::make_unique<ServiceProcess>();
        m_service->setProject(project());
        const QStringList plugins{u"--plugin-path"_s,
                                  QStringLiteral(DRAGONSCALES_BUILD_DIR "/tests/plugins/misbehave")};
        QVERIFY2(m_service->start(plugins), m_service->errorText());
    }

    void cleanup()
    {
        m_service.reset();
        m_receiver.reset();
    }

    void failsItsOwnJobOnly_data()
    {
        QTest::addColumn<QByteArray>("deed");
        QTest::addColumn<QByteArray>("reason");
        QTest::newRow("SIGSEGV") << QByteArray("segv") << QByteArray("SIGSEGV");
        QTest::newRow("abort") << QByteArray("abort") << QByteArray("SIGABRT");
        QTest::newRow("exit") << QByteArray("exit") << QByteArray("3");
        QTest::newRow("endless loop") << QByteArray("loop") << QByteArray("time limit");
        QTest::newRow("loop that ignores SIGTERM") << QByteArray("ignore SIGTERM") << QByteArray("time limit");
        QTest::newRow("1 GiB") << QByteArray("allocate") << QByteArray("200 MiB");
        QTest::newRow("flood") << QByteArray("flood") << QByteArray("output");
    }
    void failsItsOwnJobOnly()
    {
        QFETCH(QByteArray, deed);
        QFETCH(QByteArray, reason);
        const auto pid = m_service->pid();
        const auto id = submitDeed("caged", R"({"do": ")" + deed + R"("})");
        QVERIFY(!id.isEmpty());
        othersGoOn();
        const auto body = told(id);
        QCOMPARE(member(body, u"status"_s), QByteArray("failed"));
        QVERIFY2(body.contains(reason), body);
        QCOMPARE(m_service->pid(), pid);
        const auto again = told(submitDeed("caged", R"({"do": "nothing at all"})"));
        QVERIFY2(!again.isEmpty(), "the queue is stuck");
        othersGoOn();
    }

    void aStorageThatCrashesFailsTheJob()
    {
        const auto body = told(submitDeed("echo", R"({"value": 1})", "bad", R"({"do": "segv"})"));
        QCOMPARE(member(body, u"status"_s), QByteArray("failed"));
        QVERIFY2(body.contains("SIGSEGV"), body);
    }

    void aThreadThatHangsFailsItsJobAndHoldsUpNoOtherNorTheStop()
    {
        const auto id = submitDeed("loose", R"({"do": "loop"})");
        const auto body = told(id);
        QCOMPARE(member(body, u"status"_s), QByteArray("failed"));
        QVERIFY2(body.contains("time limit"), body);
        othersGoOn();
        m_service->sendSignal(SIGTERM);
        QCOMPARE(m_service->waitForEnd(15s), 0);
    }

    void aMonitorThatIsKilledLeavesNothingOfItsJob()
    {
        const QByteArray note = m_service->path(u"note"_s).toUtf8();
        const QByteArray line =
            "echo $$ >>" + note + "; setsid sh -c 'echo $$ >>" + note + "; sleep 600; :' & sleep 600; :";
        const auto id = submitDeed("shell", R"({"values": {"line": ")" + line + R"("}})");
        QTRY_VERIFY_WITH_TIMEOUT(noted().size() == 2, 10'000);
        // The service's own child.
        const QList<qint64> runners = childrenOf(m_service->pid());
        QCOMPARE(runners.size(), 1);
        ::kill(static_cast<pid_t>(runners.first()), SIGKILL);
        QCOMPARE(member(told(id), u"status"_s), QByteArray("failed"));
        for (const qint64 pid : noted()) {
            QTRY_VERIFY_WITH_TIMEOUT(!runs(pid), 10'000);
        }
        othersGoOn();
    }

    void whatACommandLeavesBehindIsNoTrouble()
    {
        for (int i = 0; i < 5; ++i) {
            const auto body = told(submitDeed("litter", "{}"));
            QVERIFY2(member(body, u"status"_s) == "finished", body);
        }
    }

    void aServiceThatIsKilledLeavesNoProgramOfACommand()
    {
        submitDeed("family", "{}");
        QTRY_VERIFY_WITH_TIMEOUT(!noted().isEmpty(), 10'000);
        QVERIFY(runs(noted().first()));
        m_service->kill();
        QTRY_VERIFY_WITH_TIMEOUT(!runs(noted().first()), 10'000);
    }

    void aServiceThatIsKilledLeavesNoRunner()
    {
        const QByteArray note = m_service->path(u"note"_s).toUtf8();
        submitDeed("endless", R"({"do": "ignore SIGTERM", "note": ")" + note + R"("})");
        QTRY_VERIFY_WITH_TIMEOUT(!noted().isEmpty(), 10'000);
        QVERIFY(runs(noted().first()));
        m_service->kill();
        for (const qint64 pid : noted()) {
            QTRY_VERIFY_WITH_TIMEOUT(!runs(pid), 10'000);
        }
    }
};

QTEST_GUILESS_MAIN(TestE2eMisbehave)
#include "tst_e2e_misbehave.moc"
