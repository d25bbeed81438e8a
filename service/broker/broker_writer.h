// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "broker/broker_batch.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace dragonscales::broker {

core::Error stoppedError();

// The thread that writes. Asked from any thread; the two functions are called from its own.
class BrokerWriter final
{
public:
    struct Listener
    {
        std::function<void(const Commit &)> committed;
        std::function<void(bool works, const QString &why)> writable;
    };

    BrokerWriter(std::unique_ptr<Store> store, int maxBatch, Listener listener);
    ~BrokerWriter();
    Q_DISABLE_COPY_MOVE(BrokerWriter)

    void start();
    void stop(); // after all that has been asked is done

    template <typename Call>
    typename Lane<Call>::Reply ask(typename Call::Argument argument)
    {
        const std::lock_guard lock(m_mutex);
        if (m_stopping) {
            Lane<Call> lane;
            auto reply = lane.add(std::move(argument));
            lane.fail(stoppedError());
            return reply;
        }
        if (m_waiting.empty() || m_waiting.back().size() >= m_maxBatch || !m_waiting.back().template takes<Call>()) {
            m_waiting.emplace_back();
        }
        auto reply = m_waiting.back().template add<Call>(std::move(argument));
        if (m_idle) {
            m_idle = false;
            m_wake.notify_one();
        }
        return reply;
    }

    Store &store() { return *m_store; } // for what is thread-safe of it
    EventId lastCommit() const;

private:
    void loop();
    std::vector<Batch> nextTurn();
    void turn(std::vector<Batch> batches);
    core::Result<void> together(std::vector<Batch> &batches);
    void oneByOne(std::vector<Batch> &batches);
    template <typename Work>
    core::Result<void> transaction(Work &&work);
    void announce(const Commit &commit);
    void trouble(const core::Error &error);

    std::unique_ptr<Store> m_store;
    const int m_maxBatch;
    const Listener m_listener;
    bool m_works = true; // of the writer's thread

    mutable std::mutex m_mutex;
    std::condition_variable m_wake;
    std::deque<Batch> m_waiting;
    bool m_idle = false;
    bool m_stopping = false;
    EventId m_last;
    std::thread m_thread;
};

} // namespace dragonscales::broker
