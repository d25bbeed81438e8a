// SPDX-License-Identifier: LGPL-3.0-or-later
#include "gate_fixture.h"

#include "api/listener.h"

#include <QBuffer>
#include <QFile>
#include <QProcess>
#include <QSslSocket>
#include <QTemporaryDir>
#include <QTest>

using namespace dragonscales;
using namespace dragonscales::tests;
using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

// Certificates are made by the openssl program; without it there is nothing to test with.
class TestGateTls final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void answersOverTls();
    void answersOnOneConnectionAfterAnother();
    void refusesByTheSameRules();
    void streamsABigAnswer();
    void closesOnPlainHttp();
    void saysWhatIsWrongWithTheFiles_data();
    void saysWhatIsWrongWithTheFiles();

private:
    bool makeCertificate(const QString &name, const QStringList &keyKind);
    QString path(const QString &name) const { return m_folder.filePath(name); }
    api::GateOptions tlsOptions() const;
    std::unique_ptr<QSslSocket> connectTo(const GateFixture &gate) const;
    static QByteArray exchange(QSslSocket &socket, const QByteArray &request, const QByteArray &until);

    QTemporaryDir m_folder;
};

bool TestGateTls::makeCertificate(const QString &name, const QStringList &keyKind)
{
    QProcess openssl;
    openssl.start(u"openssl"_s,
                  QStringList{u"req"_s, u"-x509"_s, u"-nodes"_s, u"-days"_s, u"2"_s, u"-subj"_s, u"/CN=localhost"_s,
                              u"-keyout"_s, path(name + u".key"_s), u"-out"_s, path(name + u".crt"_s), u"-newkey"_s} +
                      keyKind);
    return openssl.waitForFinished() && openssl.exitStatus() == QProcess::NormalExit && openssl.exitCode() == 0;
}

void TestGateTls::initTestCase()
{
    if (!QSslSocket::supportsSsl() || !makeCertificate(u"rsa"_s, {u"rsa:2048"_s})) {
        QSKIP("needs OpenSSL, library and program");
    }
    QVERIFY(makeCertificate(u"ec"_s, {u"ec"_s, u"-pkeyopt"_s, u"ec_paramgen_curve:prime256v1"_s}));
    QFile text(path(u"text"_s));
    QVERIFY(text.open(QIODevice::WriteOnly) && text.write("hello\n") > 0);
}

api::GateOptions TestGateTls::tlsOptions() const
{
    api::GateOptions options;
    options.tlsCertificate = path(u"ec.crt"_s);
    options.tlsKey = path(u"ec.key"_s);
    return options;
}

std::unique_ptr<QSslSocket> TestGateTls::connectTo(const GateFixture &gate) const
{
    auto socket = std::make_unique<QSslSocket>();
    socket->setPeerVerifyMode(QSslSocket::VerifyNone);
    socket->connectToHostEncrypted(u"127.0.0.1"_s, gate.port());
    return socket->waitForEncrypted(10'000) ? std::move(socket) : nullptr;
}

QByteArray TestGateTls::exchange(QSslSocket &socket, const QByteArray &request, const QByteArray &until)
{
    socket.write(request);
    QByteArray answer;
    while (!answer.contains(until) && (socket.bytesAvailable() > 0 || socket.waitForReadyRead(10'000))) {
        answer += socket.readAll();
    }
    return answer;
}

void TestGateTls::answersOverTls()
{
    GateFixture gate(tlsOptions());
    const auto socket = connectTo(gate);
    QVERIFY(socket);
    const QByteArray answer = exchange(*socket, gate.request("POST", "/echo", {}, "hi"), "POST /echo hi");
    QVERIFY2(answer.startsWith("HTTP/1.1 200 OK\r\n"), answer.constData());
    QVERIFY(exchange(*socket, gate.request("GET", "/client"), "127.0.0.1").contains("127.0.0.1"));
}

void TestGateTls::answersOnOneConnectionAfterAnother()
{
    api::GateOptions options = tlsOptions();
    options.tlsCertificate = path(u"rsa.crt"_s);
    options.tlsKey = path(u"rsa.key"_s);
    GateFixture gate(options);
    for (int i = 0; i < 3; ++i) {
        const auto socket = connectTo(gate);
        QVERIFY(socket);
        const QByteArray answer =
            exchange(*socket, gate.request("GET", "/echo", "Connection: close\r\n"), "GET /echo ");
        QVERIFY(answer.toLower().contains("connection: close"));
        QVERIFY(socket->state() == QAbstractSocket::UnconnectedState || socket->waitForDisconnected(10'000));
    }
}

void TestGateTls::refusesByTheSameRules()
{
    GateFixture gate(tlsOptions());
    const auto socket = connectTo(gate);
    QVERIFY(socket);
    const QByteArray answer = exchange(*socket, "GET / HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n", "}");
    QVERIFY2(answer.startsWith("HTTP/1.1 400 "), answer.constData());
    QVERIFY(socket->state() == QAbstractSocket::UnconnectedState || socket->waitForDisconnected(10'000));
}

void TestGateTls::streamsABigAnswer()
{
    GateFixture gate(tlsOptions());
    gate.makeStream = [] {
        auto buffer = std::make_shared<QBuffer>();
        buffer->setData(QByteArray(3'000'000, 'x'));
        return buffer;
    };
    const auto socket = connectTo(gate);
    QVERIFY(socket);
    const QByteArray answer = exchange(*socket, gate.request("GET", "/stream"), "\r\n0\r\n\r\n");
    QCOMPARE(answer.count('x'), 3'000'000);
}

void TestGateTls::closesOnPlainHttp()
{
    GateFixture gate(tlsOptions());
    RawClient client(gate.port());
    QVERIFY(client.send(gate.request("GET", "/echo")));
    QVERIFY(client.waitForClose());
    QCOMPARE(gate.asked(), 0);
    const auto socket = connectTo(gate); // others are served all the same
    QVERIFY(socket);
}

void TestGateTls::saysWhatIsWrongWithTheFiles_data()
{
    QTest::addColumn<QString>("certificate");
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("says"); // FOLDER stands for the folder
    QTest::newRow("good") << u"ec.crt"_s << u"ec.key"_s << QString();
    QTest::newRow("good, RSA") << u"rsa.crt"_s << u"rsa.key"_s << QString();
    QTest::newRow("no key") << u"ec.crt"_s << QString() << u"--tls-key"_s;
    QTest::newRow("no certificate") << QString() << u"ec.key"_s << u"--tls-cert"_s;
    QTest::newRow("missing certificate") << u"nothing"_s << u"ec.key"_s << u"nothing"_s;
    QTest::newRow("missing key") << u"ec.crt"_s << u"nothing"_s << u"nothing"_s;
    QTest::newRow("certificate is text") << u"text"_s << u"ec.key"_s << u"holds no certificate"_s;
    QTest::newRow("key is text") << u"ec.crt"_s << u"text"_s << u"holds no private key"_s;
    QTest::newRow("key of another certificate") << u"ec.crt"_s << u"rsa.key"_s << u"does not belong"_s;
    QTest::newRow("key is a certificate") << u"ec.crt"_s << u"ec.crt"_s << u"holds no private key"_s;
    QTest::newRow("a folder") << u"."_s << u"ec.key"_s << u"Cannot read"_s;
}

void TestGateTls::saysWhatIsWrongWithTheFiles()
{
    QFETCH(QString, certificate);
    QFETCH(QString, key);
    QFETCH(QString, says);
    const auto configuration = api::tlsConfiguration(certificate.isEmpty() ? QString() : path(certificate),
                                                     key.isEmpty() ? QString() : path(key));
    QCOMPARE(configuration.has_value(), says.isEmpty());
    if (!configuration) {
        QVERIFY2(configuration.error().message.contains(says), qUtf8Printable(configuration.error().message));
    }
}

QTEST_GUILESS_MAIN(TestGateTls)
#include "tst_gate_tls.moc"
