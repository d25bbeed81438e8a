// SPDX-License-Identifier: LGPL-3.0-or-later
#include "client/api_client.h"

#include "client/exchange.h"
#include "client/local_token.h"
#include "client/service_address.h"

#include <QHostAddress>
#include <QNetworkAccessManager>
#include <QNetworkProxy>

#include <algorithm>

namespace dragonscales::client {

using namespace Qt::Literals::StringLiterals;

namespace {

// A body that cannot be read twice. Qt sends a request again when the connection closes early, which would submit a
// job twice; with such a body it gives up instead.
class OneTimeBody final : public QIODevice
{
public:
    explicit OneTimeBody(QByteArray body)
        : m_body(std::move(body))
    {
        open(QIODevice::ReadOnly | QIODevice::Unbuffered);
    }

    bool isSequential() const override { return true; }
    bool atEnd() const override { return m_read == m_body.size(); }
    qint64 bytesAvailable() const override { return m_body.size() - m_read; }

protected:
    qint64 readData(char *to, qint64 most) override
    {
        if (atEnd()) {
            return -1;
        }
        const qint64 count = std::min<qint64>(most, m_body.size() - m_read);
        std::copy_n(m_body.constData() + m_read, count, to);
        m_read += count;
        return count;
    }
    qint64 writeData(const char * /*from*/, qint64 /*count*/) override { return -1; }

private:
    const QByteArray m_body;
    qint64 m_read = 0;
};

} // namespace

struct ApiClient::Private
{
    explicit Private(ClientOptions given)
        : options(std::move(given))
    {
    }

    ClientOptions options;
    QNetworkAccessManager network;

    bool saysWhoItIs() const;
    QNetworkRequest request(const QString &path) const;
    Reply<Answer> follow(QNetworkReply *reply, QObject *parent) const;
};

// A caller that brings its own key wants to be who the key says.
bool ApiClient::Private::saysWhoItIs() const
{
    for (const auto &header : options.headers) {
        if (header.first.compare("authorization", Qt::CaseInsensitive) == 0 ||
            header.first.compare("x-api-key", Qt::CaseInsensitive) == 0) {
            return true;
        }
    }
    return false;
}

QNetworkRequest ApiClient::Private::request(const QString &path) const
{
    QUrl url = options.url;
    QByteArray token;
    if (options.useLocalToken && !saysWhoItIs()) {
        // Looked up each time: a service that was started again has a new one.
        if (const auto local = findLocalToken(options.url)) {
            token = local->token;
            url = local->url;
        }
    }
    QString base = url.toString(QUrl::RemoveQuery | QUrl::RemoveFragment | QUrl::FullyEncoded);
    while (base.endsWith(u'/')) {
        base.chop(1);
    }
    QNetworkRequest request(QUrl(base + path, QUrl::StrictMode));
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    request.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    request.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    request.setHeader(QNetworkRequest::UserAgentHeader, u"dragonscales/%1"_s.arg(QStringLiteral(DRAGONSCALES_VERSION)));
    request.setRawHeader("Accept", "application/json");
    for (const auto &[name, value] : options.headers) {
        request.setRawHeader(name, value);
    }
    if (!token.isEmpty()) {
        request.setRawHeader("Authorization", "Bearer " + token);
    }
    return request;
}

ApiClient::Reply<Answer> ApiClient::Private::follow(QNetworkReply *reply, QObject *parent) const
{
    return (new Exchange(reply, displayAddress(options.url), options, parent))->future();
}

ApiClient::ApiClient(ClientOptions options, QObject *parent)
    : QObject(parent)
    , d(new Private(std::move(options)))
{
    // A proxy has no business with this machine's own addresses, and must not see the local token.
    if (d->options.url.host() == u"localhost"_s || QHostAddress(d->options.url.host()).isLoopback()) {
        d->network.setProxy(QNetworkProxy::NoProxy);
    }
}

ApiClient::~ApiClient()
{
    qDeleteAll(findChildren<Exchange *>()); // before the network that their replies belong to
}

ApiClient::Reply<Answer> ApiClient::get(const QString &path)
{
    return d->follow(d->network.get(d->request(path)), this);
}

ApiClient::Reply<Answer> ApiClient::post(const QString &path, const QByteArray &body)
{
    QNetworkRequest request = d->request(path);
    if (!request.hasRawHeader("Content-Type")) {
        request.setHeader(QNetworkRequest::ContentTypeHeader, u"application/json"_s);
    }
    request.setHeader(QNetworkRequest::ContentLengthHeader, body.size());
    request.setAttribute(QNetworkRequest::DoNotBufferUploadDataAttribute, true);
    auto *device = new OneTimeBody(body);
    QNetworkReply *reply = d->network.post(request, device);
    device->setParent(reply);
    return d->follow(reply, this);
}

ApiClient::Reply<Answer> ApiClient::remove(const QString &path)
{
    return d->follow(d->network.deleteResource(d->request(path)), this);
}

} // namespace dragonscales::client
