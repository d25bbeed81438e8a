// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "engine/plan.h"
#include "engine/services.h"
#include "engine/work.h"

#include <mutex>

namespace dragonscales::engine {

// One claimed run of a job:
//
//   Waiting ──run()──▶ Running ──first of: code returned, gave up, handed back──▶ Ended ──acknowledged──▶ out of the
//   table
//
// The step to Ended is taken once; whoever takes it posts the end before anybody else sees the step, so that an engine
// which finds all runs ended may go. A lost lease goes to Ended with nothing written.
// Logs and progress are collected and written at most once per tick; the end is posted after the last of these writes
// has been answered, so that no line comes too late.
class JobRun final : public Work, public std::enable_shared_from_this<JobRun>
{
public:
    static std::shared_ptr<JobRun> make(std::shared_ptr<Services> services, broker::ClaimedJob claimed);
    Q_DISABLE_COPY_MOVE(JobRun)

    const broker::Lease &lease() const override { return m_claimed.lease; }
    void run() override;
    void giveBack() override;
    void onLease(broker::LeaseState state) override;
    void stop(bool graceless) override;
    bool tick(SteadyTime now) override;
    void abandon() override;

private:
    enum class State : quint8 { Waiting, Running, Ended };
    using Kind = broker::JobEnd::Kind;

    JobRun(std::shared_ptr<Services> services, broker::ClaimedJob claimed);
    bool begin();
    void listen();
    void addLog(const core::LogLine &line);
    void flush();
    void onFlushed(broker::JobProgress sent, const core::Result<broker::LeaseState> &answer);
    void endAs(const host::JobOutcome &outcome);
    void fail(core::JobError error, bool retry);
    bool end(broker::JobEnd end, State from);
    void post(broker::JobEnd end);
    SteadyTime lastMoment() const;

    const std::shared_ptr<Services> m_services;
    const broker::ClaimedJob m_claimed;
    const core::ProjectPointer m_project; // the definitions of the time of the claim

    mutable std::mutex m_mutex;
    State m_state = State::Waiting;
    // Made by run(), in the pool's thread: claims are answered in the store's, which has better things to do.
    JobPlan m_plan;
    std::shared_ptr<host::Control> m_control;
    core::TimePoint m_started;
    SteadyTime m_begun;
    std::optional<SteadyTime> m_asked; // to stop, by a cancel or by the service's end
    QList<core::LogLine> m_log;        // not yet written
    double m_progress = -1;
    QString m_progressText;
    bool m_newProgress = false;
    bool m_flushing = false;
    std::optional<broker::JobEnd> m_heldEnd; // waits for the flush under way
};

} // namespace dragonscales::engine
