// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <chrono>
#include <mutex>

namespace dragonscales::core {

// Milliseconds since the Unix epoch, UTC. The epoch itself means "never" or "not yet".
using TimePoint = std::chrono::sys_time<std::chrono::milliseconds>;

// The one source of wall-clock time. Thread-safe.
class Clock
{
public:
    virtual ~Clock() = default;
    virtual TimePoint now() const = 0;
};

class SystemClock final : public Clock
{
public:
    TimePoint now() const override
    {
        return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
    }
};

// Time that moves only when told to; for tests.
class ManualClock final : public Clock
{
public:
    explicit ManualClock(TimePoint start = TimePoint(std::chrono::milliseconds(1'700'000'000'000)))
        : m_now(start)
    {
    }

    TimePoint now() const override
    {
        const std::lock_guard lock(m_mutex);
        return m_now;
    }

    void advance(std::chrono::milliseconds by)
    {
        const std::lock_guard lock(m_mutex);
        m_now += by;
    }

private:
    mutable std::mutex m_mutex;
    TimePoint m_now;
};

} // namespace dragonscales::core
