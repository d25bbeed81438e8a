// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "host/modules.h"

#include <atomic>

namespace dragonscales::host {

// What the monitor still can read when the process that wrote it has crashed.
class SharedPhase final
{
public:
    SharedPhase(); // before the fork
    void set(Phase phase) { m_shared->phase.store(phase, std::memory_order_relaxed); }
    Phase get() const { return m_shared->phase.load(std::memory_order_relaxed); }
    // Requests whose code may have run.
    void countRequest() { m_shared->requests.fetch_add(1, std::memory_order_relaxed); }
    int requests() const { return m_shared->requests.load(std::memory_order_relaxed); }

private:
    struct Shared
    {
        std::atomic<Phase> phase = Phase::Idle;
        std::atomic<int> requests = 0;
    };
    Shared *m_shared = nullptr; // stays until the process ends
};

} // namespace dragonscales::host
