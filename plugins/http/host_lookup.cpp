// SPDX-License-Identifier: LGPL-3.0-or-later
#include "host_lookup.h"

#include "exchange.h"

namespace dragonscales::plugins::http {

using namespace Qt::Literals::StringLiterals;

namespace {

// RFC 6761, section 6.3: always this machine, whatever a name server or a missing /etc/hosts says.
bool isLocalhost(const QString &host)
{
    const QString name = host.endsWith(u'.') ? host.chopped(1) : host;
    return name.compare(u"localhost"_s, Qt::CaseInsensitive) == 0 ||
           name.endsWith(u".localhost"_s, Qt::CaseInsensitive);
}

} // namespace

HostLookup::HostLookup(Waiter &waiter)
    : m_waiter(waiter)
{
}

sdk::Outcome<QList<QHostAddress>> HostLookup::addressesOf(const QString &host)
{
    const QHostAddress literal(host);
    if (!literal.isNull()) {
        return QList<QHostAddress>{literal};
    }
    if (isLocalhost(host)) {
        return QList<QHostAddress>{QHostAddress(QHostAddress::LocalHost), QHostAddress(QHostAddress::LocalHostIPv6)};
    }
    const int lookup = QHostInfo::lookupHost(host, this, SLOT(onFound(QHostInfo)));
    auto waited = m_waiter.until([this] { return m_info.has_value(); });
    if (!waited) {
        QHostInfo::abortHostLookup(lookup);
        return tl::unexpected(waited.error());
    }
    if (m_info->addresses().isEmpty()) {
        const QString message = u"the host \"%1\" cannot be found: %2"_s.arg(host, m_info->errorString());
        return tl::unexpected(sdk::Failure{message, {}, kNetwork});
    }
    return m_info->addresses();
}

void HostLookup::onFound(const QHostInfo &info)
{
    m_info = info;
    m_waiter.wake();
}

} // namespace dragonscales::plugins::http
