// SPDX-License-Identifier: LGPL-3.0-or-later
#include "broker/sqlite_ends.h"

namespace dragonscales::broker::sqlite {

Cancels::Cancels(const Parts &parts, JobRows &rows, RunEnd &runEnd, Locks &locks)
    : m_parts(parts)
    , m_rows(rows)
    , m_runEnd(runEnd)
    , m_locks(locks)
    , m_request(parts.db, parts.sql["request_cancel"])
    , m_remove(parts.db, parts.sql["remove_job"])
{
}

QList<CancelResult> Cancels::cancel(const QList<QUuid> &jobs)
{
    QList<CancelResult> results;
    results.reserve(jobs.size());
    for (const QUuid &id : jobs) {
        std::optional<JobRow> row = m_rows.byId(id);
        results.append(row && !row->removed ? cancelRow(*row) : CancelResult::NotFound);
        m_parts.events.endBatch(); // the next one may have been changed by this one's end
    }
    return results;
}

QList<bool> Cancels::remove(const QList<QUuid> &jobs)
{
    QList<bool> results;
    results.reserve(jobs.size());
    for (const QUuid &id : jobs) {
        std::optional<JobRow> row = m_rows.byId(id);
        results.append(row && !row->removed);
        if (results.last()) {
            removeRow(*row);
        }
        m_parts.events.endBatch(); // the next one may have been changed by this one's end
    }
    return results;
}

CancelResult Cancels::cancelRow(JobRow &row)
{
    if (core::isEnd(row.status)) {
        return CancelResult::AlreadyEnded;
    }
    if (row.status != core::JobStatus::Started) {
        const core::JobStatus before = std::exchange(row.status, core::JobStatus::Canceled);
        m_runEnd.end(row, before, {}, {});
        return CancelResult::Canceled;
    }
    Query(m_request, row.seq).run();
    // Told of a removed job as well: its worker has to hear of it.
    m_parts.events.add(Event::Kind::JobCancelRequested, m_rows.summary(row));
    return CancelResult::Requested;
}

void Cancels::removeRow(JobRow &row)
{
    const core::JobStatus before = row.status;
    // Removed first, so that the end is told to nobody but its callback, and absent from the counts from now on.
    row.removed = true;
    Query(m_remove, row.seq).run();
    m_locks.release(row.id);
    m_parts.events.add(Event::Kind::JobRemoved, m_rows.summary(row));
    if (cancelRow(row) == CancelResult::Requested) {
        m_parts.counters.leave(row.queue, before);
        m_parts.counters.linger(row.queue);
    }
}

} // namespace dragonscales::broker::sqlite
