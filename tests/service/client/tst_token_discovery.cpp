// SPDX-License-Identifier: LGPL-3.0-or-later
#include "client/local_token.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::Literals::StringLiterals;
using namespace dragonscales;

class LocalTokenTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void findsOwnService_data();
    void findsOwnService();
    void looksIntoTheStateFolderToo();
    void refusesFilesOthersCanRead();
    void refusesLinks();
    void refusesDeadProcesses();
    void refusesGarbage_data();
    void refusesGarbage();

private:
    static QByteArray content(const QByteArray &url, qint64 pid = QCoreApplication::applicationPid())
    {
        return u"{\"pid\":%1,\"url\":\"%2\",\"token\":\"T0KEN\"}"_s.arg(pid).arg(QLatin1StringView(url)).toUtf8();
    }
    static void write(const QString &path, const QByteArray &content, mode_t mode = 0600)
    {
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content);
        file.close();
        QCOMPARE(chmod(QFile::encodeName(path).constData(), mode), 0);
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_file;
};

void LocalTokenTest::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    qputenv("XDG_RUNTIME_DIR", QFile::encodeName(m_folder->path()));
    qputenv("HOME", QFile::encodeName(m_folder->path()));
    QVERIFY(QDir(m_folder->path()).mkpath(u"dragonscales"_s));
    QVERIFY(QDir(m_folder->path()).mkpath(u".local/state/dragonscales"_s));
    m_file = m_folder->filePath(u"dragonscales/4711.json"_s);
}

void LocalTokenTest::findsOwnService_data()
{
    QTest::addColumn<QByteArray>("told");
    QTest::addColumn<QString>("wanted");
    QTest::addColumn<QString>("reached"); // empty: no token for it
    QTest::newRow("same") << QByteArray("http://127.0.0.1:4711") << u"http://127.0.0.1:4711"_s
                          << u"http://127.0.0.1:4711"_s;
    QTest::newRow("path") << QByteArray("http://127.0.0.1:4711") << u"http://127.0.0.1:4711/x"_s
                          << u"http://127.0.0.1:4711/x"_s;
    QTest::newRow("name") << QByteArray("http://127.0.0.1:4711") << u"http://localhost:4711"_s
                          << u"http://127.0.0.1:4711"_s;
    QTest::newRow("name, six") << QByteArray("http://[::1]:4711") << u"http://localhost:4711"_s
                               << u"http://[::1]:4711"_s;
    QTest::newRow("six") << QByteArray("http://[::1]:4711") << u"http://[::1]:4711"_s << u"http://[::1]:4711"_s;
    QTest::newRow("other family") << QByteArray("http://127.0.0.1:4711") << u"http://[::1]:4711"_s << QString();
    QTest::newRow("other scheme") << QByteArray("http://127.0.0.1:4711") << u"https://127.0.0.1:4711"_s << QString();
    QTest::newRow("other port") << QByteArray("http://127.0.0.1:4711") << u"http://127.0.0.1:4712"_s << QString();
    QTest::newRow("port told is another")
        << QByteArray("http://127.0.0.1:4712") << u"http://127.0.0.1:4711"_s << QString();
    QTest::newRow("far away") << QByteArray("http://192.0.2.1:4711") << u"http://192.0.2.1:4711"_s << QString();
    QTest::newRow("looks like it") << QByteArray("http://localhost.example.org:4711")
                                   << u"http://localhost.example.org:4711"_s << QString();
    QTest::newRow("user part") << QByteArray("http://127.0.0.1:4711") << u"http://127.0.0.1:4711@example.org:4711"_s
                               << QString();
}

void LocalTokenTest::findsOwnService()
{
    QFETCH(QByteArray, told);
    QFETCH(QString, wanted);
    QFETCH(QString, reached);
    write(m_file, content(told));
    const auto found = client::findLocalToken(QUrl(wanted));
    QCOMPARE(found.has_value(), !reached.isEmpty());
    if (found) {
        QCOMPARE(found->token, QByteArray("T0KEN"));
        QCOMPARE(found->url.toString(), reached);
    }
}

void LocalTokenTest::looksIntoTheStateFolderToo()
{
    write(m_folder->filePath(u".local/state/dragonscales/4711.json"_s), content("http://127.0.0.1:4711"));
    QVERIFY(client::findLocalToken(QUrl(u"http://127.0.0.1:4711"_s)).has_value());
}

void LocalTokenTest::refusesFilesOthersCanRead()
{
    write(m_file, content("http://127.0.0.1:4711"), 0640);
    QVERIFY(!client::findLocalToken(QUrl(u"http://127.0.0.1:4711"_s)).has_value());
    write(m_file, content("http://127.0.0.1:4711"), 0600);
    QVERIFY(client::findLocalToken(QUrl(u"http://127.0.0.1:4711"_s)).has_value());
    if (geteuid() == 0) {
        QCOMPARE(chown(QFile::encodeName(m_file).constData(), 12345, 12345), 0);
        QVERIFY(!client::findLocalToken(QUrl(u"http://127.0.0.1:4711"_s)).has_value());
    }
}

void LocalTokenTest::refusesLinks()
{
    write(m_folder->filePath(u"elsewhere"_s), content("http://127.0.0.1:4711"));
    QVERIFY(QFile::link(m_folder->filePath(u"elsewhere"_s), m_file));
    QVERIFY(!client::findLocalToken(QUrl(u"http://127.0.0.1:4711"_s)).has_value());
}

void LocalTokenTest::refusesDeadProcesses()
{
    QProcess process;
    process.start(u"true"_s, QStringList());
    QVERIFY(process.waitForStarted());
    const qint64 pid = process.processId();
    QVERIFY(process.waitForFinished());
    write(m_file, content("http://127.0.0.1:4711", pid));
    QVERIFY(!client::findLocalToken(QUrl(u"http://127.0.0.1:4711"_s)).has_value());
}

void LocalTokenTest::refusesGarbage_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("no JSON") << QByteArray("token");
    QTest::newRow("array") << QByteArray("[]");
    QTest::newRow("no token") << QByteArray(R"({"pid":1,"url":"http://127.0.0.1:4711"})");
    QTest::newRow("big") << content("http://127.0.0.1:4711") + QByteArray(10'000, ' ');
}

void LocalTokenTest::refusesGarbage()
{
    QFETCH(QByteArray, content);
    write(m_file, content);
    QVERIFY(!client::findLocalToken(QUrl(u"http://127.0.0.1:4711"_s)).has_value());
}

QTEST_GUILESS_MAIN(LocalTokenTest)
#include "tst_token_discovery.moc"
