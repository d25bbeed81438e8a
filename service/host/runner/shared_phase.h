// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "host/modules.h"

#include <array>
#include <atomic>

namespace dragonscales::host {

// What the monitor still can read when the process that wrote it has crashed. README.md tells its bytes to guests, who
// get it as a file.
class SharedPhase final
{
public:
    SharedPhase();            // before the fork
    ~SharedPhase() = default; // stays until the process ends
    Q_DISABLE_COPY_MOVE(SharedPhase)

    void set(Phase phase) { m_shared->phase.store(phase, std::memory_order_relaxed); }
    Phase get() const;
    void setLoading(const QString &what); // cut off where it is longer than there is room
    QString loading() const;
    // Requests whose code may have run.
    void countRequest() { m_shared->requests.fetch_add(1, std::memory_order_relaxed); }
    int requests() const { return m_shared->requests.load(std::memory_order_relaxed); }
    // Of the file; is passed on by exec.
    int descriptor() const { return m_descriptor; }

private:
    struct Shared
    {
        std::atomic<Phase> phase = Phase::Idle;
        std::atomic<qint32> requests = 0;
        std::array<char, 504> loading{}; // ended by 0
    };
    static_assert(sizeof(Shared) == 512);

    int m_descriptor = -1;
    Shared *m_shared = nullptr;
};

} // namespace dragonscales::host
