// SPDX-License-Identifier: LGPL-3.0-or-later
#include "broker/broker_writer.h"

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::broker {

core::Error stoppedError()
{
    return {core::ErrorCode::Unavailable, u"broker"_s, u"The service is stopping: try again when it runs."_s, {}};
}

BrokerWriter::BrokerWriter(std::unique_ptr<Store> store, int maxBatch, Listener listener)
    : m_store(std::move(store))
    , m_maxBatch(maxBatch)
    , m_listener(std::move(listener))
    , m_last(m_store->lastEvent().value_or(EventId{}))
{
}

BrokerWriter::~BrokerWriter()
{
    stop();
}

void BrokerWriter::start()
{
    const std::lock_guard lock(m_mutex);
    if (!m_thread.joinable() && !m_stopping) {
        m_thread = std::thread([this] { loop(); });
    }
}

void BrokerWriter::stop()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stopping = true;
        m_idle = false;
        m_wake.notify_one();
    }
    if (m_thread.joinable()) {
        m_thread.join();
    }
    // Never started: nobody will do what was asked.
    for (Batch &batch : std::exchange(m_waiting, {})) {
        batch.forEachLane([](auto &lane) { lane.fail(stoppedError()); });
    }
}

EventId BrokerWriter::lastCommit() const
{
    const std::lock_guard lock(m_mutex);
    return m_last;
}

void BrokerWriter::loop()
{
    for (std::vector<Batch> batches = nextTurn(); !batches.empty(); batches = nextTurn()) {
        turn(std::move(batches));
    }
}

std::vector<Batch> BrokerWriter::nextTurn()
{
    std::unique_lock lock(m_mutex);
    while (m_waiting.empty() && !m_stopping) {
        m_idle = true;
        m_wake.wait(lock);
    }
    m_idle = false;
    std::vector<Batch> batches;
    int size = 0;
    while (!m_waiting.empty() && (batches.empty() || size + m_waiting.front().size() <= m_maxBatch)) {
        size += m_waiting.front().size();
        batches.push_back(std::move(m_waiting.front()));
        m_waiting.pop_front();
    }
    return batches;
}

void BrokerWriter::turn(std::vector<Batch> batches)
{
    if (const auto done = together(batches); !done) {
        // Some operation may be at fault: the others must not suffer from it.
        oneByOne(batches);
        return;
    }
    for (Batch &batch : batches) {
        batch.forEachLane([](auto &lane) { lane.resolve(); });
    }
}

core::Result<void> BrokerWriter::together(std::vector<Batch> &batches)
{
    return transaction([&]() -> core::Result<void> {
        core::Result<void> done;
        for (Batch &batch : batches) {
            batch.forEachLane([&](auto &lane) {
                if (done) {
                    done = lane.apply(*m_store);
                }
            });
        }
        return done;
    });
}

void BrokerWriter::oneByOne(std::vector<Batch> &batches)
{
    for (Batch &batch : batches) {
        batch.forEachLane([&](auto &lane) {
            lane.split([&](auto &one) {
                if (const auto done = transaction([&] { return one.apply(*m_store); }); done) {
                    one.resolve();
                } else {
                    trouble(done.error());
                    one.fail(done.error());
                }
            });
        });
    }
}

template <typename Work>
core::Result<void> BrokerWriter::transaction(Work &&work)
{
    if (auto begun = m_store->begin(); !begun) {
        m_store->rollback();
        return begun;
    }
    if (auto done = work(); !done) {
        m_store->rollback();
        return done;
    }
    const auto commit = m_store->commit();
    if (!commit) {
        m_store->rollback();
        return tl::unexpected(commit.error());
    }
    announce(*commit);
    return {};
}

void BrokerWriter::announce(const Commit &commit)
{
    if (!commit.events.isEmpty()) {
        {
            const std::lock_guard lock(m_mutex);
            m_last = commit.id;
        }
        m_listener.committed(commit);
    }
    if (!std::exchange(m_works, true)) {
        m_listener.writable(true, {});
    }
}

void BrokerWriter::trouble(const core::Error &error)
{
    switch (error.code) {
    case core::ErrorCode::Unavailable:
    case core::ErrorCode::StoreFull:
    case core::ErrorCode::StoreCorrupt:
        if (std::exchange(m_works, false)) {
            m_listener.writable(false, error.message);
        }
        break;
    default:
        break;
    }
}

} // namespace dragonscales::broker
