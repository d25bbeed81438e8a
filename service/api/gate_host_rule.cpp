// SPDX-License-Identifier: LGPL-3.0-or-later
#include "api/gate_host_rule.h"

#include <QHostAddress>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::api {

namespace {

struct HostAndPort
{
    QByteArray host; // small letters; a number in brackets keeps them
    QByteArray port; // empty: not named
};

HostAndPort split(const QByteArray &text)
{
    const QByteArray small = text.toLower();
    const qsizetype colon = small.lastIndexOf(':');
    if (colon < 0 || colon < small.lastIndexOf(']')) {
        return {small, {}};
    }
    return {small.left(colon), small.mid(colon + 1)};
}

QByteArray inBrackets(const QString &address)
{
    const QByteArray text = address.section(u'%', 0, 0).toLatin1().toLower(); // without an interface's name
    return text.contains(':') ? '[' + text + ']' : text;
}

} // namespace

HostRule::HostRule(const QString &boundAddress, quint16 port, bool tls, const QStringList &allowed)
    : m_names{"localhost", "127.0.0.1", "[::1]"}
    , m_port(QByteArray::number(port))
    , m_defaultPort(tls ? "443" : "80")
{
    const QHostAddress bound(boundAddress);
    m_wildcard = QList<QHostAddress>{QHostAddress::Any, QHostAddress::AnyIPv4, QHostAddress::AnyIPv6}.contains(bound);
    if (!m_wildcard) {
        m_names.append(inBrackets(boundAddress));
    }
    for (const QString &name : allowed) {
        if (const QByteArray entry = name.trimmed().toLower().toUtf8(); !entry.isEmpty()) {
            m_allowed.append(entry);
        }
    }
}

bool HostRule::allows(const QByteArray &host, const QString &localAddress) const
{
    if (host.isEmpty()) {
        return false;
    }
    const auto [name, port] = split(host);
    if (m_allowed.contains(name) || m_allowed.contains(host.toLower())) {
        return true;
    }
    return (port.isEmpty() ? m_defaultPort : port) == m_port && isOurs(name, localAddress);
}

bool HostRule::isOurs(const QByteArray &name, const QString &localAddress) const
{
    return m_names.contains(name) || (m_wildcard && name == inBrackets(localAddress));
}

} // namespace dragonscales::api
