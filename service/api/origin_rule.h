// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "api/http.h"

#include <QStringList>

namespace dragonscales::api {

// Keeps web pages of others from using a service that their visitor can reach. Judges by what browsers say of
// themselves; programs that are no browser send neither Origin nor Sec-Fetch-Site and pass.
class OriginRule
{
public:
    // Origins whose pages may ask and read, "https://example.org".
    explicit OriginRule(const QStringList &listed);
    static bool isOrigin(const QString &text); // may have a slash at its end

    // `scheme` and `host` as the client sees us: they make our own origin. A listed origin counts before
    // Sec-Fetch-Site, which browsers set to cross-site for it.
    bool allows(const Request &request, const QByteArray &scheme, const QByteArray &host) const;

    // True for the question whether a request of a listed origin may come: answer it with preflight().
    bool isPreflight(const Request &request) const;
    Response preflight(const Request &request) const;
    // Lets pages of a listed origin read the answer.
    void mark(const Request &request, Response *response) const;

private:
    bool isListed(const QByteArray &origin) const;

    QList<QByteArray> m_listed; // lower case, without a slash at the end
};

} // namespace dragonscales::api
