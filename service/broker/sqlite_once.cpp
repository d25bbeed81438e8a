// SPDX-License-Identifier: LGPL-3.0-or-later
#include "broker/sqlite_once.h"

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::broker::sqlite {

namespace {
constexpr auto kKeptFor = std::chrono::hours(24);
} // namespace

Answered::Answered(const Parts &parts)
    : m_db(parts.db)
    , m_find(parts.db, parts.sql["answered"])
    , m_keep(parts.db, parts.sql["keep_answer"])
    , m_forget(parts.db, parts.sql["forget_answers"])
{
}

std::optional<core::Result<core::JobSummary>> Answered::find(const core::JobSpec &spec, core::TimePoint now)
{
    if (!spec.idempotency) {
        return std::nullopt;
    }
    // This place's answer, or else any of the same request.
    Query query(m_find, Blob{spec.idempotency->key}, now, spec.idempotency->place);
    if (!query.next()) {
        return std::nullopt;
    }
    if (query.bytes(1) != spec.idempotency->body) {
        return core::failure(core::ErrorCode::Conflict,
                             u"This Idempotency-Key came with another body before; take a new one."_s, u"enqueue"_s);
    }
    if (query.integer(0) != spec.idempotency->place) {
        return std::nullopt;
    }
    core::JobSummary summary;
    summary.id = query.uuid(2);
    summary.queue = spec.queue;
    summary.task = spec.task.name;
    summary.storage = spec.storage.name;
    summary.callback = spec.callback.name;
    summary.priority = spec.priority;
    summary.status = core::JobStatus(query.integer(3));
    summary.created = query.time(4);
    summary.runAt = query.time(5);
    return summary;
}

void Answered::keep(const core::JobSpec &spec, const core::JobSummary &answer, core::TimePoint now)
{
    if (spec.idempotency) {
        Query(m_keep, Blob{spec.idempotency->key}, spec.idempotency->place, Blob{spec.idempotency->body}, answer.id,
              int(answer.status), answer.created, answer.runAt, now + kKeptFor)
            .run();
    }
}

int Answered::purge(core::TimePoint now, int n)
{
    Query(m_forget, now, n).run();
    return m_db.changes();
}

Locks::Locks(const Parts &parts)
    : m_db(parts.db)
    , m_some(parts.db, parts.sql["any_lock"])
    , m_take(parts.db, parts.sql["take_lock"])
    , m_holder(parts.db, parts.sql["lock_holder"])
    , m_release(parts.db, parts.sql["release_lock"])
{
    look();
}

std::optional<QUuid> Locks::take(const core::JobSpec &spec, core::TimePoint now)
{
    if (!spec.unique) {
        return std::nullopt;
    }
    const QByteArray lock = core::uniqueLockOf(spec.task);
    Query(m_take, Blob{lock}, spec.id, now + *spec.unique, now).run();
    if (m_db.failed() || m_db.changes() > 0) {
        m_any = true;
        return std::nullopt;
    }
    Query holder(m_holder, Blob{lock});
    return holder.next() ? holder.uuid(0) : QUuid();
}

void Locks::release(const QUuid &job)
{
    if (m_any) {
        Query(m_release, job).run();
    }
}

void Locks::look()
{
    Query query(m_some);
    m_any = query.next();
}

} // namespace dragonscales::broker::sqlite
