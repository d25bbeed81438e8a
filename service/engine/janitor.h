// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "engine/lease_keeper.h"

namespace dragonscales::engine {

struct JanitorOptions
{
    std::chrono::milliseconds look{2'000};         // the longest time without a look at what is due, and at the clock
    std::chrono::milliseconds recoverEvery{1'000}; // at most
    std::chrono::milliseconds purgeEvery{60'000};
    int portion = 500; // of jobs moved, recovered or deleted by one call
};

// Does what time makes due: delayed jobs and retries move to their queue, deliveries are tried again, expired leases
// are recovered (after our own were renewed, so that a suspended service does not take its own jobs away), ended jobs
// are deleted when their time is over. Lives in the engine's thread.
class Janitor final : public QObject
{
    Q_OBJECT

public:
    Janitor(std::shared_ptr<Services> services, LeaseKeeper &keeper, JanitorOptions options, QObject *parent = nullptr);
    ~Janitor() override;
    Q_DISABLE_COPY_MOVE(Janitor)

    // recovered() follows the first recovery, whether it went well or not.
    void start();
    void stop();
    // Something new may be due; any thread, also when the janitor is gone.
    std::function<void()> lookSoon() const;

Q_SIGNALS:
    void recovered();
    void deliveriesDue();

private:
    void look();
    void onNextDue(const core::Result<std::optional<core::TimePoint>> &due);
    void round();
    void promote();
    void recover(bool renewFirst);
    void recoverPortion();
    void endRecovery();
    void purge();
    bool clockJumped();

    const std::shared_ptr<Services> m_services;
    LeaseKeeper &m_keeper;
    const JanitorOptions m_options;
    const std::shared_ptr<Alarm> m_lookAlarm;
    QTimer m_timer;
    QTimer m_purgeTimer;
    bool m_active = false;
    bool m_looking = false;
    bool m_lookAgain = false;
    bool m_recovering = false;
    bool m_recoveredOnce = false;
    SteadyTime m_lastRound;
    std::optional<SteadyTime> m_lastRecover;
    core::TimePoint m_clock;
    SteadyTime m_clockRead;
};

} // namespace dragonscales::engine
