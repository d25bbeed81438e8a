// SPDX-License-Identifier: LGPL-3.0-or-later
#include "host_lookup.h"

#include "exchange.h"

namespace dragonscales::plugins::http {

using namespace Qt::Literals::StringLiterals;

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
