// SPDX-License-Identifier: LGPL-3.0-or-later
#include "broker/broker_reader.h"

#include "broker/broker_writer.h"

namespace dragonscales::broker {

BrokerReader::BrokerReader(std::unique_ptr<Store> store)
    : m_store(std::move(store))
{
}

BrokerReader::~BrokerReader()
{
    stop();
}

void BrokerReader::start()
{
    const std::lock_guard lock(m_mutex);
    if (!m_thread.joinable() && !m_stopping) {
        m_thread = std::thread([this] { loop(); });
    }
}

void BrokerReader::stop()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stopping = true;
    }
    m_wake.notify_one();
    if (m_thread.joinable()) {
        m_thread.join();
    }
    for (const auto &task : std::exchange(m_waiting, {})) {
        task->refuse(stoppedError());
    }
}

void BrokerReader::add(std::unique_ptr<Task> task)
{
    {
        const std::lock_guard lock(m_mutex);
        if (!m_stopping) {
            m_waiting.push_back(std::move(task));
            m_wake.notify_one();
            return;
        }
    }
    task->refuse(stoppedError());
}

void BrokerReader::loop()
{
    while (const std::unique_ptr<Task> task = next()) {
        task->run(*m_store);
    }
}

std::unique_ptr<BrokerReader::Task> BrokerReader::next()
{
    std::unique_lock lock(m_mutex);
    m_wake.wait(lock, [this] { return m_stopping || !m_waiting.empty(); });
    if (m_waiting.empty()) {
        return nullptr;
    }
    std::unique_ptr<Task> task = std::move(m_waiting.front());
    m_waiting.pop_front();
    return task;
}

} // namespace dragonscales::broker
