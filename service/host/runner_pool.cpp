// SPDX-License-Identifier: LGPL-3.0-or-later
#include "host/runner_pool.h"

#include "host/runner_environment.h"

#include <algorithm>
#include <iterator>

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace dragonscales::host {

namespace {
constexpr auto kLongestIdle = 60s; // then a runner that nobody needed goes at the next chance
}

RunnerPool::RunnerPool(QString program)
    : m_program(std::move(program))
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
    members.changed.wait_for(lock, patience, [&] { return !members.idle.empty() || members.atWork == 0; });
    ++members.atWork;
    if (members.idle.empty()) {
        return nullptr;
    }
    Runner runner = std::move(members.idle.back());
    members.idle.pop_back();
    return runner;
}

void RunnerPool::noLongerAtWork(const RunnerGroup &group)
{
    const std::lock_guard lock(m_mutex);
    Members &members = m_groups[group];
    --members.atWork;
    members.changed.notify_one();
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
        noLongerAtWork(group);
        core::JobError error;
        error.type = u"runner"_s;
        error.message = started.error();
        return tl::unexpected(error);
    }
    m_alive.fetch_add(1, std::memory_order_relaxed);
    return std::move(*started);
}

void RunnerPool::giveBack(const RunnerGroup &group, Runner runner)
{
    const auto now = std::chrono::steady_clock::now();
    runner->idleSince = now;
    std::vector<Runner> old;
    {
        const std::lock_guard lock(m_mutex);
        Members &members = m_groups[group];
        members.idle.push_back(std::move(runner));
        --members.atWork;
        members.changed.notify_one();
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
    kill(std::move(runner));
    noLongerAtWork(group);
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
