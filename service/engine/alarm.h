// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <QObject>

#include <atomic>
#include <functional>
#include <mutex>

namespace dragonscales::engine {

// Lets any thread ask the engine's thread for a tick soon. Shared, since those threads may outlive the engine.
class Alarm final
{
public:
    // `ring` is called in the thread of `target`, once per arming.
    Alarm(QObject *target, std::function<void()> ring)
        : m_target(target)
        , m_ring(std::move(ring))
    {
    }
    Q_DISABLE_COPY_MOVE(Alarm)

    void arm()
    {
        if (m_armed.exchange(true, std::memory_order_acq_rel)) {
            return;
        }
        const std::lock_guard lock(m_mutex);
        if (m_target != nullptr) {
            QMetaObject::invokeMethod(m_target, m_ring, Qt::QueuedConnection);
        }
    }

    // The next arm() rings again.
    void rearm() { m_armed.store(false, std::memory_order_release); }

    // The target goes away; no ring is sent after this.
    void disconnect()
    {
        const std::lock_guard lock(m_mutex);
        m_target = nullptr;
    }

private:
    std::mutex m_mutex;
    QObject *m_target;
    std::function<void()> m_ring;
    std::atomic<bool> m_armed = false;
};

} // namespace dragonscales::engine
