// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <dragonscales/result.h>

#include <QHostAddress>
#include <QList>
#include <QSet>
#include <QStringList>

namespace dragonscales::plugins::http {

// True for addresses of the public internet only. False for loopback, private, link-local, shared, multicast,
// unspecified, reserved and documentation ranges, also where an IPv6 address carries such an IPv4 one (mapped, NAT64,
// 6to4).
bool isPublic(const QHostAddress &address);

// Decides where a request that a client asked for may go: to public addresses, and to what `allow` names besides.
// Immutable; thread-safe.
class Guard final
{
public:
    // Each entry is a host name, an address, or a range such as 10.0.0.0/8. Failures name the entry.
    static sdk::Outcome<Guard> make(const QStringList &allow);

    // `host` is the name as the URL has it, `address` one that it resolved to.
    bool permits(const QString &host, const QHostAddress &address) const;

private:
    QSet<QString> m_hosts; // lower case
    QList<QPair<QHostAddress, int>> m_ranges;
};

} // namespace dragonscales::plugins::http
