// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>

namespace dragonscales::api {

// Which Host fields are ours. A web page whose name was pointed at this machine (DNS rebinding) sends its own name.
class HostRule final
{
public:
    // `boundAddress` as configured; a wildcard stands for the address that a connection came in on. An entry of
    // `allowed` without a port fits any port. `tls` says which port goes without saying.
    HostRule(const QString &boundAddress, quint16 port, bool tls, const QStringList &allowed);

    // `host`: the field's value; `localAddress`: of the connection.
    bool allows(const QByteArray &host, const QString &localAddress) const;

private:
    bool isOurs(const QByteArray &name, const QString &localAddress) const;

    QList<QByteArray> m_names;
    QList<QByteArray> m_allowed;
    QByteArray m_port;
    QByteArray m_defaultPort;
    bool m_wildcard = false;
};

} // namespace dragonscales::api
