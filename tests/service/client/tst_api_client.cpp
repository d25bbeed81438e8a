// SPDX-License-Identifier: LGPL-3.0-or-later
#include "fake_http_server.h"

#include "client/api_client.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>

using namespace Qt::Literals::StringLiterals;
using namespace dragonscales;
using namespace std::chrono_literals;
using core::ErrorCode;
using test::FakeHttpServer;

namespace {

client::ClientOptions optionsFor(const QString &url)
{
    client::ClientOptions options;
    options.url = QUrl(url);
    return options;
}

core::Result<client::Answer> finished(const client::ApiClient::Reply<client::Answer> &reply)
{
    return QTest::qWaitFor([&] { return reply.isFinished(); }, 20'000)
               ? reply.result()
               : core::failure(ErrorCode::Internal, u"the reply never ended"_s);
}

} // namespace

class ApiClientTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void keepsThePathAndSendsFields();
    void sendsBodies();
    void everyStatusIsAnAnswer_data();
    void everyStatusIsAnAnswer();
    void tellsTrouble_data();
    void tellsTrouble();
    void tellsRefusedConnection();
    void tellsUnknownHost();
    void givesUpOnSlowServers();
    void givesUpOnLongAnswers();
    void followsNoRedirect();
    void sendsAPostOnce();
    void sendsTheLocalTokenToItsServiceOnly();
    void ownKeyWinsOverTheLocalToken();
    void endsItsRepliesWhenItGoes();

private:
    void writeToken(quint16 port) const;

    std::unique_ptr<QTemporaryDir> m_folder;
};

void ApiClientTest::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    qputenv("XDG_RUNTIME_DIR", QFile::encodeName(m_folder->path()));
    qputenv("HOME", QFile::encodeName(m_folder->path()));
    QVERIFY(QDir(m_folder->path()).mkpath(u"dragonscales"_s));
}

void ApiClientTest::writeToken(quint16 port) const
{
    QFile file(m_folder->filePath(u"dragonscales/%1.json"_s.arg(port)));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.setPermissions(QFile::ReadOwner | QFile::WriteOwner));
    file.write(
        u"{\"pid\":%1,\"url\":\"http://127.0.0.1:%2\",\"token\":\"T0KEN\"}"_s.arg(QCoreApplication::applicationPid())
            .arg(port)
            .toUtf8());
}

void ApiClientTest::keepsThePathAndSendsFields()
{
    FakeHttpServer server([](const QByteArray &) { return FakeHttpServer::json("[]"); });
    auto options = optionsFor(server.url(u"/behind/proxy/"_s));
    options.headers = {{"X-One", "1"}, {"X-Two", "2"}};
    client::ApiClient client(options);
    const auto answer = finished(client.get(u"/api/v1/jobs/a%2Fb"_s));
    QVERIFY2(answer.has_value(), answer ? "" : qPrintable(answer.error().message));
    QCOMPARE(answer->status, 200);
    QCOMPARE(answer->body, QByteArray("[]"));
    const QByteArray request = server.requests().first();
    QVERIFY(request.startsWith("GET /behind/proxy/api/v1/jobs/a%2Fb HTTP/1.1\r\n"));
    QVERIFY(request.toLower().contains("\r\nx-one: 1\r\n") && request.toLower().contains("\r\nx-two: 2\r\n"));
    QVERIFY(!request.toLower().contains("authorization"));
}

void ApiClientTest::sendsBodies()
{
    FakeHttpServer server([](const QByteArray &) { return FakeHttpServer::json("{}"); });
    client::ApiClient client(optionsFor(server.url()));
    const QByteArray body = R"({"big": 12345678901234567890})" + QByteArray(300'000, ' ');
    QCOMPARE(finished(client.post(u"/api/v1/jobs/"_s, body))->status, 200);
    QVERIFY(server.requests().first().endsWith("\r\n\r\n" + body));
    QVERIFY(server.requests().first().toLower().contains("content-type: application/json"));
    QCOMPARE(finished(client.post(u"/"_s, {}))->status, 200);
    QCOMPARE(finished(client.remove(u"/x"_s))->status, 200);
    QVERIFY(server.requests().last().startsWith("DELETE /x "));
}

void ApiClientTest::everyStatusIsAnAnswer_data()
{
    QTest::addColumn<int>("status");
    for (const int status : {200, 301, 400, 401, 403, 404, 405, 409, 413, 421, 422, 429, 500, 502, 503, 504}) {
        QTest::addRow("%d", status) << status;
    }
}

void ApiClientTest::everyStatusIsAnAnswer()
{
    QFETCH(int, status);
    FakeHttpServer server([&](const QByteArray &) {
        return FakeHttpServer::json(R"({"detail":"x"})", status, "WWW-Authenticate: Bearer\r\n");
    });
    client::ApiClient client(optionsFor(server.url()));
    const auto answer = finished(client.post(u"/"_s, "{}"));
    QVERIFY2(answer.has_value(), answer ? "" : qPrintable(answer.error().message));
    QCOMPARE(answer->status, status);
    QCOMPARE(answer->body, QByteArray(R"({"detail":"x"})"));
    QCOMPARE(server.requests().size(), 1);
}

void ApiClientTest::tellsTrouble_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("garbage") << QByteArray("SSH-2.0-OpenSSH_9.2\r\n\r\n");
    QTest::newRow("cut off in the head") << QByteArray("HTTP/1.1 200 OK\r\nContent-");
    QTest::newRow("cut off in the body") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}");
}

void ApiClientTest::tellsTrouble()
{
    QFETCH(QByteArray, bytes);
    FakeHttpServer server([&](const QByteArray &) { return bytes; });
    server.closeAfterwards();
    client::ApiClient client(optionsFor(server.url()));
    const auto answer = finished(client.get(u"/"_s));
    QVERIFY(!answer.has_value());
    QCOMPARE(answer.error().code, ErrorCode::Unavailable);
    QVERIFY2(answer.error().message.contains(server.url()), qPrintable(answer.error().message));
}

void ApiClientTest::tellsRefusedConnection()
{
    QTcpServer taken; // bound for its number, closed so that nothing listens
    QVERIFY(taken.listen(QHostAddress::LocalHost));
    const QString url = u"http://127.0.0.1:%1"_s.arg(taken.serverPort());
    taken.close();
    client::ApiClient client(optionsFor(url));
    const auto answer = finished(client.get(u"/"_s));
    QCOMPARE(answer.error().code, ErrorCode::Unavailable);
    QCOMPARE(answer.error().message, u"The service at %1 cannot be reached: nothing listens there."_s.arg(url));
}

void ApiClientTest::tellsUnknownHost()
{
    client::ApiClient client(optionsFor(u"http://no-such-machine.invalid:5003"_s));
    const auto answer = finished(client.get(u"/"_s));
    QCOMPARE(answer.error().code, ErrorCode::Unavailable);
    QVERIFY2(answer.error().message.contains(u"no-such-machine.invalid"_s), qPrintable(answer.error().message));
}

void ApiClientTest::givesUpOnSlowServers()
{
    FakeHttpServer server([](const QByteArray &) { return QByteArray(); });
    auto options = optionsFor(server.url());
    options.timeout = 200ms;
    client::ApiClient client(options);
    const auto answer = finished(client.get(u"/"_s));
    QCOMPARE(answer.error().code, ErrorCode::TimedOut);
    QVERIFY(answer.error().message.contains(u"0.2 s"_s));
}

void ApiClientTest::givesUpOnLongAnswers()
{
    FakeHttpServer server([](const QByteArray &) { return FakeHttpServer::json(QByteArray(3'000'000, ' ')); });
    auto options = optionsFor(server.url());
    options.maxAnswerBytes = 1024 * 1024;
    client::ApiClient client(options);
    const auto answer = finished(client.get(u"/"_s));
    QCOMPARE(answer.error().code, ErrorCode::TooLarge);
}

void ApiClientTest::followsNoRedirect()
{
    FakeHttpServer other([](const QByteArray &) { return FakeHttpServer::json("{}"); });
    FakeHttpServer server([&](const QByteArray &) {
        return FakeHttpServer::json("{}", 307, "Location: " + other.url(u"/api"_s).toLatin1() + "\r\n");
    });
    client::ApiClient client(optionsFor(server.url()));
    QCOMPARE(finished(client.get(u"/"_s))->status, 307);
    QCOMPARE(other.requests().size(), 0);
}

void ApiClientTest::sendsAPostOnce()
{
    FakeHttpServer server([](const QByteArray &) { return QByteArray(); });
    server.closeAfterwards();
    client::ApiClient client(optionsFor(server.url()));
    const auto answer = finished(client.post(u"/api/v1/jobs/"_s, "{}"));
    QCOMPARE(answer.error().code, ErrorCode::Unavailable);
    QCOMPARE(server.requests().size(), 1);
}

void ApiClientTest::sendsTheLocalTokenToItsServiceOnly()
{
    FakeHttpServer server([](const QByteArray &) { return FakeHttpServer::json("{}"); });
    FakeHttpServer other([](const QByteArray &) { return FakeHttpServer::json("{}"); });
    writeToken(server.port());
    client::ApiClient client(optionsFor(u"http://localhost:%1"_s.arg(server.port())));
    QCOMPARE(finished(client.get(u"/"_s))->status, 200);
    // Later versions of Qt write the name in small letters.
    QVERIFY(server.requests().first().contains("uthorization: Bearer T0KEN\r\n"));
    client::ApiClient stranger(optionsFor(other.url()));
    QCOMPARE(finished(stranger.get(u"/"_s))->status, 200);
    QVERIFY(!other.requests().first().contains("T0KEN"));
    auto options = optionsFor(server.url());
    options.useLocalToken = false;
    client::ApiClient shy(options);
    QCOMPARE(finished(shy.get(u"/"_s))->status, 200);
    QVERIFY(!server.requests().last().contains("T0KEN"));
}

void ApiClientTest::ownKeyWinsOverTheLocalToken()
{
    FakeHttpServer server([](const QByteArray &) { return FakeHttpServer::json("{}"); });
    writeToken(server.port());
    auto options = optionsFor(server.url());
    options.headers = {{"x-api-key", "mine"}};
    client::ApiClient client(options);
    QCOMPARE(finished(client.get(u"/"_s))->status, 200);
    QVERIFY(!server.requests().first().contains("T0KEN"));
}

void ApiClientTest::endsItsRepliesWhenItGoes()
{
    FakeHttpServer server([](const QByteArray &) { return QByteArray(); });
    auto client = std::make_unique<client::ApiClient>(optionsFor(server.url()));
    const auto reply = client->get(u"/"_s);
    QTRY_COMPARE(server.requests().size(), 1);
    client.reset();
    QVERIFY(reply.isFinished());
    QCOMPARE(reply.result().error().code, ErrorCode::Canceled);
}

QTEST_GUILESS_MAIN(ApiClientTest)
#include "tst_api_client.moc"
