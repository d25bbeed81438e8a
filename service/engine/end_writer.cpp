// SPDX-License-Identifier: LGPL-3.0-or-later
#include "engine/end_writer.h"

#include "engine/log.h"
#include "engine/reply.h"

#include <algorithm>

namespace dragonscales::engine {

namespace {

// Errors of the store as a whole; all others are about this very end.
bool mayPass(core::ErrorCode code)
{
    switch (code) {
    case core::ErrorCode::Unavailable:
    case core::ErrorCode::StoreFull:
    case core::ErrorCode::StoreCorrupt:
    case core::ErrorCode::StoreInUse:
    case core::ErrorCode::TimedOut:
    case core::ErrorCode::Canceled:
        return true;
    default:
        return false;
    }
}

} // namespace

EndWriter::EndWriter(std::shared_ptr<Alarm> alarm, EndWriterOptions options)
    : m_alarm(std::move(alarm))
    , m_options(options)
{
}

void EndWriter::write(Post postEnd, Done done)
{
    auto item = std::make_shared<Item>();
    item->post = std::move(postEnd);
    item->done = std::move(done);
    {
        const std::lock_guard lock(m_mutex);
        ++m_pending;
    }
    post(item);
}

void EndWriter::post(const std::shared_ptr<Item> &item)
{
    const bool hopeless = item->hopelessFailures >= m_options.triesBeforeHopeless;
    auto reply = item->post(hopeless ? &item->last : nullptr);
    whenReady(std::move(reply), [self = shared_from_this(), item](core::Result<broker::LeaseState> answer) {
        self->onAnswer(item, std::move(answer));
    });
}

void EndWriter::onAnswer(const std::shared_ptr<Item> &item, core::Result<broker::LeaseState> answer)
{
    if (answer) {
        item->done(*answer);
        const std::lock_guard lock(m_mutex);
        --m_pending;
        m_failing = false;
        return;
    }
    auto pause = m_options.firstPause * (1 << std::min(item->failures, 10));
    pause = std::min(pause, m_options.longestPause);
    ++item->failures;
    item->hopelessFailures += mayPass(answer.error().code) ? 0 : 1;
    item->last = std::move(answer.error());
    item->due = std::chrono::steady_clock::now() + pause;
    bool firstOfMany = false;
    {
        const std::lock_guard lock(m_mutex);
        if (m_closed) {
            --m_pending; // the run begins again once its lease expires
            return;
        }
        m_waiting.push_back(item);
        firstOfMany = !m_failing;
        m_failing = true;
    }
    if (firstOfMany) {
        qCWarning(lcEngine).noquote() << "Ends of runs cannot be stored and are kept:" << item->last.message;
    }
    m_alarm->arm();
}

bool EndWriter::tick(SteadyTime now)
{
    std::vector<std::shared_ptr<Item>> due;
    bool more = false;
    {
        const std::lock_guard lock(m_mutex);
        const auto isDue = [now](const auto &item) { return item->due <= now; };
        const auto rest = std::stable_partition(m_waiting.begin(), m_waiting.end(), isDue);
        due.assign(m_waiting.begin(), rest);
        m_waiting.erase(m_waiting.begin(), rest);
        more = !m_waiting.empty();
    }
    for (const auto &item : due) {
        post(item);
    }
    return more;
}

void EndWriter::wake()
{
    {
        const std::lock_guard lock(m_mutex);
        for (const auto &item : m_waiting) {
            item->due = SteadyTime::min();
        }
    }
    m_alarm->arm();
}

int EndWriter::pending() const
{
    const std::lock_guard lock(m_mutex);
    return m_pending;
}

void EndWriter::close()
{
    decltype(m_waiting) dropped; // gone outside of the lock
    const std::lock_guard lock(m_mutex);
    m_closed = true;
    dropped.swap(m_waiting);
    m_pending -= static_cast<int>(dropped.size());
}

} // namespace dragonscales::engine
