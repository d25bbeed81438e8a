// SPDX-License-Identifier: LGPL-3.0-or-later
#include "api/origin_rule.h"

#include <QUrl>

namespace dragonscales::api {

namespace {

// Without a port that is the scheme's own.
QByteArray withoutDefaultPort(QByteArray origin)
{
    for (const auto &[scheme, port] : {std::pair("http://", ":80"), std::pair("https://", ":443")}) {
        if (origin.startsWith(scheme) && origin.endsWith(port)) {
            origin.chop(static_cast<qsizetype>(qstrlen(port)));
        }
    }
    return origin;
}

QByteArray normal(const QByteArray &origin)
{
    QByteArray text = origin.trimmed().toLower();
    if (text.endsWith('/')) {
        text.chop(1);
    }
    return withoutDefaultPort(text);
}

QList<QByteArray> all(const Request &request, QByteArrayView name)
{
    QList<QByteArray> values;
    for (const auto &[key, value] : request.headers) {
        if (QByteArrayView(key).compare(name, Qt::CaseInsensitive) == 0) {
            values << value.trimmed().toLower();
        }
    }
    return values;
}

} // namespace

OriginRule::OriginRule(const QStringList &listed)
{
    for (const QString &origin : listed) {
        if (!origin.trimmed().isEmpty()) {
            m_listed << normal(origin.toUtf8());
        }
    }
}

bool OriginRule::isOrigin(const QString &text)
{
    const QUrl url(text.trimmed(), QUrl::StrictMode);
    const bool web = url.scheme() == QLatin1String("http") || url.scheme() == QLatin1String("https");
    const bool more = url.path().size() > 1 || url.hasQuery() || url.hasFragment() || !url.userInfo().isEmpty();
    return url.isValid() && web && !url.host().isEmpty() && !more;
}

bool OriginRule::isListed(const QByteArray &origin) const
{
    return m_listed.contains(normal(origin));
}

bool OriginRule::allows(const Request &request, const QByteArray &scheme, const QByteArray &host) const
{
    const QByteArray own = normal(scheme + "://" + host);
    bool listed = false;
    for (const QByteArray &origin : all(request, "Origin")) {
        const bool known = isListed(origin);
        if (!known && (host.isEmpty() || normal(origin) != own)) {
            return false;
        }
        listed |= known;
    }
    for (const QByteArray &site : all(request, "Sec-Fetch-Site")) {
        if (!listed && (site == "cross-site" || site == "same-site")) {
            return false;
        }
    }
    return true;
}

bool OriginRule::isPreflight(const Request &request) const
{
    return request.method == "OPTIONS" && isListed(request.header("Origin")) &&
           !request.header("Access-Control-Request-Method").isEmpty();
}

Response OriginRule::preflight(const Request &request) const
{
    Response response;
    response.status = 204;
    response.contentType.clear();
    response.headers = {
        {"Access-Control-Allow-Methods", "GET, HEAD, POST, PATCH, DELETE"},
        {"Access-Control-Allow-Headers", "Authorization, Content-Type, Idempotency-Key, X-API-Key, traceparent"},
        {"Access-Control-Max-Age", "600"}};
    mark(request, &response);
    return response;
}

void OriginRule::mark(const Request &request, Response *response) const
{
    if (m_listed.isEmpty()) {
        return;
    }
    response->headers.emplaceBack("Vary", "Origin");
    const QByteArray origin = request.header("Origin");
    if (isListed(origin)) {
        response->headers.emplaceBack("Access-Control-Allow-Origin", origin.trimmed());
        response->headers.emplaceBack("Access-Control-Expose-Headers", "Link, Location, Retry-After");
    }
}

} // namespace dragonscales::api
