// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "host/modules.h"

#include <atomic>

namespace dragonscales::host {

// One byte that the monitor still can read when the process that wrote it has crashed.
class SharedPhase final
{
public:
    SharedPhase(); // before the fork
    void set(Phase phase) { m_phase->store(static_cast<quint8>(phase), std::memory_order_relaxed); }
    Phase get() const { return static_cast<Phase>(m_phase->load(std::memory_order_relaxed)); }

private:
    std::atomic<quint8> *m_phase = nullptr; // stays until the process ends
};

} // namespace dragonscales::host
