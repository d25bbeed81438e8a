// SPDX-License-Identifier: LGPL-3.0-or-later
#include "waiter.h"

#include "exchange.h"

namespace dragonscales::plugins::http {

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

Waiter::Waiter(std::chrono::milliseconds timeout, sdk::Context &context)
    : m_timeout(timeout)
    , m_deadline(std::min(SteadyClock::now() + timeout, context.deadline()))
    , m_context(context)
{
    m_tick.setInterval(20ms);
    QObject::connect(&m_tick, &QTimer::timeout, &m_loop, &QEventLoop::quit);
    m_tick.start();
}

sdk::Outcome<void> Waiter::until(const std::function<bool()> &done)
{
    return until(done, m_deadline);
}

sdk::Outcome<void> Waiter::until(const std::function<bool()> &done, SteadyClock::time_point earlier)
{
    while (!done()) {
        if (m_context.stopRequested()) {
            return tl::unexpected(sdk::Failure{u"stopped before the answer was there"_s, {}, kStopped});
        }
        if (SteadyClock::now() >= std::min(earlier, m_deadline)) {
            return tl::unexpected(sdk::Failure{
                u"no whole answer within %1 s"_s.arg(std::chrono::duration<double>(m_timeout).count()), {}, kNetwork});
        }
        m_loop.exec();
    }
    return {};
}

} // namespace dragonscales::plugins::http
