// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <dragonscales/context.h>
#include <dragonscales/result.h>

#include <QEventLoop>
#include <QTimer>

#include <functional>

namespace dragonscales::plugins::http {

// Waits in the calling thread for something that the event loop brings, not beyond a deadline or a stop request.
class Waiter final
{
public:
    Waiter(std::chrono::milliseconds timeout, sdk::Context &context);
    Q_DISABLE_COPY_MOVE(Waiter)

    // Looks at `done` whenever the loop was woken.
    sdk::Outcome<void> until(const std::function<bool()> &done);
    // The same, but gives up earlier; the failure is then an ordinary time-out.
    sdk::Outcome<void> until(const std::function<bool()> &done, std::chrono::steady_clock::time_point earlier);
    void wake() { m_loop.quit(); }
    QEventLoop &loop() { return m_loop; }
    std::chrono::steady_clock::time_point deadline() const { return m_deadline; }

private:
    const std::chrono::milliseconds m_timeout;
    const std::chrono::steady_clock::time_point m_deadline;
    sdk::Context &m_context;
    QEventLoop m_loop;
    QTimer m_tick; // looks at clock and stop flag, which wake nobody
};

} // namespace dragonscales::plugins::http
