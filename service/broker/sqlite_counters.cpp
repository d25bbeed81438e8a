// SPDX-License-Identifier: LGPL-3.0-or-later
#include "broker/sqlite_counters.h"

namespace dragonscales::broker::sqlite {

Counters::Counters(Database &database, const SqlFile &sql)
    : m_all(database, sql["all_queues"])
    , m_lingering(database, sql["removed_running"])
    , m_write(database, sql["count_queue"])
{
}

void Counters::load()
{
    Query query(m_all);
    while (query.next()) {
        m_now.insert(query.number(0), Entry{query.number(1), query.number(2), query.number(3), 0});
    }
    Query lingering(m_lingering);
    while (lingering.next()) {
        m_now[lingering.number(0)].lingering = lingering.number(1);
    }
}

Counters::Entry &Counters::change(qint64 queue)
{
    Entry &entry = m_now[queue];
    if (!m_before.contains(queue)) {
        m_before.insert(queue, entry);
    }
    return entry;
}

void Counters::add(qint64 queue, core::JobStatus status, int by)
{
    Entry &entry = change(queue);
    switch (status) {
    case core::JobStatus::Scheduled:
    case core::JobStatus::Waiting:
        entry.scheduled += by;
        break;
    case core::JobStatus::Queued:
        entry.queued += by;
        break;
    case core::JobStatus::Started:
        entry.started += by;
        break;
    default:
        break;
    }
}

qint64 Counters::waiting(qint64 queue) const
{
    const Entry entry = m_now.value(queue);
    return entry.scheduled + entry.queued;
}

qint64 Counters::running(qint64 queue) const
{
    const Entry entry = m_now.value(queue);
    return entry.started + entry.lingering;
}

void Counters::flush()
{
    for (auto it = m_before.keyBegin(); it != m_before.keyEnd(); ++it) {
        const Entry &entry = m_now[*it];
        Query(m_write, *it, entry.scheduled, entry.queued, entry.started).run();
    }
}

void Counters::rolledBack()
{
    for (auto it = m_before.cbegin(); it != m_before.cend(); ++it) {
        m_now.insert(it.key(), it.value());
    }
    m_before.clear();
}

} // namespace dragonscales::broker::sqlite
