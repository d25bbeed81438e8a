// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "api/http.h"

#include <QHostAddress>
#include <QStringList>

namespace dragonscales::api {

// Proxies whose X-Forwarded-* fields are believed.
class TrustedProxies
{
public:
    // Addresses ("192.0.2.1") and networks ("10.0.0.0/8", "fd00::/8"); what is neither is ignored.
    explicit TrustedProxies(const QStringList &list);
    static bool understands(const QString &item);

    bool contains(const QString &address) const;

private:
    using Network = std::pair<QHostAddress, int>; // with the bits that count; below 0: none

    static Network networkOf(const QString &item);

    QList<Network> m_networks;
};

// Where a request comes from, as far as it can be known.
struct Origination
{
    QString clientAddress; // the last in the chain that is no trusted proxy
    QByteArray scheme;
    QByteArray host; // with port where it has one
};

// `request.clientAddress` is the socket's peer, `scheme` that of our own socket. Fields of a peer that is no trusted
// proxy count for nothing.
Origination originationOf(const Request &request, const QByteArray &scheme, const TrustedProxies &proxies);

} // namespace dragonscales::api
