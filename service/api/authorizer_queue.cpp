// SPDX-License-Identifier: LGPL-3.0-or-later
#include "api/authorizer_queue.h"

#include <algorithm>

namespace dragonscales::api {

AuthorizerQueue::AuthorizerQueue(Answer answer, const AuthorizerQueueOptions &options)
    : m_answer(std::move(answer))
    , m_options(options)
    , m_one(options.batchTime) // nothing is known yet: one at a time
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

void AuthorizerQueue::ask(sdk::Request request, Done done)
{
    const std::lock_guard lock(m_mutex);
    m_waiting.push_back({std::move(request), std::move(done)});
    if (m_threads.empty()) {
        m_threads.emplace_back([this] { work(); });
    } else {
        m_changed.notify_one();
    }
}

int AuthorizerQueue::threads() const
{
    const std::lock_guard lock(m_mutex);
    return static_cast<int>(m_threads.size());
}

// When those at work are all slow, another one may begin: the one that began last tells.
bool AuthorizerQueue::mayTake(Time now) const
{
    return m_begun.empty() || now - *m_begun.rbegin() >= m_options.patience;
}

std::vector<AuthorizerQueue::Waiting> AuthorizerQueue::take()
{
    const auto quick = m_options.batchTime / std::max(m_one, std::chrono::nanoseconds(1));
    const auto most = std::clamp<qint64>(quick, 1, m_options.batch);
    const auto end = m_waiting.begin() + std::min<qint64>(most, static_cast<qint64>(m_waiting.size()));
    std::vector<Waiting> batch(std::make_move_iterator(m_waiting.begin()), std::make_move_iterator(end));
    m_waiting.erase(m_waiting.begin(), end);
    return batch;
}

void AuthorizerQueue::serve(const std::vector<Waiting> &batch) const
{
    QList<sdk::Request> requests;
    for (const Waiting &one : batch) {
        requests.append(one.request);
    }
    const QList<sdk::Verdict> verdicts = m_answer(requests);
    for (size_t i = 0; i < batch.size(); ++i) {
        batch[i].done(verdicts.at(static_cast<qsizetype>(i)));
    }
}

// One that is really slow counts at once, half of its time being long enough; one that the machine held up is soon
// forgotten.
void AuthorizerQueue::learn(std::chrono::nanoseconds time, size_t requests)
{
    const auto one = time / static_cast<qint64>(requests);
    m_one = (m_one + one) / 2;
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
            m_changed.wait_until(lock, *m_begun.rbegin() + m_options.patience);
        } else {
            const std::vector<Waiting> batch = take();
            const auto mine = m_begun.insert(now);
            if (!m_waiting.empty()) {
                m_changed.notify_one(); // so that one of the others looks when their turn is
            }
            // Somebody has to be there to notice that this one is slow.
            if (!m_ending && m_threads.size() == m_begun.size() &&
                static_cast<int>(m_threads.size()) < m_options.threads) {
                m_threads.emplace_back([this] { work(); });
            }
            lock.unlock();
            serve(batch);
            const auto time = std::chrono::steady_clock::now() - now;
            lock.lock();
            learn(time, batch.size());
            m_begun.erase(mine);
        }
    }
}

} // namespace dragonscales::api
