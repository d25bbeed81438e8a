// SPDX-License-Identifier: LGPL-3.0-or-later
#include "api/listener.h"

#include <QFile>
#include <QSslCertificate>
#include <QSslKey>
#include <QTimer>

#include <memory>

#include <unistd.h>

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace dragonscales::api {

namespace {

constexpr int kBacklog = 1024;
constexpr auto kRetryAccept = 100ms;
constexpr int kProbeMs = 5000;

core::Error listenError(QAbstractSocket::SocketError error, const QString &text, const QString &where)
{
    switch (error) {
    case QAbstractSocket::AddressInUseError:
        return {core::ErrorCode::Conflict,
                where,
                u"%1 is taken by another program; stop that one, or choose another port with --address HOST:PORT "
                u"(port 0 picks a free one)."_s.arg(where),
                {}};
    case QAbstractSocket::SocketAddressNotAvailableError:
        return {core::ErrorCode::InvalidArgument,
                where,
                u"%1 is not an address of this machine; choose one that is with --address HOST:PORT, such as "
                u"127.0.0.1:5003."_s.arg(where),
                {}};
    case QAbstractSocket::SocketAccessError:
        return {core::ErrorCode::Forbidden,
                where,
                u"This user may not listen on %1; ports below 1024 need privileges: choose a higher port with "
                u"--address HOST:PORT."_s.arg(where),
                {}};
    default:
        return {core::ErrorCode::Unavailable,
                where,
                u"Cannot listen on %1: %2. Choose another address with --address HOST:PORT."_s.arg(where, text),
                {}};
    }
}

core::Result<QByteArray> readFile(const QString &path, const QString &flag)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        return core::failure(core::ErrorCode::InvalidArgument,
                             u"Cannot read the file of %1, \"%2\": %3."_s.arg(flag, path, file.errorString()), path);
    }
    constexpr qint64 kMost = 1024 * 1024; // a chain of certificates is a few KiB
    return file.read(kMost);
}

// Keys of any kind that Qt knows; the algorithm is not written on the outside of all forms.
QSslKey parseKey(const QByteArray &pem)
{
    for (const auto algorithm : {QSsl::Rsa, QSsl::Ec, QSsl::Dsa}) {
        if (const QSslKey key(pem, algorithm); !key.isNull()) {
            return key;
        }
    }
    return {};
}

// Whether OpenSSL takes certificate and key together can only be seen at the start of a handshake; this one begins on a
// connection to ourselves and goes no further. Empty: it does.
QString handshakeFault(const QSslConfiguration &configuration)
{
    QTcpServer server;
    QTcpSocket client;
    if (!server.listen(QHostAddress::LocalHost)) {
        return {};
    }
    client.connectToHost(QHostAddress::LocalHost, server.serverPort());
    if (!client.waitForConnected() || !server.waitForNewConnection(kProbeMs)) {
        return {};
    }
    const std::unique_ptr<QTcpSocket> accepted(server.nextPendingConnection());
    QSslSocket probe;
    probe.setSocketDescriptor(dup(static_cast<int>(accepted->socketDescriptor())));
    probe.setSslConfiguration(configuration);
    probe.startServerEncryption();
    return probe.error() == QAbstractSocket::UnknownSocketError ? QString() : probe.errorString();
}

} // namespace

Listener::Listener(OnConnection onConnection)
    : m_onConnection(std::move(onConnection))
{
    setListenBacklogSize(kBacklog);
    setMaxPendingConnections(kBacklog);
    // Out of file descriptors: QTcpServer stops accepting; those who wait get their turn once some have ended.
    connect(this, &QTcpServer::acceptError, this,
            [this] { QTimer::singleShot(kRetryAccept, this, [this] { resumeAccepting(); }); });
}

core::Result<quint16> Listener::open(const QHostAddress &address, quint16 port)
{
    if (!listen(address, port)) {
        return tl::unexpected(listenError(serverError(), errorString(), addressAndPort(address, port)));
    }
    return serverPort();
}

core::Result<QSslConfiguration> tlsConfiguration(const QString &certificateFile, const QString &keyFile)
{
    if (certificateFile.isEmpty() || keyFile.isEmpty()) {
        return core::failure(core::ErrorCode::InvalidArgument,
                             u"TLS needs both a certificate and its key; give --tls-cert and --tls-key."_s);
    }
    if (!QSslSocket::supportsSsl()) {
        return core::failure(core::ErrorCode::Unavailable,
                             u"TLS is not available: Qt finds no OpenSSL library on this machine."_s);
    }
    const auto certificatePem = readFile(certificateFile, u"--tls-cert"_s);
    if (!certificatePem) {
        return tl::unexpected(certificatePem.error());
    }
    const auto keyPem = readFile(keyFile, u"--tls-key"_s);
    if (!keyPem) {
        return tl::unexpected(keyPem.error());
    }
    const QList<QSslCertificate> chain = QSslCertificate::fromData(*certificatePem, QSsl::Pem);
    if (chain.isEmpty()) {
        return core::failure(core::ErrorCode::InvalidArgument,
                             u"\"%1\" holds no certificate in PEM form."_s.arg(certificateFile), certificateFile);
    }
    const QSslKey key = parseKey(*keyPem);
    if (key.isNull()) {
        return core::failure(
            core::ErrorCode::InvalidArgument,
            u"\"%1\" holds no private key in PEM form, or one with a passphrase; remove the passphrase."_s.arg(keyFile),
            keyFile);
    }
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setLocalCertificateChain(chain);
    configuration.setPrivateKey(key);
    configuration.setPeerVerifyMode(QSslSocket::VerifyNone); // clients show no certificates
    configuration.setProtocol(QSsl::TlsV1_2OrLater);
    if (const QString fault = handshakeFault(configuration); !fault.isEmpty()) {
        return core::failure(core::ErrorCode::InvalidArgument,
                             u"The key in \"%1\" does not belong to the certificate in \"%2\": %3."_s.arg(
                                 keyFile, certificateFile, fault),
                             keyFile);
    }
    return configuration;
}

QString addressAndPort(const QHostAddress &address, quint16 port)
{
    const QString text = address.toString();
    return (address.protocol() == QAbstractSocket::IPv6Protocol ? u"[%1]:%2"_s : u"%1:%2"_s).arg(text).arg(port);
}

} // namespace dragonscales::api
