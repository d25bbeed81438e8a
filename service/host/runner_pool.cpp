// SPDX-License-Identifier: LGPL-3.0-or-later
#include "host/runner_pool.h"

#include "host/runner_environment.h"

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

RunnerPool::Runner RunnerPool::takeIdle(const RunnerGroup &group)
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_idle.find(group);
    if (found == m_idle.end() || found->second.empty()) {
        return nullptr;
    }
    Runner runner = std::move(found->second.back());
    found->second.pop_back();
    return runner;
}

tl::expected<RunnerPool::Runner, core::JobError> RunnerPool::take(const RunnerGroup &group)
{
    while (Runner idle = takeIdle(group)) {
        if (idle->usable()) {
            return idle;
        }
        end(std::move(idle));
    }
    auto started = RunnerProcess::start(m_program, group.guest, childEnvironment(group.withheld));
    if (!started) {
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
        m_idle[group].push_back(std::move(runner));
        for (auto &[key, idle] : m_idle) {
            while (!idle.empty() && now - idle.front()->idleSince > kLongestIdle) {
                old.push_back(std::move(idle.front()));
                idle.erase(idle.begin());
            }
        }
    }
    for (Runner &one : old) {
        end(std::move(one));
    }
}

void RunnerPool::end(Runner runner)
{
    runner.reset();
    m_alive.fetch_sub(1, std::memory_order_relaxed);
}

void RunnerPool::endIdle()
{
    decltype(m_idle) idle;
    {
        const std::lock_guard lock(m_mutex);
        idle.swap(m_idle);
    }
    for (auto &[key, runners] : idle) {
        for (Runner &runner : runners) {
            end(std::move(runner));
        }
    }
}

} // namespace dragonscales::host
