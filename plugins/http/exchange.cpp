// SPDX-License-Identifier: LGPL-3.0-or-later
#include "exchange.h"

#include "host_lookup.h"

#include <QNetworkProxy>
#include <QSslSocket>

#include <algorithm>

namespace dragonscales::plugins::http {

using namespace Qt::Literals::StringLiterals;
using SteadyClock = std::chrono::steady_clock;

namespace {

auto failure(const QString &type, const QString &message)
{
    return tl::unexpected(sdk::Failure{message, {}, type});
}

bool isTls(const QUrl &url)
{
    return url.scheme() == "https"_L1;
}

int portOf(const QUrl &url)
{
    return url.port(isTls(url) ? 443 : 80);
}

QByteArray hostField(const QUrl &url)
{
    QByteArray host = url.host(QUrl::FullyEncoded).toLatin1();
    if (host.contains(':')) {
        host = '[' + host + ']';
    }
    return url.port() < 0 ? host : host + ':' + QByteArray::number(url.port());
}

QByteArray targetOf(const QUrl &url)
{
    const QByteArray path = url.path(QUrl::FullyEncoded).toLatin1();
    const QByteArray query = url.query(QUrl::FullyEncoded).toLatin1();
    return (path.isEmpty() ? QByteArray("/") : path) + (url.hasQuery() ? '?' + query : QByteArray());
}

QByteArray wireOf(const Request &request)
{
    QByteArray wire = request.method + ' ' + targetOf(request.url) + " HTTP/1.1\r\nHost: " + hostField(request.url) +
                      "\r\nConnection: close\r\n";
    if (fieldOf(request.headers, "User-Agent").isNull()) {
        wire += "User-Agent: dragonscales/" DRAGONSCALES_VERSION "\r\n";
    }
    for (const auto &[name, value] : request.headers) {
        wire += name + ": " + value + "\r\n";
    }
    if (!request.body.isEmpty() || request.method == "POST" || request.method == "PUT" || request.method == "PATCH") {
        wire += "Content-Length: " + QByteArray::number(request.body.size()) + "\r\n";
    }
    return wire + "\r\n" + request.body;
}

sdk::Outcome<QList<QHostAddress>> permittedAddresses(const QString &host, const Guard &guard, Waiter &waiter)
{
    auto addresses = HostLookup(waiter).addressesOf(host);
    if (!addresses) {
        return addresses;
    }
    addresses->removeIf([&](const QHostAddress &address) { return !guard.permits(host, address); });
    if (addresses->isEmpty()) {
        return failure(
            kRefused,
            u"\"%1\" is not a public address: name it in \"allow\" in the project to let requests go there"_s.arg(
                host));
    }
    return addresses;
}

// One connection to one of the addresses.
class Connection final
{
public:
    Connection(const QUrl &url, Waiter &waiter)
        : m_url(url)
        , m_waiter(waiter)
        , m_tls(isTls(url) ? new QSslSocket : nullptr)
        , m_socket(m_tls ? m_tls : new QTcpSocket)
    {
        m_socket->setProxy(QNetworkProxy::NoProxy); // a proxy would resolve and connect by itself
        QEventLoop *loop = &m_waiter.loop();
        QObject::connect(m_socket.get(), &QAbstractSocket::connected, loop, &QEventLoop::quit);
        QObject::connect(m_socket.get(), &QAbstractSocket::disconnected, loop, &QEventLoop::quit);
        QObject::connect(m_socket.get(), &QAbstractSocket::errorOccurred, loop, &QEventLoop::quit);
        QObject::connect(m_socket.get(), &QIODevice::readyRead, loop, &QEventLoop::quit);
        if (m_tls) {
            QObject::connect(m_tls, &QSslSocket::encrypted, loop, &QEventLoop::quit);
        }
    }
    ~Connection()
    {
        m_socket->disconnect();
        m_socket->abort();
    }
    Q_DISABLE_COPY_MOVE(Connection)

    sdk::Outcome<void> open(const QList<QHostAddress> &addresses)
    {
        for (qsizetype i = 0; i < addresses.size(); ++i) {
            const auto left = m_waiter.deadline() - SteadyClock::now();
            auto waited = reach(addresses.at(i), SteadyClock::now() + left / (addresses.size() - i));
            if (!waited && waited.error().type == kStopped) {
                return waited;
            }
            if (m_socket->state() == QAbstractSocket::ConnectedState) {
                return m_tls ? encrypt() : sdk::Outcome<void>();
            }
        }
        return failure(kNetwork, u"no connection to %1: %2"_s.arg(QString::fromLatin1(hostField(m_url)), m_lastError));
    }

    void send(const QByteArray &wire) { m_socket->write(wire); }

    // Until the answer is over or the time.
    sdk::Outcome<void> receive(AnswerParser &parser)
    {
        return m_waiter.until([this, &parser] {
            parser.feed(m_socket->readAll());
            if (m_socket->state() == QAbstractSocket::UnconnectedState) {
                parser.closed();
            }
            return parser.over();
        });
    }

private:
    sdk::Outcome<void> reach(const QHostAddress &address, SteadyClock::time_point until)
    {
        m_socket->abort();
        m_socket->connectToHost(address, static_cast<quint16>(portOf(m_url)));
        auto waited = m_waiter.until(
            [this] {
                return m_socket->state() == QAbstractSocket::ConnectedState ||
                       m_socket->state() == QAbstractSocket::UnconnectedState;
            },
            until);
        m_lastError = waited ? m_socket->errorString() : u"it took too long"_s;
        return waited;
    }

    sdk::Outcome<void> encrypt()
    {
        m_tls->setPeerVerifyName(m_url.host(QUrl::FullyEncoded)); // also what the server is told that we want
        m_tls->startClientEncryption();
        auto waited = m_waiter.until(
            [this] { return m_tls->isEncrypted() || m_socket->state() == QAbstractSocket::UnconnectedState; });
        if (waited && !m_tls->isEncrypted()) {
            return failure(kNetwork, u"no secure connection to %1: %2"_s.arg(QString::fromLatin1(hostField(m_url)),
                                                                             m_socket->errorString()));
        }
        return waited;
    }

    const QUrl m_url;
    Waiter &m_waiter;
    QSslSocket *const m_tls; // m_socket, if it is to be encrypted
    const std::unique_ptr<QTcpSocket> m_socket;
    QString m_lastError;
};

} // namespace

sdk::Outcome<QUrl> checkedUrl(const QString &text)
{
    const QUrl url(text, QUrl::StrictMode);
    if (!url.isValid() || url.host().isEmpty() || (url.scheme() != "http"_L1 && url.scheme() != "https"_L1)) {
        return failure(kRefused, u"\"%1\" is not an absolute http or https address"_s.arg(text));
    }
    if (!url.userInfo().isEmpty()) {
        return failure(kRefused, u"the address must not hold a user name or password: send an Authorization header"_s);
    }
    if (url.port() == 0) {
        return failure(kRefused, u"\"%1\" names port 0"_s.arg(text));
    }
    return url;
}

sdk::Outcome<Answer> exchange(const Request &request, const Guard &guard, const ExchangeLimits &limits,
                              sdk::Context &context)
{
    Waiter waiter(limits.timeout, context);
    const auto addresses = permittedAddresses(request.url.host(QUrl::FullyEncoded), guard, waiter);
    if (!addresses) {
        return tl::unexpected(addresses.error());
    }
    Connection connection(request.url, waiter);
    if (const auto opened = connection.open(*addresses); !opened) {
        return tl::unexpected(opened.error());
    }
    connection.send(wireOf(request));
    AnswerParser parser(request.method == "HEAD", limits.maxBody, limits.overflow);
    const auto received = connection.receive(parser);
    const bool enough = limits.overflow == AnswerParser::Overflow::Cut && parser.hasHead();
    if (!received && !(enough && received.error().type != kStopped)) {
        return tl::unexpected(received.error());
    }
    if (parser.state() == AnswerParser::State::Failed && !enough) {
        return failure(kNetwork, parser.error());
    }
    return parser.answer();
}

} // namespace dragonscales::plugins::http
