// SPDX-License-Identifier: LGPL-3.0-or-later
#include "host/runner_pool.h"

#include "host/runner_environment.h"

#include <algorithm>
#include <iterator>
#include <utility>

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace dragonscales::host {

namespace {
constexpr auto kLongestIdle = 60s; // then a runner that nobody needed goes at the next chance
} // namespace

RunnerPool::RunnerPool(QString program, std::chrono::milliseconds startPatience)
    : m_program(std::move(program))
    , m_startPatience(startPatience)
{
}

RunnerPool::~RunnerPool()
{
    endIdle();
}

// Counts as at work from here on, whether there is one or one has to be started.
RunnerPool::Runner RunnerPool::takeIdle(const RunnerGroup &group, std::chrono::milliseconds patience)
{
    std::unique_lock lock(m_mutex);
    Members &members = m_groups[group];
    if (patience.count() > 0) {
        waitForOne(members, lock, patience);
    }
    ++members.atWork;
    if (members.idle.empty()) {
        ++members.starting;
        return nullptr;
    }
    Runner runner = std::move(members.idle.back());
    members.idle.pop_back();
    return runner;
}

// While one starts, which takes longer than quick work does, it would be no use to start others.
void RunnerPool::waitForOne(Members &members, std::unique_lock<std::mutex> &lock,
                            std::chrono::milliseconds patience) const
{
    const auto begun = std::chrono::steady_clock::now();
    auto until = begun + patience;
    while (members.idle.empty() && members.atWork > 0) {
        const bool starts = members.starting > 0; // somebody who waited as long may have been first
        const auto limit = starts ? begun + m_startPatience : until;
        if (std::chrono::steady_clock::now() >= limit) {
            return;
        }
        members.changed.wait_until(lock, limit);
        until = starts ? std::chrono::steady_clock::now() + patience : until;
    }
}

void RunnerPool::leave(Members &members, bool wasStarting)
{
    --members.atWork;
    if (wasStarting) {
        --members.starting;
        members.changed.notify_all(); // they wait for another moment from now on
    } else {
        members.changed.notify_one();
    }
}

void RunnerPool::noLongerAtWork(const RunnerGroup &group, bool wasStarting)
{
    const std::lock_guard lock(m_mutex);
    leave(m_groups[group], wasStarting);
}

tl::expected<RunnerPool::Runner, core::JobError> RunnerPool::take(const RunnerGroup &group,
                                                                  std::chrono::milliseconds patience)
{
    while (Runner idle = takeIdle(group, patience)) {
        if (idle->usable()) {
            return idle;
        }
        end(group, std::move(idle));
    }
    auto started = RunnerProcess::start(m_program, group.guest, childEnvironment(group.withheld));
    if (!started) {
        noLongerAtWork(group, true);
        core::JobError error;
        error.type = u"runner"_s;
        error.message = started.error();
        return tl::unexpected(error);
    }
    m_alive.fetch_add(1, std::memory_order_relaxed);
    (*started)->starting = true;
    return std::move(*started);
}

void RunnerPool::giveBack(const RunnerGroup &group, Runner runner)
{
    const auto now = std::chrono::steady_clock::now();
    runner->idleSince = now;
    const bool wasStarting = std::exchange(runner->starting, false);
    std::vector<Runner> old;
    {
        const std::lock_guard lock(m_mutex);
        Members &members = m_groups[group];
        members.idle.push_back(std::move(runner));
        leave(members, wasStarting);
        for (auto &[key, others] : m_groups) {
            auto &idle = others.idle;
            while (!idle.empty() && now - idle.front()->idleSince > kLongestIdle) {
                old.push_back(std::move(idle.front()));
                idle.erase(idle.begin());
            }
        }
    }
    for (Runner &one : old) {
        kill(std::move(one));
    }
}

void RunnerPool::kill(Runner runner)
{
    runner.reset();
    m_alive.fetch_sub(1, std::memory_order_relaxed);
}

void RunnerPool::end(const RunnerGroup &group, Runner runner)
{
    const bool wasStarting = runner->starting;
    kill(std::move(runner));
    noLongerAtWork(group, wasStarting);
}

void RunnerPool::endIdle()
{
    std::vector<Runner> ended;
    {
        const std::lock_guard lock(m_mutex);
        for (auto &[key, members] : m_groups) {
            std::move(members.idle.begin(), members.idle.end(), std::back_inserter(ended));
            members.idle.clear();
        }
    }
    for (Runner &runner : ended) {
        kill(std::move(runner));
    }
}

} // namespace dragonscales::host
