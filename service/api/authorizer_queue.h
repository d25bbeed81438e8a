// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <QtGlobal>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

namespace dragonscales::api {

// Runs questions to an authorizer that may block, outside of the threads that serve clients. As long as it answers
// quickly one thread, and so one process of the authorizer's, is asked at a time, which is the fastest; whatever waits
// longer than `patience` gets a thread of its own, up to `most`.
class AuthorizerQueue final
{
public:
    using Ask = std::function<void()>;

    explicit AuthorizerQueue(int most = 8, std::chrono::milliseconds patience = std::chrono::milliseconds(20));
    ~AuthorizerQueue(); // runs what waits, and comes back when all are done
    Q_DISABLE_COPY_MOVE(AuthorizerQueue)

    // Thread-safe.
    void add(Ask ask);
    int threads() const;

private:
    using Time = std::chrono::steady_clock::time_point;

    void work();
    bool mayTake(Time now) const;
    void startThread();

    const int m_most;
    const std::chrono::milliseconds m_patience;
    mutable std::mutex m_mutex;
    std::condition_variable m_changed;
    std::deque<Ask> m_waiting;
    std::multiset<Time> m_begun; // of those at work: when
    bool m_ending = false;
    std::vector<std::thread> m_threads;
};

} // namespace dragonscales::api
