// SPDX-License-Identifier: LGPL-3.0-or-later
#include "broker/sqlite_ends.h"

#include "broker/sqlite_keys.h"
#include "core/ids.h"

#include <utility>

namespace dragonscales::broker::sqlite {

namespace {

Event::Kind eventOf(core::JobStatus status)
{
    switch (status) {
    case core::JobStatus::Finished:
        return Event::Kind::JobFinished;
    case core::JobStatus::Failed:
        return Event::Kind::JobFailed;
    default:
        return Event::Kind::JobCanceled;
    }
}

// A removed job goes as soon as its deliveries are closed.
qint64 expiryOf(const JobRow &row)
{
    if (row.removed) {
        return 0;
    }
    const auto kept = row.status == core::JobStatus::Finished ? row.resultTtl : row.failureTtl;
    return (row.ended + kept).time_since_epoch().count();
}

} // namespace

RunEnd::RunEnd(const Parts &parts, JobRows &rows, Locks &locks, Dependencies &dependencies)
    : m_parts(parts)
    , m_rows(rows)
    , m_locks(locks)
    , m_dependencies(dependencies)
    , m_end(parts.db, parts.sql["end_job"])
    , m_addDelivery(parts.db, parts.sql["add_delivery"])
{
}

// Not by recursion: chains may be long.
void RunEnd::end(JobRow &row, std::optional<core::JobStatus> counted, const QByteArray &location,
                 const std::optional<core::JobError> &error)
{
    endOne(row, counted, location, error);
    QList<QUuid> canceled = m_dependencies.ended(row);
    while (!canceled.isEmpty()) {
        // Read again: it may depend on several that are canceled here, and end only once.
        std::optional<JobRow> child = m_rows.byId(canceled.takeLast());
        if (!child || child->status != core::JobStatus::Waiting) {
            continue;
        }
        const core::JobStatus before = std::exchange(child->status, core::JobStatus::Canceled);
        endOne(*child, before, {}, {});
        canceled += m_dependencies.ended(*child);
    }
}

void RunEnd::endOne(JobRow &row, std::optional<core::JobStatus> counted, const QByteArray &location,
                    const std::optional<core::JobError> &error)
{
    row.ended = m_parts.clock.now();
    const core::JobError shown = error.value_or(core::JobError{});
    Query(m_end, row.seq, int(row.status), row.ended, expiryOf(row), row.started, row.worker, location, shown.type,
          shown.message, shown.detail, shown.fingerprint, row.lost, row.tries, row.attempts)
        .run();
    m_locks.release(row.id);
    if (counted) {
        m_parts.counters.leave(row.queue, *counted);
    }
    m_rows.tell(eventOf(row.status), row, error ? &*error : nullptr);
    addDelivery(row, location, error);
}

void RunEnd::addDelivery(const JobRow &row, const QByteArray &location, const std::optional<core::JobError> &error)
{
    Query(m_addDelivery, deliverySeq(row.seq, row.run), row.id, row.ended, row.callback, row.traceparent,
          row.callbackParams, core::statusObject(row.id, row.status, location, error))
        .run();
    core::Delivery delivery;
    delivery.id = core::deliveryId(row.id, row.run);
    delivery.job = row.id;
    delivery.run = row.run;
    delivery.callback.name = m_parts.names.nameOf(row.callback);
    delivery.callback.params.clear();
    delivery.created = row.ended;
    delivery.nextTry = row.ended;
    m_parts.events.add(Event::Kind::DeliveryPending, std::move(delivery));
}

} // namespace dragonscales::broker::sqlite
