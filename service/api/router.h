// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "api/http.h"
#include "api/role.h"

#include <QFuture>
#include <QStringList>

#include <functional>
#include <vector>

namespace dragonscales::api {

// Who asks.
struct Caller
{
    Role role = Role::Nobody;
    QString principal; // as the authorizer calls him; empty: nobody in particular
};

// A request on its way to a handler.
struct Call
{
    Request request;
    QStringList captured; // what stands in the path for each {…}, in their order
    Caller caller;
};

using Handler = std::function<QFuture<Response>(const Call &)>;

// One thing that can be asked. What has no row is not there.
struct Route
{
    QByteArray verb;
    QString path;             // "/api/v1/jobs/{id}": no slash at the end, each {…} stands for one segment
    Role least = Role::Admin; // Nobody: public
    Handler handler;
};

// Finds the row of a request. Immutable once made; thread-safe.
class Router
{
public:
    explicit Router(std::vector<Route> routes);

    struct Match
    {
        const Route *route = nullptr; // null: see `allow`
        QStringList captured;
        QByteArray allow; // verbs of this path, "GET, HEAD"; empty: no such path
    };

    // The path with or without a slash at the end. HEAD finds the row of GET.
    Match find(const QByteArray &verb, const QString &path) const;

private:
    struct Row
    {
        Route route;
        QStringList segments;
    };
    std::vector<Row> m_rows;
};

// A future that already has its answer.
QFuture<Response> ready(Response response);

} // namespace dragonscales::api
