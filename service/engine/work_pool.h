// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "engine/alarm.h"
#include "engine/pace.h"
#include "engine/work.h"

#include <QList>
#include <QString>
#include <QThreadPool>

#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <mutex>

namespace dragonscales::engine {

struct WorkPoolOptions
{
    QString name; // in the log: "queue images", "deliveries"
    int workers = 1;
    PaceOptions pace;
    std::chrono::milliseconds patience{1'000};     // what was claimed ahead and waits longer is given back
    std::chrono::milliseconds longestPause{5'000}; // between claims while the store fails
};

// Claims work in batches and runs it on threads of its own. A thread that is asked for through QtConcurrent works off
// what waits here until nothing is left, so that many short jobs cost one hop between threads. A thread that overran
// its work's allowance is counted as stuck and replaced, until there are twice as many threads as workers.
// All calls are thread-safe; shared, since threads and the store's answers may outlive the engine.
class WorkPool final : public std::enable_shared_from_this<WorkPool>
{
public:
    using Works = QList<std::shared_ptr<Work>>;
    using Claimed = std::function<void(core::Result<Works>)>;
    // Claims at most n and answers once, from any thread, possibly within the call.
    using Claim = std::function<void(int n, Claimed answer)>;

    struct State
    {
        int running = 0; // without the stuck ones
        int waiting = 0;
        int stuck = 0;
        bool claiming = false; // a claim is under way
    };

    static std::shared_ptr<WorkPool> make(WorkPoolOptions options, Claim claim, std::shared_ptr<Alarm> alarm);
    ~WorkPool();
    Q_DISABLE_COPY_MOVE(WorkPool)

    // Begins to claim.
    void start();
    // There may be something to claim.
    void wake();
    // No more claims; what waits is given back. What runs goes on.
    void close();
    // Passed on to everything that runs.
    void stopRunning(bool graceless);
    // Ends everything that still runs without waiting for its thread.
    void abandonRunning();
    // Closes, and waits so long for the threads. False: some did not come back and are left behind, for good.
    bool end(std::chrono::milliseconds wait);
    // Looks after what runs and waits; true while there is a reason to come back.
    bool tick(SteadyTime now);

    State state() const;
    const WorkPoolOptions &options() const { return m_options; }

private:
    struct Waiting
    {
        std::shared_ptr<Work> work;
        SteadyTime since;
    };
    struct Running
    {
        std::shared_ptr<Work> work;
        SteadyTime since;
        bool abandoned = false;
    };

    WorkPool(WorkPoolOptions options, Claim claim, std::shared_ptr<Alarm> alarm);
    bool mayClaim(SteadyTime now) const;
    void claimMore();
    void onClaimed(int asked, quint64 wakesBefore, core::Result<Works> answer);
    int wanted(SteadyTime now) const;
    int slotCount() const;
    void startThreads();
    void workOff();
    void abandon(const std::shared_ptr<Work> &work);
    std::deque<Waiting> takeOverdue(SteadyTime now);

    const WorkPoolOptions m_options;
    const Claim m_claim;
    const std::shared_ptr<Alarm> m_alarm;
    std::unique_ptr<QThreadPool> m_threads;

    mutable std::mutex m_mutex;
    Pace m_pace;
    std::deque<Waiting> m_waiting;
    std::list<Running> m_running;
    int m_active = 0; // threads asked for and not stuck
    int m_stuck = 0;
    bool m_open = false;
    bool m_leftBehind = false;
    bool m_claiming = false;
    bool m_nothingThere = false; // the last claim brought less than asked, and nothing woke us since
    quint64 m_wakes = 0;
    int m_claimFailures = 0;
    SteadyTime m_nextClaim = SteadyTime::min();
};

} // namespace dragonscales::engine
