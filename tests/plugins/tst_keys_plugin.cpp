// SPDX-License-Identifier: LGPL-3.0-or-later
#include "plugins/plugin_fixture.h"

#include <QCryptographicHash>
#include <QSaveFile>
#include <QTest>

#include <sys/stat.h>

using namespace dragonscales;
using namespace Qt::Literals::StringLiterals;

class TestKeysPlugin : public QObject
{
    Q_OBJECT

private:
    sdk::Plugin &m_plugin = tests::bundledPlugin(u"keys"_s);
    std::unique_ptr<QTemporaryDir> m_folder;

    QString path() const { return m_folder->filePath(u"keys.json"_s); }

    static QByteArray entry(const QByteArray &name, const QByteArray &role, const QByteArray &key)
    {
        return tests::quoted("{'name':'" + name + "','role':'" + role +
                             "','created':'2026-01-01T00:00:00Z','sha256':'" +
                             QCryptographicHash::hash(key, QCryptographicHash::Sha256).toHex() + "'}");
    }

    void write(const QByteArray &text, mode_t mode = 0600) const
    {
        QSaveFile file(path());
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
        QVERIFY(file.commit());
        QCOMPARE(::chmod(path().toLocal8Bit().constData(), mode), 0);
    }

    std::unique_ptr<sdk::BaseAuthorizer> make() const
    {
        return m_plugin.authorizer(u"api-key"_s, tests::argsOf(R"({"file":"keys.json"})", m_folder->path()));
    }

    static sdk::Request with(const QByteArray &name, const QByteArray &value)
    {
        sdk::Request request;
        request.headers = {{name, value}};
        return request;
    }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        write("{\"keys\":[" + entry("ann", "operator", "k-ann") + ',' + entry("bob", "viewer", "k-bob") + "]}");
    }

    void openLetsEverybodyInAndSaysSo()
    {
        const auto open = m_plugin.authorizer(u"open"_s, {});
        QVERIFY(open->open());
        const auto verdict = open->authorize({});
        QVERIFY(verdict && verdict->allowed);
    }

    void aKeyGivesItsNameAndRole_data()
    {
        QTest::addColumn<QByteArray>("header");
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<QString>("principal"); // empty: refused
        QTest::newRow("bearer") << QByteArray("Authorization") << QByteArray("Bearer k-ann") << u"ann"_s;
        QTest::newRow("any case") << QByteArray("authorization") << QByteArray("bearer  k-bob ") << u"bob"_s;
        QTest::newRow("x-api-key") << QByteArray("x-api-key") << QByteArray("k-bob") << u"bob"_s;
        QTest::newRow("unknown") << QByteArray("X-API-Key") << QByteArray("k-eve") << QString();
        QTest::newRow("prefix") << QByteArray("X-API-Key") << QByteArray("k-an") << QString();
        QTest::newRow("empty") << QByteArray("X-API-Key") << QByteArray() << QString();
        QTest::newRow("empty bearer") << QByteArray("Authorization") << QByteArray("Bearer ") << QString();
        QTest::newRow("another scheme") << QByteArray("Authorization") << QByteArray("Basic k-ann") << QString();
        QTest::newRow("the hash itself") << QByteArray("X-API-Key")
                                         << QCryptographicHash::hash("k-ann", QCryptographicHash::Sha256).toHex()
                                         << QString();
        QTest::newRow("another header") << QByteArray("Cookie") << QByteArray("k-ann") << QString();
    }
    void aKeyGivesItsNameAndRole()
    {
        QFETCH(QByteArray, header);
        QFETCH(QByteArray, value);
        QFETCH(QString, principal);
        const auto verdict = make()->authorize(with(header, value));
        QVERIFY(verdict.has_value());
        QCOMPARE(verdict->allowed, !principal.isEmpty());
        QCOMPARE(verdict->principal, principal);
        if (verdict->allowed) {
            QCOMPARE(verdict->role, principal == "ann"_L1 ? u"operator"_s : u"viewer"_s);
        } else {
            QCOMPARE(verdict->status, 401);
            QVERIFY(!verdict->detail.isEmpty());
            QVERIFY(!verdict->detail.contains(u"k-"_s)); // the key is not repeated
        }
    }

    void aChangedFileCountsAtOnce()
    {
        const auto authorizer = make();
        QVERIFY(authorizer->authorize(with("X-API-Key", "k-ann"))->allowed);
        write("{\"keys\":[" + entry("cat", "admin", "k-cat") + "]}");
        QVERIFY(!authorizer->authorize(with("X-API-Key", "k-ann"))->allowed);
        QCOMPARE(authorizer->authorize(with("X-API-Key", "k-cat"))->role, u"admin"_s);
    }

    void aBadFileLetsNobodyInUntilItIsMended_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("mode");
        QTest::addColumn<QString>("sentence");
        const QByteArray good = "{\"keys\":[" + entry("ann", "operator", "k-ann") + "]}";
        QTest::newRow("readable by others") << good << 0644 << u"chmod 600"_s;
        QTest::newRow("writable by the group") << good << 0620 << u"chmod 600"_s;
        QTest::newRow("not JSON") << QByteArray("{\"keys\":[") << 0600 << u"is not JSON"_s;
        QTest::newRow("empty") << QByteArray() << 0600 << u"is not JSON"_s;
        QTest::newRow("array") << QByteArray("[]") << 0600 << u"must be {\"keys\""_s;
        QTest::newRow("unknown role") << QByteArray("{\"keys\":[" + entry("ann", "root", "k-ann") + "]}") << 0600
                                      << u"keys[0]"_s;
        QTest::newRow("no hash") << QByteArray(R"({"keys":[{"name":"ann","role":"admin"}]})") << 0600
                                 << u"\"sha256\""_s;
        QTest::newRow("short hash") << QByteArray(R"({"keys":[{"name":"ann","role":"admin","sha256":"00"}]})") << 0600
                                    << u"\"sha256\""_s;
        QTest::newRow("no name") << QByteArray("{\"keys\":[" + entry("", "admin", "k-ann") + "]}") << 0600
                                 << u"\"name\""_s;
    }
    void aBadFileLetsNobodyInUntilItIsMended()
    {
        QFETCH(QByteArray, text);
        QFETCH(int, mode);
        QFETCH(QString, sentence);
        const auto authorizer = make();
        write(text, static_cast<mode_t>(mode));
        const auto refused = authorizer->authorize(with("X-API-Key", "k-ann"));
        QVERIFY(!refused.has_value());
        QVERIFY2(refused.error().message.contains(sentence), qPrintable(refused.error().message));
        QVERIFY(refused.error().message.contains(path()));
        QVERIFY(!authorizer->authorize(with("X-API-Key", "k-ann")).has_value()); // nor later
        QVERIFY_THROWS_EXCEPTION(std::exception, make());
        write("{\"keys\":[" + entry("ann", "operator", "k-ann") + "]}");
        QVERIFY(authorizer->authorize(with("X-API-Key", "k-ann"))->allowed);
    }

    void aMissingFileLetsNobodyIn()
    {
        const auto authorizer = make();
        QVERIFY(QFile::remove(path()));
        const auto refused = authorizer->authorize(with("X-API-Key", "k-ann"));
        QVERIFY(!refused.has_value());
        QVERIFY(refused.error().message.contains(u"dragonscales-manager key add"_s));
    }

    void aFifoDoesNotHoldUpTheRequest()
    {
        const auto authorizer = make();
        QVERIFY(QFile::remove(path()));
        QCOMPARE(::mkfifo(path().toLocal8Bit().constData(), 0600), 0);
        QVERIFY(!authorizer->authorize(with("X-API-Key", "k-ann")).has_value());
    }

    void manyThreadsMayAskAtOnce()
    {
        const auto authorizer = make();
        std::atomic<int> allowed = 0;
        std::vector<std::unique_ptr<QThread>> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back(QThread::create([&authorizer, &allowed] {
                for (int n = 0; n < 200; ++n) {
                    const auto verdict = authorizer->authorize(with("X-API-Key", "k-ann"));
                    allowed += verdict && verdict->allowed ? 1 : 0;
                }
            }));
            threads.back()->start();
        }
        for (int n = 0; n < 20; ++n) {
            write("{\"keys\":[" + entry("ann", "operator", "k-ann") + QByteArray(n, ' ') + "]}");
        }
        for (const auto &thread : threads) {
            QVERIFY(thread->wait());
        }
        // The file is made whole before it gets its name, but its mode is set a moment later.
        QVERIFY(allowed > 0);
        QVERIFY(authorizer->authorize(with("X-API-Key", "k-ann"))->allowed);
    }
};

QTEST_GUILESS_MAIN(TestKeysPlugin)
#include "tst_keys_plugin.moc"
