// SPDX-License-Identifier: LGPL-3.0-or-later
#include "api/authorizer_queue.h"

namespace dragonscales::api {

AuthorizerQueue::AuthorizerQueue(int most, std::chrono::milliseconds patience)
    : m_most(most)
    , m_patience(patience)
{
}

AuthorizerQueue::~AuthorizerQueue()
{
    {
        const std::lock_guard lock(m_mutex);
        m_ending = true;
    }
    m_changed.notify_all();
    for (std::thread &thread : m_threads) {
        thread.join();
    }
}

void AuthorizerQueue::add(Ask ask)
{
    const std::lock_guard lock(m_mutex);
    m_waiting.push_back(std::move(ask));
    if (m_threads.empty()) {
        startThread();
    } else {
        m_changed.notify_one();
    }
}

int AuthorizerQueue::threads() const
{
    const std::lock_guard lock(m_mutex);
    return static_cast<int>(m_threads.size());
}

// Under the mutex.
void AuthorizerQueue::startThread()
{
    m_threads.emplace_back([this] { work(); });
}

// When those at work are all slow, another one may begin: the one that began last tells.
bool AuthorizerQueue::mayTake(Time now) const
{
    return m_begun.empty() || now - *m_begun.rbegin() >= m_patience;
}

void AuthorizerQueue::work()
{
    std::unique_lock lock(m_mutex);
    while (true) {
        if (m_waiting.empty()) {
            if (m_ending) {
                m_changed.notify_all(); // those that wait for a slow one's turn
                return;
            }
            m_changed.wait(lock);
        } else if (const Time now = std::chrono::steady_clock::now(); !mayTake(now)) {
            m_changed.wait_until(lock, *m_begun.rbegin() + m_patience);
        } else {
            Ask ask = std::move(m_waiting.front());
            m_waiting.pop_front();
            const auto mine = m_begun.insert(now);
            // Somebody has to be there to notice that this one is slow.
            if (!m_ending && m_threads.size() == m_begun.size() && static_cast<int>(m_threads.size()) < m_most) {
                startThread();
            }
            lock.unlock();
            ask();
            lock.lock();
            m_begun.erase(mine);
        }
    }
}

} // namespace dragonscales::api
