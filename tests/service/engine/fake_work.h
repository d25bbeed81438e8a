// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "engine/work.h"

#include <condition_variable>
#include <mutex>

namespace dragonscales::test {

// Work that runs until it is let go, and can be told to count as overdue.
class FakeWork final : public engine::Work
{
public:
    explicit FakeWork(quint64 token = 1, bool blocks = false)
        : m_lease{QUuid::createUuid(), 1, token}
        , m_blocked(blocks)
    {
    }

    const broker::Lease &lease() const override { return m_lease; }
    void run() override
    {
        std::unique_lock lock(m_mutex);
        m_begun = true;
        m_changed.notify_all();
        m_changed.wait(lock, [this] { return !m_blocked; });
        m_returned = true;
        m_changed.notify_all();
    }
    void giveBack() override { set(m_givenBack); }
    void onLease(broker::LeaseState state) override
    {
        const std::lock_guard lock(m_mutex);
        m_leaseState = state;
    }
    void stop(bool graceless) override { set(graceless ? m_stoppedNow : m_stopped); }
    bool tick(engine::SteadyTime) override
    {
        const std::lock_guard lock(m_mutex);
        return !m_overdue;
    }
    void abandon() override { set(m_abandoned); }

    void letGo()
    {
        const std::lock_guard lock(m_mutex);
        m_blocked = false;
        m_changed.notify_all();
    }
    void setOverdue() { set(m_overdue); }

    bool waitUntilBegun() { return waitFor(m_begun); }
    bool waitUntilReturned() { return waitFor(m_returned); }
    bool begun() const { return get(m_begun); }
    bool givenBack() const { return get(m_givenBack); }
    bool abandoned() const { return get(m_abandoned); }
    bool stopped() const { return get(m_stopped); }
    bool stoppedNow() const { return get(m_stoppedNow); }
    broker::LeaseState leaseState() const
    {
        const std::lock_guard lock(m_mutex);
        return m_leaseState;
    }

private:
    void set(bool &flag)
    {
        const std::lock_guard lock(m_mutex);
        flag = true;
        m_changed.notify_all();
    }
    bool get(const bool &flag) const
    {
        const std::lock_guard lock(m_mutex);
        return flag;
    }
    bool waitFor(const bool &flag)
    {
        std::unique_lock lock(m_mutex);
        return m_changed.wait_for(lock, std::chrono::seconds(10), [&flag] { return flag; });
    }

    const broker::Lease m_lease;
    mutable std::mutex m_mutex;
    std::condition_variable m_changed;
    bool m_blocked;
    bool m_begun = false;
    bool m_returned = false;
    bool m_givenBack = false;
    bool m_abandoned = false;
    bool m_stopped = false;
    bool m_stoppedNow = false;
    bool m_overdue = false;
    broker::LeaseState m_leaseState = broker::LeaseState::Held;
};

} // namespace dragonscales::test
