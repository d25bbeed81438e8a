// SPDX-License-Identifier: LGPL-3.0-or-later
#include "guard.h"

#include <algorithm>
#include <array>
#include <optional>

namespace dragonscales::plugins::http {

using namespace Qt::Literals::StringLiterals;

namespace {

struct Range4
{
    quint32 network;
    int bits;
};

// IANA's special-purpose registry, and multicast and reserved space above 224.0.0.0.
constexpr std::array kSpecial4{
    Range4{0x00000000, 8},  // this network
    Range4{0x0a000000, 8},  // private
    Range4{0x64400000, 10}, // shared by carriers
    Range4{0x7f000000, 8},  // loopback
    Range4{0xa9fe0000, 16}, // link-local
    Range4{0xac100000, 12}, // private
    Range4{0xc0000000, 24}, // protocol assignments
    Range4{0xc0000200, 24}, // documentation
    Range4{0xc0586300, 24}, // 6to4 relays
    Range4{0xc0a80000, 16}, // private
    Range4{0xc6120000, 15}, // benchmarks
    Range4{0xc6336400, 24}, // documentation
    Range4{0xcb007100, 24}, // documentation
    Range4{0xe0000000, 3},  // multicast, reserved, broadcast
};

bool isPublic4(quint32 address)
{
    return std::none_of(kSpecial4.begin(), kSpecial4.end(),
                        [address](const Range4 &range) { return (address ^ range.network) >> (32 - range.bits) == 0; });
}

quint32 ipv4At(const Q_IPV6ADDR &bytes, int offset)
{
    return quint32(bytes[offset]) << 24 | quint32(bytes[offset + 1]) << 16 | quint32(bytes[offset + 2]) << 8 |
           quint32(bytes[offset + 3]);
}

bool startsWith(const Q_IPV6ADDR &bytes, QByteArrayView prefix)
{
    return std::equal(prefix.begin(), prefix.end(), bytes.c,
                      [](char a, quint8 b) { return static_cast<quint8>(a) == b; });
}

bool isPublic6(const Q_IPV6ADDR &bytes)
{
    if (startsWith(bytes, QByteArrayView("\x00\x64\xff\x9b\x00\x00\x00\x00\x00\x00\x00\x00", 12))) {
        return isPublic4(ipv4At(bytes, 12)); // NAT64
    }
    if (startsWith(bytes, QByteArrayView("\x20\x02", 2))) {
        return isPublic4(ipv4At(bytes, 2)); // 6to4
    }
    const bool globalUnicast = (bytes[0] & 0xe0) == 0x20; // 2000::/3; all else is local, multicast or unassigned
    const bool protocolAssignments = startsWith(bytes, QByteArrayView("\x20\x01", 2)) && bytes[2] < 2; // Teredo, ORCHID
    const bool documentation = startsWith(bytes, QByteArrayView("\x20\x01\x0d\xb8", 4)) ||
                               (startsWith(bytes, QByteArrayView("\x3f\xff", 2)) && bytes[2] < 0x10);
    return globalUnicast && !protocolAssignments && !documentation;
}

// ::ffff:a.b.c.d is the same place as a.b.c.d.
QHostAddress unmapped(const QHostAddress &address)
{
    if (address.protocol() == QAbstractSocket::IPv6Protocol) {
        const Q_IPV6ADDR bytes = address.toIPv6Address();
        if (startsWith(bytes, QByteArrayView("\0\0\0\0\0\0\0\0\0\0\xff\xff", 12))) {
            return QHostAddress(ipv4At(bytes, 12));
        }
    }
    return address;
}

bool isHostName(const QString &text)
{
    return text.size() <= 253 && !text.startsWith(u'.') && std::all_of(text.begin(), text.end(), [](QChar c) {
               return c == u'.' || c == u'-' || c == u'_' || (c.unicode() < 128 && c.isLetterOrNumber());
           });
}

std::optional<QPair<QHostAddress, int>> rangeOf(const QString &entry)
{
    if (entry.contains(u'/')) {
        // parseSubnet alone would take "10/8", and "10" even without the slash, for more than was meant
        const QHostAddress network(entry.section(u'/', 0, 0));
        const auto range = network.isNull() ? QPair<QHostAddress, int>{{}, -1} : QHostAddress::parseSubnet(entry);
        return range.second < 0 ? std::nullopt : std::optional(range);
    }
    const QHostAddress address = unmapped(QHostAddress(entry));
    if (address.isNull()) {
        return std::nullopt;
    }
    return QPair<QHostAddress, int>(address, address.protocol() == QAbstractSocket::IPv4Protocol ? 32 : 128);
}

} // namespace

bool isPublic(const QHostAddress &address)
{
    const QHostAddress plain = unmapped(address);
    switch (plain.protocol()) {
    case QAbstractSocket::IPv4Protocol:
        return isPublic4(plain.toIPv4Address());
    case QAbstractSocket::IPv6Protocol:
        return isPublic6(plain.toIPv6Address());
    default:
        return false;
    }
}

sdk::Outcome<Guard> Guard::make(const QStringList &allow)
{
    Guard guard;
    for (const QString &raw : allow) {
        const QString entry = raw.trimmed();
        if (const auto range = rangeOf(entry)) {
            guard.m_ranges.append(*range);
        } else if (!entry.isEmpty() && isHostName(entry)) {
            guard.m_hosts.insert(entry.toLower());
        } else {
            return sdk::fail(
                u"\"%1\" in \"allow\" is neither a host name nor an address nor a range such as 10.0.0.0/8"_s.arg(raw));
        }
    }
    return guard;
}

bool Guard::permits(const QString &host, const QHostAddress &address) const
{
    const QHostAddress plain = unmapped(address);
    return isPublic(plain) || m_hosts.contains(host.toLower()) ||
           std::any_of(m_ranges.begin(), m_ranges.end(), [&plain](const auto &range) {
               return plain.protocol() == range.first.protocol() && plain.isInSubnet(range);
           });
}

} // namespace dragonscales::plugins::http
