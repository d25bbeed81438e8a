// SPDX-License-Identifier: LGPL-3.0-or-later
#include "engine/janitor.h"

#include "engine/log.h"
#include "engine/reply.h"

#include <algorithm>

namespace dragonscales::engine {

namespace {

// Between two rounds while something due cannot be moved on yet, as deliveries that wait for a free thread.
constexpr std::chrono::milliseconds kBreath{100};
// Wall clock and steady clock may differ by so much between two looks before the clock counts as set.
constexpr std::chrono::milliseconds kClockSlack{1'000};

} // namespace

Janitor::Janitor(std::shared_ptr<Services> services, LeaseKeeper &keeper, JanitorOptions options, QObject *parent)
    : QObject(parent)
    , m_services(std::move(services))
    , m_keeper(keeper)
    , m_options(options)
    , m_lookAlarm(std::make_shared<Alarm>(this, [this] { look(); }))
{
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, &Janitor::round);
    connect(&m_purgeTimer, &QTimer::timeout, this, &Janitor::purge);
}

Janitor::~Janitor()
{
    m_lookAlarm->disconnect();
}

void Janitor::start()
{
    m_active = true;
    m_clock = m_services->broker.now();
    m_clockRead = std::chrono::steady_clock::now();
    m_purgeTimer.start(m_options.purgeEvery);
    round();
}

void Janitor::stop()
{
    m_active = false;
    m_timer.stop();
    m_purgeTimer.stop();
}

std::function<void()> Janitor::lookSoon() const
{
    return [alarm = m_lookAlarm] { alarm->arm(); };
}

void Janitor::look()
{
    m_lookAlarm->rearm();
    if (!m_active) {
        return;
    }
    if (m_looking) {
        m_lookAgain = true;
        return;
    }
    m_looking = true;
    whenReadyIn(this, m_services->broker.nextDue(), [this](const auto &due) { onNextDue(due); });
}

void Janitor::onNextDue(const core::Result<std::optional<core::TimePoint>> &due)
{
    m_looking = false;
    if (!m_active) {
        return;
    }
    auto wait = m_options.look;
    if (due && *due) {
        const auto untilDue = **due - m_services->broker.now();
        const auto sinceRound = std::chrono::steady_clock::now() - m_lastRound;
        const auto breath = sinceRound >= kBreath
                                ? std::chrono::milliseconds(0)
                                : kBreath - std::chrono::duration_cast<std::chrono::milliseconds>(sinceRound);
        wait = std::min(wait, std::max(untilDue, breath));
    }
    // First the timer: under load there may always be a reason to look again.
    m_timer.start(wait);
    if (std::exchange(m_lookAgain, false)) {
        look();
    }
}

void Janitor::round()
{
    m_lastRound = std::chrono::steady_clock::now();
    const bool jumped = clockJumped();
    if (jumped || !m_lastRecover || m_lastRound - *m_lastRecover >= m_options.recoverEvery) {
        m_lastRecover = m_lastRound;
        recover(jumped || !m_keeper.isFresh());
    }
    Q_EMIT deliveriesDue();
    promote();
}

void Janitor::promote()
{
    whenReadyIn(this, m_services->broker.promoteDue(m_options.portion), [this](const core::Result<int> &moved) {
        if (!m_active) {
            return;
        }
        if (moved && *moved >= m_options.portion) {
            promote();
        } else {
            look();
        }
    });
}

void Janitor::recover(bool renewFirst)
{
    if (std::exchange(m_recovering, true)) {
        return;
    }
    if (!renewFirst) {
        recoverPortion();
        return;
    }
    // Own leases may have expired while the machine or this process slept, or the store refused to renew them.
    whenReadyIn(this, m_keeper.renew(), [this](bool renewed) {
        if (renewed) {
            recoverPortion();
        } else {
            endRecovery();
        }
    });
}

void Janitor::endRecovery()
{
    m_recovering = false;
    if (!std::exchange(m_recoveredOnce, true)) {
        Q_EMIT recovered();
    }
}

void Janitor::recoverPortion()
{
    whenReadyIn(this, m_services->broker.recover(m_options.portion), [this](const core::Result<int> &back) {
        if (back && *back > 0) {
            qCInfo(lcEngine) << "Recovered" << *back << "jobs and deliveries whose leases had expired.";
        }
        if (m_active && back && *back >= m_options.portion) {
            recoverPortion();
            return;
        }
        endRecovery();
    });
}

void Janitor::purge()
{
    whenReadyIn(this, m_services->broker.purge(m_options.portion), [this](const core::Result<int> &purged) {
        if (m_active && purged && *purged >= m_options.portion) {
            purge();
        }
    });
}

bool Janitor::clockJumped()
{
    const auto clock = m_services->broker.now();
    const auto steady = std::chrono::steady_clock::now();
    const auto drift = (clock - m_clock) - std::chrono::duration_cast<std::chrono::milliseconds>(steady - m_clockRead);
    m_clock = clock;
    m_clockRead = steady;
    return std::chrono::abs(drift) > kClockSlack;
}

} // namespace dragonscales::engine
