// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/job.h"
#include "host/runner_process.h"

#include <QHashFunctions>
#include <QStringList>

#include <atomic>
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

// Keeps runners that wait for their next request. Thread-safe; nobody waits for a runner: when none is idle, one is
// started, so there are as many as there are threads that use them.
class RunnerPool final
{
public:
    explicit RunnerPool(QString program);
    ~RunnerPool(); // ends the idle ones
    Q_DISABLE_COPY_MOVE(RunnerPool)

    using Runner = std::unique_ptr<RunnerProcess>;

    tl::expected<Runner, core::JobError> take(const RunnerGroup &group);
    void giveBack(const RunnerGroup &group, Runner runner);
    void end(Runner runner); // kills and waits

    int alive() const { return m_alive.load(std::memory_order_relaxed); }
    void endIdle();

private:
    Runner takeIdle(const RunnerGroup &group);

    const QString m_program;
    std::atomic<int> m_alive = 0;
    std::mutex m_mutex;
    struct Hash
    {
        size_t operator()(const RunnerGroup &group) const { return qHash(group); }
    };
    std::unordered_map<RunnerGroup, std::vector<Runner>, Hash> m_idle; // the last one used is at the end
};

} // namespace dragonscales::host
