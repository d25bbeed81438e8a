// SPDX-License-Identifier: LGPL-3.0-or-later
#include "plugins/plugin_fixture.h"

#include <QFile>
#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslKey>
#include <QSslServer>
#include <QSslSocket>
#include <QTest>

using namespace dragonscales;
using namespace Qt::Literals::StringLiterals;
using Kind = sdk::CallbackResult::Kind;

// A receiver with a certificate for "localhost" that only this test knows (tests/plugins/data).
class TestWebhookTls : public QObject
{
    Q_OBJECT

private:
    sdk::Plugin &m_plugin = tests::bundledPlugin(u"http"_s);
    QSslConfiguration m_usual = QSslConfiguration::defaultConfiguration();
    QSslCertificate m_certificate;
    QSslServer m_server;
    QByteArray m_received;

    static QByteArray data(const QString &name)
    {
        QFile file(QStringLiteral(DRAGONSCALES_SOURCE_DIR "/tests/plugins/data/") + name);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    sdk::Outcome<sdk::CallbackResult> call(const QByteArray &host)
    {
        tests::FakeContext context;
        sdk::Outcome<sdk::CallbackResult> outcome;
        const auto webhook = m_plugin.callback(u"webhook"_s, tests::argsOf(R"({"allow":["127.0.0.1","localhost"]})"));
        const QByteArray url = "https://" + host + ':' + QByteArray::number(m_server.serverPort()) + "/hook";
        tests::inPoolThread([&] {
            outcome = webhook->call(sdk::Json("{}"), QJsonObject{{u"url"_s, QString::fromLatin1(url)}}, context);
        });
        return outcome;
    }
    void trust(bool yes) const
    {
        QSslConfiguration configuration = m_usual;
        if (yes) {
            configuration.addCaCertificate(m_certificate);
        }
        QSslConfiguration::setDefaultConfiguration(configuration);
    }

private Q_SLOTS:
    void initTestCase()
    {
        if (!QSslSocket::supportsSsl()) {
            QSKIP("Qt has no TLS here");
        }
        m_certificate = QSslCertificate(data(u"localhost.crt"_s));
        QVERIFY(!m_certificate.isNull());
        QSslConfiguration configuration = m_usual;
        configuration.setLocalCertificate(m_certificate);
        configuration.setPrivateKey(QSslKey(data(u"localhost.key"_s), QSsl::Ec));
        m_server.setSslConfiguration(configuration);
        QVERIFY(m_server.listen(QHostAddress::LocalHost));
        connect(&m_server, &QTcpServer::pendingConnectionAvailable, this, [this] {
            QTcpSocket *socket = m_server.nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, socket, [this, socket] {
                m_received += socket->readAll();
                if (m_received.endsWith("{}")) {
                    socket->write("HTTP/1.1 204 None\r\n\r\n");
                    socket->disconnectFromHost();
                }
            });
        });
    }
    void init() { m_received.clear(); }
    void cleanup() { trust(false); }

    void aKnownCertificateOfTheNameIsDelivered()
    {
        trust(true);
        const auto outcome = call("localhost");
        QVERIFY2(outcome.has_value(), outcome ? "" : qPrintable(outcome.error().message));
        QCOMPARE(outcome->kind, Kind::Delivered);
        QVERIFY(m_received.contains("\r\nHost: localhost:"));
    }

    void anUnknownCertificateIsRefused()
    {
        const auto outcome = call("localhost");
        QVERIFY(!outcome.has_value());
        QVERIFY2(outcome.error().message.contains(u"no secure connection"_s), qPrintable(outcome.error().message));
        QVERIFY(m_received.isEmpty());
    }

    void aCertificateOfAnotherNameIsRefused()
    {
        trust(true);
        const auto outcome = call("127.0.0.1");
        QVERIFY(!outcome.has_value());
        QVERIFY(m_received.isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestWebhookTls)
#include "tst_webhook_tls.moc"
