// SPDX-License-Identifier: LGPL-3.0-or-later
#include "engine/lease_table.h"

namespace dragonscales::engine {

namespace {

// Cancels of jobs that other services run are remembered in vain; so many are enough for those of our own.
constexpr qsizetype kMaxUnmetCancels = 1000;

} // namespace

void LeaseTable::add(const std::shared_ptr<Work> &work)
{
    bool canceled = false;
    {
        const std::lock_guard lock(m_mutex);
        if (m_closed) {
            return;
        }
        m_works.insert(work->lease().token, work);
        canceled = !m_unmetCancels.isEmpty() && m_unmetCancels.remove({work->lease().id, work->lease().run});
    }
    if (canceled) {
        work->onLease(broker::LeaseState::CancelRequested);
    }
}

void LeaseTable::remove(const broker::Lease &lease)
{
    const std::lock_guard lock(m_mutex);
    m_works.remove(lease.token);
}

QList<broker::Lease> LeaseTable::leases() const
{
    const std::lock_guard lock(m_mutex);
    QList<broker::Lease> list;
    list.reserve(m_works.size());
    for (const auto &work : m_works) {
        list.append(work->lease());
    }
    return list;
}

qsizetype LeaseTable::size() const
{
    const std::lock_guard lock(m_mutex);
    return m_works.size();
}

void LeaseTable::tell(const broker::Lease &lease, broker::LeaseState state)
{
    std::shared_ptr<Work> work;
    {
        const std::lock_guard lock(m_mutex);
        work = m_works.value(lease.token);
    }
    if (work) {
        work->onLease(state);
    }
}

void LeaseTable::cancel(const QUuid &id, int run)
{
    std::shared_ptr<Work> found;
    {
        const std::lock_guard lock(m_mutex);
        for (const auto &work : m_works) {
            if (work->lease().id == id && work->lease().run == run) {
                found = work;
                break;
            }
        }
        if (!found) {
            if (m_unmetCancels.size() >= kMaxUnmetCancels) {
                m_unmetCancels.clear();
            }
            m_unmetCancels.insert({id, run});
        }
    }
    if (found) {
        found->onLease(broker::LeaseState::CancelRequested);
    }
}

void LeaseTable::close()
{
    decltype(m_works) dropped; // gone outside of the lock
    const std::lock_guard lock(m_mutex);
    m_closed = true;
    dropped.swap(m_works);
}

} // namespace dragonscales::engine
