// SPDX-License-Identifier: LGPL-3.0-or-later
#include "engine/work_pool.h"

#include "engine/log.h"

#include <QtConcurrentRun>

#include <algorithm>

namespace dragonscales::engine {

Q_LOGGING_CATEGORY(lcEngine, "dragonscales.engine")

std::shared_ptr<WorkPool> WorkPool::make(WorkPoolOptions options, Claim claim, std::shared_ptr<Alarm> alarm)
{
    return std::shared_ptr<WorkPool>(new WorkPool(std::move(options), std::move(claim), std::move(alarm)));
}

WorkPool::WorkPool(WorkPoolOptions options, Claim claim, std::shared_ptr<Alarm> alarm)
    : m_options(std::move(options))
    , m_claim(std::move(claim))
    , m_alarm(std::move(alarm))
    , m_threads(std::make_unique<QThreadPool>())
    , m_pace(m_options.pace)
{
    m_threads->setMaxThreadCount(2 * m_options.workers);
    m_threads->setObjectName(m_options.name);
}

WorkPool::~WorkPool()
{
    end(std::chrono::milliseconds(0));
}

bool WorkPool::end(std::chrono::milliseconds wait)
{
    close();
    std::unique_ptr<QThreadPool> threads;
    {
        const std::lock_guard lock(m_mutex);
        threads = std::move(m_threads);
    }
    const bool back = !threads || threads->waitForDone(static_cast<int>(wait.count()));
    if (!back) {
        // Code that does not return cannot be ended within a process: its thread and the pool stay behind.
        std::ignore = threads.release();
    }
    const std::lock_guard lock(m_mutex);
    m_leftBehind = m_leftBehind || !back;
    return !m_leftBehind;
}

void WorkPool::start()
{
    {
        const std::lock_guard lock(m_mutex);
        m_open = true;
        m_nothingThere = false;
    }
    claimMore();
}

void WorkPool::wake()
{
    {
        const std::lock_guard lock(m_mutex);
        ++m_wakes;
        m_nothingThere = false;
    }
    claimMore();
}

void WorkPool::close()
{
    std::deque<Waiting> waiting;
    {
        const std::lock_guard lock(m_mutex);
        m_open = false;
        waiting.swap(m_waiting);
    }
    for (const auto &item : waiting) {
        item.work->giveBack();
    }
}

void WorkPool::stopRunning(bool graceless)
{
    std::list<Running> running;
    {
        const std::lock_guard lock(m_mutex);
        running = m_running;
    }
    for (const auto &item : running) {
        item.work->stop(graceless);
    }
}

void WorkPool::abandonRunning()
{
    std::list<Running> running;
    {
        const std::lock_guard lock(m_mutex);
        running = m_running;
    }
    for (const auto &item : running) {
        if (!item.abandoned) {
            abandon(item.work);
        }
    }
}

bool WorkPool::tick(SteadyTime now)
{
    std::list<Running> running;
    std::deque<Waiting> overdue;
    bool more = false;
    {
        const std::lock_guard lock(m_mutex);
        running = m_running;
        overdue = takeOverdue(now);
        more = !m_running.empty() || !m_waiting.empty() || m_nextClaim > now;
    }
    for (const auto &item : overdue) {
        item.work->giveBack();
    }
    for (const auto &item : running) {
        if (!item.abandoned && !item.work->tick(now)) {
            abandon(item.work);
        }
    }
    claimMore();
    return more;
}

// What was claimed ahead of jobs that turned out to be long: somebody else may have a thread for it.
std::deque<WorkPool::Waiting> WorkPool::takeOverdue(SteadyTime now)
{
    std::deque<Waiting> overdue;
    if (!m_waiting.empty() && m_active >= slotCount() && now - m_waiting.front().since > m_options.patience) {
        overdue.swap(m_waiting);
    }
    return overdue;
}

WorkPool::State WorkPool::state() const
{
    const std::lock_guard lock(m_mutex);
    const auto running = static_cast<int>(m_running.size()) - m_stuck;
    return {running, static_cast<int>(m_waiting.size()), m_stuck, m_claiming};
}

int WorkPool::slotCount() const
{
    return std::min(m_options.workers, 2 * m_options.workers - m_stuck);
}

// Under the lock. Free threads are filled always; ahead of them only once half of what was ahead is worked off, so
// that claims come in batches.
int WorkPool::wanted(SteadyTime now) const
{
    const auto running = static_cast<int>(m_running.size()) - m_stuck;
    const auto waiting = static_cast<int>(m_waiting.size());
    const int slots = slotCount();
    const auto isLong = [&](const Running &item) { return !item.abandoned && now - item.since > m_pace.horizon(); };
    const auto held = static_cast<int>(std::count_if(m_running.begin(), m_running.end(), isLong));
    const int ahead = m_pace.ahead(slots - held);
    const bool free = running + waiting < slots;
    if (!free && (ahead == 0 || waiting > ahead / 2)) {
        return 0;
    }
    return slots + ahead - running - waiting;
}

// Under the lock.
bool WorkPool::mayClaim(SteadyTime now) const
{
    return m_open && !m_claiming && !m_nothingThere && now >= m_nextClaim;
}

void WorkPool::claimMore()
{
    int n = 0;
    quint64 wakes = 0;
    {
        const std::lock_guard lock(m_mutex);
        const auto now = std::chrono::steady_clock::now();
        n = mayClaim(now) ? wanted(now) : 0;
        if (n <= 0) {
            return;
        }
        m_claiming = true;
        wakes = m_wakes;
    }
    m_claim(n, [self = shared_from_this(), n, wakes](core::Result<Works> answer) {
        self->onClaimed(n, wakes, std::move(answer));
    });
}

void WorkPool::onClaimed(int asked, quint64 wakesBefore, core::Result<Works> answer)
{
    bool open = true;
    {
        const std::lock_guard lock(m_mutex);
        m_claiming = false;
        open = m_open;
        const auto now = std::chrono::steady_clock::now();
        if (!answer) {
            const std::chrono::milliseconds pause(100 * (1 << std::min(m_claimFailures++, 10)));
            m_nextClaim = now + std::min(pause, m_options.longestPause);
        } else {
            m_claimFailures = 0;
            m_nextClaim = SteadyTime::min();
            m_nothingThere = answer->size() < asked && m_wakes == wakesBefore;
            if (open) {
                for (const auto &work : *answer) {
                    m_waiting.push_back({work, now});
                }
            }
        }
    }
    if (!answer) {
        qCWarning(lcEngine).noquote() << "Claiming for" << m_options.name << "failed:" << answer.error().message;
        m_alarm->arm();
        return;
    }
    if (!open) {
        for (const auto &work : *answer) {
            work->giveBack();
        }
        return;
    }
    if (!answer->isEmpty()) {
        m_alarm->arm();
        startThreads();
    }
    claimMore();
}

void WorkPool::startThreads()
{
    const std::lock_guard lock(m_mutex);
    const int more = m_threads ? std::min(static_cast<int>(m_waiting.size()), slotCount() - m_active) : 0;
    for (int i = 0; i < more; ++i) {
        ++m_active;
        // The future says nothing that is not told otherwise.
        std::ignore = QtConcurrent::run(m_threads.get(), [self = shared_from_this()] { self->workOff(); });
    }
}

void WorkPool::workOff()
{
    std::unique_lock lock(m_mutex);
    while (!m_waiting.empty() && m_active <= slotCount()) {
        auto at = m_running.insert(m_running.end(), {m_waiting.front().work, std::chrono::steady_clock::now(), false});
        m_waiting.pop_front();
        const auto work = at->work;
        lock.unlock();
        work->run();
        lock.lock();
        const bool abandoned = at->abandoned;
        const auto now = std::chrono::steady_clock::now();
        m_pace.record(now - at->since);
        m_running.erase(at);
        if (abandoned) {
            // This thread has been replaced meanwhile.
            --m_stuck;
            lock.unlock();
            qCInfo(lcEngine).noquote() << "A stuck thread of" << m_options.name << "came back.";
            startThreads();
            claimMore();
            return;
        }
        if (mayClaim(now) && wanted(now) > 0) {
            lock.unlock();
            claimMore();
            lock.lock();
        }
    }
    --m_active;
}

void WorkPool::abandon(const std::shared_ptr<Work> &work)
{
    int stuck = 0;
    {
        const std::lock_guard lock(m_mutex);
        const auto it = std::find_if(m_running.begin(), m_running.end(),
                                     [&](const Running &item) { return item.work == work && !item.abandoned; });
        if (it == m_running.end()) {
            return; // back in the nick of time
        }
        it->abandoned = true;
        stuck = ++m_stuck;
        --m_active;
    }
    qCWarning(lcEngine).noquote() << "A thread of" << m_options.name << "is stuck in its work and is given up;" << stuck
                                  << "are stuck now.";
    work->abandon();
    startThreads();
    claimMore();
}

} // namespace dragonscales::engine
