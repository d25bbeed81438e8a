// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "waiter.h"

#include <QHostInfo>

#include <optional>

namespace dragonscales::plugins::http {

// Looks up one name, once, in the calling thread's time but not beyond the waiter's.
class HostLookup final : public QObject
{
    Q_OBJECT

public:
    explicit HostLookup(Waiter &waiter);

    // The addresses of the name, at least one; a literal address stands for itself, "localhost" for this machine.
    sdk::Outcome<QList<QHostAddress>> addressesOf(const QString &host);

private Q_SLOTS:
    void onFound(const QHostInfo &info);

private:
    Waiter &m_waiter;
    std::optional<QHostInfo> m_info;
};

} // namespace dragonscales::plugins::http
