// SPDX-License-Identifier: LGPL-3.0-or-later
#include "api/router.h"

#include <QPromise>

#include <optional>

namespace dragonscales::api {

namespace {

QStringList segmentsOf(const QString &path)
{
    QStringList segments = path.split(u'/');
    if (segments.size() > 2 && segments.last().isEmpty()) {
        segments.removeLast();
    }
    return segments;
}

std::optional<QStringList> match(const QStringList &pattern, const QStringList &path)
{
    if (pattern.size() != path.size()) {
        return {};
    }
    QStringList captured;
    for (qsizetype i = 0; i < pattern.size(); ++i) {
        if (pattern.at(i).startsWith(u'{')) {
            if (path.at(i).isEmpty()) {
                return {};
            }
            captured << path.at(i);
        } else if (pattern.at(i) != path.at(i)) {
            return {};
        }
    }
    return captured;
}

} // namespace

Router::Router(std::vector<Route> routes)
{
    m_rows.reserve(routes.size());
    for (Route &route : routes) {
        QStringList segments = segmentsOf(route.path);
        m_rows.push_back({std::move(route), std::move(segments)});
    }
}

Router::Match Router::find(const QByteArray &verb, const QString &path) const
{
    const QStringList segments = segmentsOf(path);
    const QByteArray wanted = verb == "HEAD" ? QByteArray("GET") : verb;
    Match found;
    for (const Row &row : m_rows) {
        auto captured = match(row.segments, segments);
        if (!captured) {
            continue;
        }
        if (row.route.verb == wanted) {
            return {&row.route, std::move(*captured), {}};
        }
        found.allow += (found.allow.isEmpty() ? "" : ", ") + row.route.verb;
        found.allow += row.route.verb == "GET" ? ", HEAD" : "";
    }
    return found;
}

QFuture<Response> ready(Response response)
{
    QPromise<Response> promise;
    promise.start();
    promise.addResult(std::move(response));
    promise.finish();
    return promise.future();
}

} // namespace dragonscales::api
