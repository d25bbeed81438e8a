// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "host/host.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

namespace dragonscales::api {

struct AuthorizerQueueOptions
{
    int threads = 8;                           // at most
    int batch = 32;                            // requests that are asked about at once, at most
    std::chrono::milliseconds patience{20};    // with one that is asked, before another thread begins
    std::chrono::microseconds batchTime{4000}; // so many are taken at once as should not take longer
};

// Asks an authorizer that may block, outside of the threads that serve clients. As long as it answers quickly one
// thread, and so one process of the authorizer's, is asked at a time, about all that waits at once, which is the
// fastest; whatever waits longer than `patience` gets a thread of its own. Who is asked about together with a request
// that turns out to be slow waits for it.
class AuthorizerQueue final
{
public:
    // Called in threads of the queue, several at once: a verdict for each of the requests.
    using Answer = std::function<QList<sdk::Verdict>(const QList<sdk::Request> &)>;
    using Done = std::function<void(const sdk::Verdict &)>;

    explicit AuthorizerQueue(Answer answer, const AuthorizerQueueOptions &options = {});
    ~AuthorizerQueue(); // asks about what waits, and comes back when all are done
    Q_DISABLE_COPY_MOVE(AuthorizerQueue)

    // Thread-safe; `done` is called in a thread of the queue.
    void ask(sdk::Request request, Done done);
    int threads() const;

private:
    using Time = std::chrono::steady_clock::time_point;
    struct Waiting
    {
        sdk::Request request;
        Done done;
    };

    void work();
    bool mayTake(Time now) const;
    std::vector<Waiting> take();
    void serve(const std::vector<Waiting> &batch) const;
    void learn(std::chrono::nanoseconds time, size_t requests);

    const Answer m_answer;
    const AuthorizerQueueOptions m_options;
    mutable std::mutex m_mutex;
    std::condition_variable m_changed;
    std::deque<Waiting> m_waiting;
    std::multiset<Time> m_begun;    // of those at work: when
    std::chrono::nanoseconds m_one; // what one request took lately
    bool m_ending = false;
    std::vector<std::thread> m_threads;
};

} // namespace dragonscales::api
