// SPDX-License-Identifier: LGPL-3.0-or-later
#include "api/server.h"

#include "broker/sqlite_store.h"
#include "raw_client.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTcpServer>
#include <QTemporaryDir>
#include <QTest>
#include <QUrl>

using namespace dragonscales;
using namespace dragonscales::tests;
using namespace Qt::Literals::StringLiterals;

namespace {

// Everything below the server, on a store in a temporary folder, with a project that has nothing in it.
struct Parts
{
    QTemporaryDir folder;
    std::shared_ptr<core::Clock> clock = std::make_shared<core::SystemClock>();
    std::unique_ptr<broker::Broker> broker;
    std::unique_ptr<index::Index> index;
    std::shared_ptr<const host::Catalog> catalog = host::Catalog::scan({});
    std::unique_ptr<host::Host> host = std::make_unique<host::Host>(catalog, host::HostOptions{});
    core::ProjectPointer project = std::make_shared<core::LoadedProject>();

    Parts()
    {
        auto writer = store(false); // makes the file
        broker = std::make_unique<broker::Broker>(std::move(writer), store(true), broker::BrokerOptions{});
        broker->start();
        index = std::make_unique<index::Index>(*broker, index::IndexOptions{folder.filePath(u"index.db"_s)});
        index->start();
    }
    ~Parts()
    {
        index->stop();
        broker->stop();
    }
    Q_DISABLE_COPY_MOVE(Parts)

    std::unique_ptr<broker::Store> store(bool readOnly) const
    {
        auto opened = broker::SqliteStore::open({folder.filePath(u"store.db"_s), u"test"_s, readOnly}, clock);
        if (!opened) {
            qFatal("%s", qUtf8Printable(opened.error().message));
        }
        return std::move(*opened);
    }
    std::unique_ptr<api::Server> server(api::ServerOptions options = {}) const
    {
        if (options.port == 5003) {
            options.port = 0;
        }
        options.tokenFolder = folder.filePath(u"tokens"_s);
        return std::make_unique<api::Server>(*broker, *index, *host, nullptr, project, options);
    }
    QStringList tokenFiles() const { return QDir(folder.filePath(u"tokens"_s)).entryList(QDir::Files); }
};

RawAnswer get(const QString &url, const QByteArray &path, const QByteArray &fields = {})
{
    const QUrl address(url);
    RawClient client(static_cast<quint16>(address.port()));
    client.send("GET " + path + " HTTP/1.1\r\nHost: " + address.authority().toLatin1() + "\r\n" + fields + "\r\n");
    return client.answer().value_or(RawAnswer());
}

} // namespace

class TestServer final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void answersOnceItListens();
    void leavesItsTokenWhileItRuns();
    void canStopTwiceAndStartAgain();
    void refusesAPublicAddressWithoutAuthorizer();
    void takesAPublicAddressWhenToldTo();
    void saysThatThePortIsTaken();
    void saysThatTheCertificateIsMissing();
};

void TestServer::answersOnceItListens()
{
    const Parts parts;
    const auto server = parts.server();
    const auto url = server->start();
    QVERIFY2(url, url ? "" : qUtf8Printable(url.error().message));
    QVERIFY(url->startsWith(u"http://127.0.0.1:"_s));
    QCOMPARE(server->url(), *url);
    QCOMPARE(get(*url, "/healthz").status, 200);
    QCOMPARE(get(*url, "/nowhere").status, 404);
    QCOMPARE(get(*url, "/nowhere").body, R"({"detail":"Not Found"})");
    QCOMPARE(get(*url, "/api/v1/jobs/").body, "[]");
}

void TestServer::leavesItsTokenWhileItRuns()
{
    const Parts parts;
    const auto server = parts.server();
    const auto url = server->start();
    QVERIFY(url);
    const quint16 port = static_cast<quint16>(QUrl(*url).port());
    QCOMPARE(parts.tokenFiles(), QStringList{QString::number(port) + u".json"_s});
    QFile file(parts.folder.filePath(u"tokens/%1.json"_s.arg(port)));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QJsonObject object = QJsonDocument::fromJson(file.readAll()).object();
    QCOMPARE(object.value(u"url"_s).toString(), *url);
    QCOMPARE(object.value(u"pid"_s).toInteger(), QCoreApplication::applicationPid());
    QVERIFY(object.value(u"token"_s).toString().size() >= 43);
    server->stop();
    QVERIFY(parts.tokenFiles().isEmpty());
}

void TestServer::canStopTwiceAndStartAgain()
{
    const Parts parts;
    const auto server = parts.server();
    server->stop();
    const auto url = server->start();
    QVERIFY(url);
    QVERIFY(!server->start());
    QCOMPARE(get(*url, "/healthz").status, 200);
    server->stop();
    server->stop();
    QVERIFY(!RawClient(static_cast<quint16>(QUrl(*url).port())).isConnected());
    QCOMPARE(server->url(), QString());
    const auto again = server->start();
    QVERIFY(again);
    QCOMPARE(get(*again, "/healthz").status, 200);
}

void TestServer::refusesAPublicAddressWithoutAuthorizer()
{
    const Parts parts;
    api::ServerOptions options;
    options.address = QHostAddress::AnyIPv4;
    const auto server = parts.server(options);
    const auto url = server->start();
    QVERIFY(!url);
    QCOMPARE(url.error().code, core::ErrorCode::Forbidden);
    for (const QString &word : {u"0.0.0.0"_s, u"authorizer"_s, u"--insecure"_s, u"127.0.0.1"_s}) {
        QVERIFY2(url.error().message.contains(word), qUtf8Printable(url.error().message));
    }
    QVERIFY(parts.tokenFiles().isEmpty());
}

void TestServer::takesAPublicAddressWhenToldTo()
{
    const Parts parts;
    api::ServerOptions options;
    options.address = QHostAddress::AnyIPv4;
    options.insecure = true;
    const auto server = parts.server(options);
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"without TLS"_s));
    const auto url = server->start();
    QVERIFY(url);
    QVERIFY(url->startsWith(u"http://127.0.0.1:"_s)); // where one can go to
    QCOMPARE(get(*url, "/healthz").status, 200);
}

void TestServer::saysThatThePortIsTaken()
{
    QTcpServer other;
    QVERIFY(other.listen(QHostAddress::LocalHost));
    const Parts parts;
    api::ServerOptions options;
    options.port = other.serverPort();
    const auto server = parts.server(options);
    const auto url = server->start();
    QVERIFY(!url);
    QVERIFY(url.error().message.contains(u"127.0.0.1:%1 is taken"_s.arg(other.serverPort())));
    other.close();
    QVERIFY(server->start());
}

void TestServer::saysThatTheCertificateIsMissing()
{
    const Parts parts;
    api::ServerOptions options;
    options.tlsCertificate = parts.folder.filePath(u"nothing.crt"_s);
    options.tlsKey = parts.folder.filePath(u"nothing.key"_s);
    const auto url = parts.server(options)->start();
    QVERIFY(!url);
    QVERIFY2(url.error().message.contains(u"nothing.crt"_s), qUtf8Printable(url.error().message));
}

QTEST_GUILESS_MAIN(TestServer)
#include "tst_server.moc"
