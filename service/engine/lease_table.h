// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "engine/work.h"

#include <QHash>
#include <QSet>

#include <memory>
#include <mutex>

namespace dragonscales::engine {

// What this service holds leases of, from the claim until the store has acknowledged the end. By token, since a run
// that lost its lease may be claimed anew while its first thread is still busy. Thread-safe.
class LeaseTable final
{
public:
    void add(const std::shared_ptr<Work> &work);
    void remove(const broker::Lease &lease);

    QList<broker::Lease> leases() const;
    qsizetype size() const;
    // Lets go of all, and of what is added from now on: these end without being told anything.
    void close();
    // Tells the work under this very lease; nothing when it has ended.
    void tell(const broker::Lease &lease, broker::LeaseState state);
    // Asks the work of this run to stop. One that is about to be added hears of it then.
    void cancel(const QUuid &id, int run);

private:
    mutable std::mutex m_mutex;
    QHash<quint64, std::shared_ptr<Work>> m_works;
    bool m_closed = false;
    QSet<std::pair<QUuid, int>> m_unmetCancels; // asked for between the commit of a claim and its add()
};

} // namespace dragonscales::engine
