// SPDX-License-Identifier: LGPL-3.0-or-later
#include "e2e_project.h"
#include "small_disk.h"
#include "support/service_process.h"

#include <QDir>
#include <QTest>
#include <QUrl>

#include <csignal>
#include <sys/mount.h>

using namespace dragonscales::test;
using namespace std::chrono_literals;
using namespace Qt::Literals::StringLiterals;

// What is wrong gets a sentence that names what and where, and an exit status that is not 0.
class TestE2eBadInput final : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<ServiceProcess> m_service;

    // Runs it with these arguments added; they win over those before.
    int run(const QStringList &further) { return m_service->runToEnd(m_service->arguments() + further); }

private Q_SLOTS:
    void init()
    {
        m_service = std::make_unique<ServiceProcess>();
        m_service->setProject(projectJson());
    }
    void cleanup() { m_service.reset(); }

    void wrongUsageIsStatusTwo_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QByteArray>("said");
        QTest::newRow("unknown flag") << QStringList{u"--no-such-flag"_s} << QByteArray("no-such-flag");
        QTest::newRow("stray word") << QStringList{u"stray"_s} << QByteArray("stray");
        QTest::newRow("no port") << QStringList{u"--address"_s, u"127.0.0.1"_s} << QByteArray("127.0.0.1");
        QTest::newRow("port too high") << QStringList{u"--address"_s, u"127.0.0.1:70000"_s} << QByteArray("70000");
        QTest::newRow("host name") << QStringList{u"--address"_s, u"no host:1"_s} << QByteArray("no host");
        QTest::newRow("redis") << QStringList{u"--queue-url"_s, u"redis://localhost:6379"_s}
                               << QByteArray("embedded store only");
        QTest::newRow("unknown store") << QStringList{u"--queue-url"_s, u"mysql://here"_s}
                                       << QByteArray("mysql://here");
        QTest::newRow("log level") << QStringList{u"--log-level"_s, u"loud"_s} << QByteArray("loud");
        QTest::newRow("log path") << QStringList{u"--log-path"_s, u"/no/such/folder/log"_s}
                                  << QByteArray("/no/such/folder/log");
        QTest::newRow("nothing to do") << QStringList{u"--no-api"_s, u"--no-workers"_s} << QByteArray("--no-api");
        QTest::newRow("unknown queue") << QStringList{u"--queues"_s, u"work,elsewhere"_s} << QByteArray("elsewhere");
        QTest::newRow("proxy") << QStringList{u"--trusted-proxies"_s, u"127.0.0.1,999.1"_s} << QByteArray("999.1");
        QTest::newRow("lease of nothing") << QStringList{u"--lease"_s, u"0"_s} << QByteArray("lease");
    }
    void wrongUsageIsStatusTwo()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QByteArray, said);
        QCOMPARE(run(arguments), 2);
        QVERIFY2(m_service->errorText().contains(said), m_service->errorText());
        QVERIFY(!QFile::exists(m_service->storePath()));
    }

    void aVariableThatCannotBeUsedIsStatusTwo()
    {
        m_service->environment().insert(u"DRAGONSCALES_CORS_ORIGINS"_s, u"https://example.org,junk"_s);
        QCOMPARE(run({}), 2);
        QVERIFY2(m_service->errorText().contains("DRAGONSCALES_CORS_ORIGINS junk"), m_service->errorText());
    }

    void helpAndVersionAreNoErrors()
    {
        QCOMPARE(m_service->runToEnd({u"--help"_s}), 0);
        QCOMPARE(m_service->runToEnd({u"--version"_s}), 0);
    }

    void aBadProjectIsNamed_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QByteArray>("said");
        QTest::newRow("empty") << QByteArray("") << QByteArray("project.json: error: The file is empty");
        QTest::newRow("binary") << QByteArray("\x7f"
                                              "ELF\x00\x01\x02\xff\xfe",
                                              9)
                                << QByteArray("project.json");
        QTest::newRow("not JSON") << QByteArray("{\n  \"queues\": [,]\n}") << QByteArray("project.json:2:");
        QTest::newRow("an array") << QByteArray("[]") << QByteArray("project.json:1:1");
        auto project = projectJson();
        QTest::newRow("unknown module") << QByteArray(project).replace("\"module\": \"echo\"", "\"module\": \"echoo\"")
                                        << QByteArray("echoo");
        QTest::newRow("unknown queue of a task")
            << QByteArray(project).replace("\"queue\": \"careful\"", "\"queue\": \"none\"") << QByteArray("none");
        QTest::newRow("args against the schema")
            << QByteArray(project).replace("{\"directory\": \"results\"}", "{\"directory\": 3}")
            << QByteArray("directory");
        QTest::newRow("unset variable") << QByteArray(project).replace(hookSecret(), "${NO_SUCH_VARIABLE_HERE}")
                                        << QByteArray("NO_SUCH_VARIABLE_HERE");
    }
    void aBadProjectIsNamed()
    {
        QFETCH(QByteArray, content);
        QFETCH(QByteArray, said);
        m_service->setProject(content);
        QCOMPARE(run({}), 1);
        QVERIFY2(m_service->errorText().contains(said), m_service->errorText());
        QVERIFY2(m_service->errorText().contains("error: "), m_service->errorText());
        QVERIFY(!QFile::exists(m_service->storePath()));
    }

    void allProblemsOfAProjectAreToldAtOnce()
    {
        auto project = projectJson();
        project.replace("\"module\": \"echo\"", "\"module\": \"echoo\"");
        project.replace("\"module\": \"discard\"", "\"module\": \"discardd\"");
        m_service->setProject(project);
        QCOMPARE(run({}), 1);
        QVERIFY2(m_service->errorText().contains("echoo"), m_service->errorText());
        QVERIFY2(m_service->errorText().contains("discardd"), m_service->errorText());
    }

    void aProjectThatIsNoFileIsNamed_data()
    {
        QTest::addColumn<QString>("path");
        QTest::newRow("missing") << u"none.json"_s;
        QTest::newRow("a folder") << u"home"_s;
    }
    void aProjectThatIsNoFileIsNamed()
    {
        QFETCH(QString, path);
        QCOMPARE(run({u"--project"_s, m_service->path(path)}), 1);
        QVERIFY2(m_service->errorText().contains(path.toUtf8()), m_service->errorText());
    }

    void aHugeProjectIsRefusedAtOnce()
    {
        QFile file(m_service->path(u"project.json"_s));
        QVERIFY(file.open(QIODevice::ReadWrite) && file.resize(100LL * 1024 * 1024));
        QCOMPARE(run({}), 1);
        QVERIFY2(m_service->errorText().contains("project.json"), m_service->errorText());
    }

    void aStoreThatIsAFolderIsNamed()
    {
        QDir().mkpath(m_service->storePath());
        QCOMPARE(run({}), 1);
        QVERIFY2(m_service->errorText().contains("store.db"), m_service->errorText());
        QVERIFY2(m_service->errorText().contains("folder"), m_service->errorText());
    }

    void aStoreThatIsDamagedIsNamedAndLeftAlone()
    {
        const QByteArray garbage(20'000, 'x');
        m_service->writeFile(u"store.db"_s, garbage);
        QCOMPARE(run({}), 1);
        QVERIFY2(m_service->errorText().contains("store.db"), m_service->errorText());
        QFile file(m_service->storePath());
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(file.readAll() == garbage);
    }

    void aStoreOfANewerVersionIsNamedAndLeftAlone()
    {
        QVERIFY2(m_service->start(), m_service->errorText());
        m_service->sendSignal(SIGTERM);
        QCOMPARE(m_service->waitForEnd(), 0);
        // SQLite's user version stands at offset 60, four bytes, the highest first.
        QFile file(m_service->storePath());
        QVERIFY(file.open(QIODevice::ReadWrite) && file.seek(60));
        file.write(QByteArray("\x00\x00\x03\xe7", 4));
        file.close();
        QCOMPARE(run({}), 1);
        QVERIFY2(m_service->errorText().contains("newer"), m_service->errorText());
    }

    void aStoreThatAnotherServiceOwnsNamesItsProcessAndAddress()
    {
        QVERIFY2(m_service->start(), m_service->errorText());
        ServiceProcess second;
        QCOMPARE(second.runToEnd(m_service->arguments()), 1);
        const auto said = second.errorText();
        QVERIFY2(said.contains(QByteArray::number(m_service->pid())), said);
        QVERIFY2(said.contains(m_service->url().toUtf8()), said);
        QCOMPARE(m_service->http().get("/healthz").status, 200);
    }

    void aPortThatIsTakenIsNamed()
    {
        QVERIFY2(m_service->start(), m_service->errorText());
        const auto port = QString::number(QUrl(m_service->url()).port());
        ServiceProcess second;
        second.setProject(projectJson());
        QCOMPARE(second.runToEnd(second.arguments() + QStringList{u"--address"_s, u"127.0.0.1:"_s + port}), 1);
        QVERIFY2(second.errorText().contains(port.toUtf8()), second.errorText());
    }

    void aPublicAddressWithoutAnAuthorizerIsRefused()
    {
        QCOMPARE(run({u"--address"_s, u"0.0.0.0:0"_s}), 1);
        QVERIFY2(m_service->errorText().contains("--insecure"), m_service->errorText());
    }

    void aFullDiskRefusesJobsAndLosesNone()
    {
        const SmallDisk disk(m_service->path(u"disk"_s));
        if (!disk.isMounted()) {
            QSKIP("needs the right to mount a small file system");
        }
        WebhookReceiver receiver;
        const QStringList store{u"--queue-url"_s, u"sqlite:"_s + m_service->path(u"disk/store.db"_s)};
        QVERIFY2(m_service->start(store), m_service->errorText());
        const QByteArray body = jobBody("echo", R"({"value": ")" + QByteArray(100'000, 'x') + R"("})", receiver.url());
        QList<QByteArray> accepted;
        HttpAnswer last;
        for (int i = 0; i < 200; ++i) {
            last = m_service->http().post("/api/v1/jobs/", body);
            if (last.status != 200) {
                break;
            }
            accepted.append(member(last.body, u"id"_s));
        }
        QCOMPARE(last.status, 503);
        QVERIFY2(last.head.toLower().contains("retry-after"), last.head);
        QVERIFY(!accepted.isEmpty());
        QCOMPARE(m_service->http().get("/healthz").status, 200);
        // With a larger disk it goes on by itself, and every accepted job is delivered.
        QCOMPARE(mount("tmpfs", m_service->path(u"disk"_s).toUtf8().constData(), "tmpfs", MS_REMOUNT, "size=300m"), 0);
        for (const auto &id : accepted) {
            QTRY_COMPARE_WITH_TIMEOUT(statusOf(m_service->http(), id), QByteArray("finished"), 20'000);
        }
        QVERIFY(receiver.waitForCount(accepted.size()));
        m_service->sendSignal(SIGTERM);
        QCOMPARE(m_service->waitForEnd(), 0);
    }
};

QTEST_GUILESS_MAIN(TestE2eBadInput)
#include "tst_e2e_bad_input.moc"
