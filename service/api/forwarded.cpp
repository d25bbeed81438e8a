// SPDX-License-Identifier: LGPL-3.0-or-later
#include "api/forwarded.h"

#include "api/plain_address.h"

namespace dragonscales::api {

namespace {

QList<QByteArray> listOf(const Request &request, QByteArrayView name)
{
    QList<QByteArray> items;
    for (const auto &[key, value] : request.headers) {
        if (QByteArrayView(key).compare(name, Qt::CaseInsensitive) == 0) {
            for (const QByteArray &item : value.split(',')) {
                items << item.trimmed();
            }
        }
    }
    return items;
}

// "192.0.2.1:4711" and "[2001:db8::1]:4711" without their port.
QString withoutPort(const QByteArray &item)
{
    if (item.startsWith('[')) {
        return QString::fromLatin1(item.mid(1, item.indexOf(']') - 1));
    }
    return QString::fromLatin1(item.count(':') == 1 ? item.left(item.indexOf(':')) : item);
}

} // namespace

TrustedProxies::TrustedProxies(const QStringList &list)
{
    for (const QString &item : list) {
        if (const Network network = networkOf(item); network.second >= 0) {
            m_networks.append(network);
        }
    }
}

TrustedProxies::Network TrustedProxies::networkOf(const QString &item)
{
    const QHostAddress address(item);
    if (address.isNull()) {
        return QHostAddress::parseSubnet(item);
    }
    const QHostAddress host = plainAddress(address);
    return {host, host.protocol() == QAbstractSocket::IPv4Protocol ? 32 : 128};
}

bool TrustedProxies::understands(const QString &item)
{
    return networkOf(item).second >= 0;
}

bool TrustedProxies::contains(const QString &address) const
{
    const QHostAddress host = plainAddress(QHostAddress(address));
    for (const auto &[network, bits] : m_networks) {
        if (!host.isNull() && host.isInSubnet(network, bits)) {
            return true;
        }
    }
    return false;
}

Origination originationOf(const Request &request, const QByteArray &scheme, const TrustedProxies &proxies)
{
    Origination found{request.clientAddress, scheme, request.header("Host")};
    if (!proxies.contains(request.clientAddress)) {
        return found;
    }
    const QList<QByteArray> chain = listOf(request, "X-Forwarded-For");
    for (qsizetype i = chain.size() - 1; i >= 0 && proxies.contains(found.clientAddress); --i) {
        const QHostAddress address(withoutPort(chain.at(i)));
        if (address.isNull()) {
            break; // whoever wrote that is not to be believed, nor what stands before it
        }
        found.clientAddress = plainAddress(address).toString();
    }
    // The field that the nearest proxy wrote is the last.
    if (const QList<QByteArray> schemes = listOf(request, "X-Forwarded-Proto"); !schemes.isEmpty()) {
        found.scheme = schemes.last().toLower();
    }
    if (const QList<QByteArray> hosts = listOf(request, "X-Forwarded-Host"); !hosts.isEmpty()) {
        found.host = hosts.last();
    }
    return found;
}

} // namespace dragonscales::api
