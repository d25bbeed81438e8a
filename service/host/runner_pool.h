// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/job.h"
#include "host/runner_process.h"

#include <QHashFunctions>
#include <QStringList>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace dragonscales::host {

// Which runners may stand in for each other: those of one queue (or of all callbacks, or of the authorizer) that host
// the same kind of code and were started without the same variables.
struct RunnerGroup
{
    QString name;
    QStringList guest;    // as RunnerProcess::start() has it
    QStringList withheld; // names of the environment
    bool operator==(const RunnerGroup &) const = default;
};

inline size_t qHash(const RunnerGroup &group, size_t seed = 0)
{
    return qHashMulti(seed, group.name, group.guest, group.withheld);
}

// Keeps runners that wait for their next request. Thread-safe. When none is idle one is started, so there are as many
// as there are threads that use them; but a thread may wait for one that is at work, since quick work does not need
// many.
class RunnerPool final
{
public:
    // `startPatience`: how long a thread that has patience waits for one that starts, at most; its first request may
    // be a slow one.
    RunnerPool(QString program, std::chrono::milliseconds startPatience);
    ~RunnerPool(); // ends the idle ones
    Q_DISABLE_COPY_MOVE(RunnerPool)

    using Runner = std::unique_ptr<RunnerProcess>;

    // `patience`: how long to wait for a runner of the group that is at work before another one is started.
    tl::expected<Runner, core::JobError> take(const RunnerGroup &group, std::chrono::milliseconds patience = {});
    // Each that was taken comes back by one of these; end() kills it and waits for that.
    void giveBack(const RunnerGroup &group, Runner runner);
    void end(const RunnerGroup &group, Runner runner);

    int alive() const { return m_alive.load(std::memory_order_relaxed); }
    void endIdle();

private:
    struct Members
    {
        std::vector<Runner> idle; // the last one used is at the end
        int atWork = 0;
        int starting = 0; // of those at work: have not answered yet
        std::condition_variable changed;
    };
    struct Hash
    {
        size_t operator()(const RunnerGroup &group) const { return qHash(group); }
    };

    Runner takeIdle(const RunnerGroup &group, std::chrono::milliseconds patience);
    void waitForOne(Members &members, std::unique_lock<std::mutex> &lock, std::chrono::milliseconds patience) const;
    void noLongerAtWork(const RunnerGroup &group, bool wasStarting);
    static void leave(Members &members, bool wasStarting);
    void kill(Runner runner);

    const QString m_program;
    const std::chrono::milliseconds m_startPatience;
    std::atomic<int> m_alive = 0;
    std::mutex m_mutex;
    std::unordered_map<RunnerGroup, Members, Hash> m_groups; // stay
};

} // namespace dragonscales::host
