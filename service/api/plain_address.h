// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <QHostAddress>

namespace dragonscales::api {

// An IPv4 address in IPv6 clothes (::ffff:192.0.2.1) is the IPv4 address.
inline QHostAddress plainAddress(const QHostAddress &address)
{
    bool mapped = false;
    const quint32 v4 = address.toIPv4Address(&mapped);
    return mapped ? QHostAddress(v4) : address;
}

} // namespace dragonscales::api
