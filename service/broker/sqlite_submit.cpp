// SPDX-License-Identifier: LGPL-3.0-or-later
#include "broker/sqlite_submit.h"

#include "broker/sqlite_codec.h"

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::broker::sqlite {

namespace {

std::optional<core::Error> faultOf(const core::JobSpec &spec)
{
    const auto error = [](const QString &message) {
        return core::Error{core::ErrorCode::InvalidArgument, u"enqueue"_s, message, {}};
    };
    if (spec.id.isNull()) {
        return error(u"A job needs an id."_s);
    }
    if (spec.queue.isEmpty()) {
        return error(u"A job needs the name of a queue."_s);
    }
    if (spec.priority < -100 || spec.priority > 100) {
        return error(u"The priority %1 is outside of -100 to 100."_s.arg(spec.priority));
    }
    return std::nullopt;
}

} // namespace

Submissions::Submissions(const Parts &parts, JobRows &rows, QueueControl &control, Locks &locks,
                         Dependencies &dependencies)
    : m_parts(parts)
    , m_rows(rows)
    , m_control(control)
    , m_locks(locks)
    , m_dependencies(dependencies)
    , m_answered(parts)
    , m_add(parts.db, parts.sql["add_job"])
    , m_promote(parts.db, parts.sql["promote_job"])
{
}

QList<core::Result<core::JobSummary>> Submissions::enqueue(const QList<core::JobSpec> &specs)
{
    const core::TimePoint now = m_parts.clock.now();
    QList<core::Result<core::JobSummary>> results;
    results.reserve(specs.size());
    for (const core::JobSpec &spec : specs) {
        results.append(enqueueOne(spec, now));
    }
    return results;
}

core::Result<core::JobSummary> Submissions::enqueueOne(const core::JobSpec &spec, core::TimePoint now)
{
    if (auto fault = faultOf(spec)) {
        return tl::unexpected(std::move(*fault));
    }
    if (auto answer = m_answered.find(spec, now)) {
        return std::move(*answer);
    }
    JobRow row = rowOf(spec, now);
    if (auto refusal = refusalOf(spec, row, now)) {
        return tl::unexpected(std::move(*refusal));
    }
    if (m_dependencies.wait(spec)) {
        row.status = core::JobStatus::Waiting;
    }
    if (!add(spec, row)) {
        m_locks.release(spec.id);
        return core::failure(core::ErrorCode::Conflict,
                             u"There is a job %1 already."_s.arg(spec.id.toString(QUuid::WithoutBraces)), u"enqueue"_s);
    }
    m_parts.counters.enter(row.queue, row.status);
    core::JobSummary summary = m_rows.summary(row);
    m_parts.events.add(row.status == core::JobStatus::Queued ? Event::Kind::JobQueued : Event::Kind::JobScheduled,
                       summary);
    m_answered.keep(spec, summary, now);
    return summary;
}

JobRow Submissions::rowOf(const core::JobSpec &spec, core::TimePoint now)
{
    JobRow row;
    row.id = spec.id;
    row.queue = m_parts.names.idOf(spec.queue);
    row.task = m_parts.names.idOf(spec.task.name);
    row.storage = m_parts.names.idOf(spec.storage.name);
    row.callback = m_parts.names.idOf(spec.callback.name);
    row.status = spec.runAt > now ? core::JobStatus::Scheduled : core::JobStatus::Queued;
    row.priority = spec.priority;
    row.created = now;
    row.runAt = spec.runAt;
    return row;
}

// The lock comes last: whoever is refused for another reason must not hold it.
std::optional<core::Error> Submissions::refusalOf(const core::JobSpec &spec, const JobRow &row, core::TimePoint now)
{
    const qint64 most = m_control.maxQueued(row.queue, spec.maxQueued);
    if (most > 0 && m_parts.counters.waiting(row.queue) >= most) {
        return core::Error{core::ErrorCode::QueueFull,
                           spec.queue,
                           u"The queue \"%1\" is full: %2 jobs wait in it. Try again later."_s.arg(spec.queue)
                               .arg(m_parts.counters.waiting(row.queue)),
                           {}};
    }
    if (auto fault = m_dependencies.faultOf(spec)) {
        return fault;
    }
    if (const auto holder = m_locks.take(spec, now)) {
        return core::Error{core::ErrorCode::Conflict,
                           u"unique"_s,
                           u"The job %1 with the same task and params has not ended yet."_s.arg(
                               holder->toString(QUuid::WithoutBraces)),
                           {}};
    }
    return std::nullopt;
}

// False: there is one with this id.
bool Submissions::add(const core::JobSpec &spec, const JobRow &row)
{
    std::optional<qint64> timeout;
    if (spec.timeout) {
        timeout.emplace(spec.timeout->count());
    }
    Query(m_add, row.id, int(row.status), row.queue, row.priority, row.created, row.runAt, row.task, row.storage,
          row.callback, qint64(spec.resultTtl.count()), qint64(spec.failureTtl.count()), timeout,
          encodeRetry(spec.retry), encodeTags(spec.tags), spec.traceparent, spec.task.params, spec.storage.params,
          spec.callback.params, encodeDependencies(spec))
        .run();
    return m_parts.db.failed() || m_parts.db.changes() > 0;
}

int Submissions::promoteDue(int n)
{
    const core::TimePoint now = m_parts.clock.now();
    m_control.resumeDue(now);
    QList<JobRow> rows = m_rows.due(now, n);
    for (JobRow &row : rows) {
        Query(m_promote, row.seq).run();
        m_parts.counters.leave(row.queue, row.status);
        row.status = core::JobStatus::Queued;
        m_parts.counters.enter(row.queue, row.status);
        m_rows.tell(Event::Kind::JobQueued, row);
    }
    return int(rows.size());
}

Claims::Claims(const Parts &parts, JobRows &rows, QueueControl &control)
    : m_parts(parts)
    , m_rows(rows)
    , m_control(control)
    , m_ready(parts.db, parts.sql["ready_jobs"])
    , m_start(parts.db, parts.sql["start_job"])
    , m_renew(parts.db, parts.sql["renew_job"])
{
}

QList<ClaimedJob> Claims::claim(const QString &queue, int n, const QString &worker, std::chrono::milliseconds lease,
                                const QueueLimits &limits)
{
    QList<ClaimedJob> claimed;
    const std::optional<qint64> queueId = m_parts.names.known(queue);
    if (!queueId || n <= 0) {
        return claimed;
    }
    const core::TimePoint now = m_parts.clock.now();
    const int allowed = m_control.allowed(*queueId, n, limits, now);
    if (allowed == 0) {
        m_control.started(*queueId, 0, now);
        return claimed;
    }
    const qint64 workerId = m_parts.names.idOf(worker);
    QList<JobRow> rows;
    {
        Query query(m_ready, *queueId, allowed);
        while (query.next()) {
            JobRow row;
            row.seq = query.number(0);
            row.id = query.uuid(1);
            row.status = core::JobStatus::Started;
            row.queue = *queueId;
            row.priority = query.integer(2);
            row.created = query.time(3);
            row.started = now;
            row.worker = workerId;
            row.task = query.number(5);
            row.storage = query.number(6);
            row.callback = query.number(7);
            row.run = query.integer(8);
            row.tries = query.integer(9);
            row.lost = query.integer(10);
            claimed.append({{row.id, row.run, m_parts.tokens.next()},
                            readSpec(query, row.id, queue, m_parts.names),
                            row.tries,
                            row.lost,
                            row.created});
            rows.append(row);
        }
    }
    for (qsizetype i = 0; i < rows.size(); ++i) {
        Query(m_start, rows[i].seq, now, now + lease, claimed[i].lease.token, workerId).run();
        m_parts.counters.leave(*queueId, core::JobStatus::Queued);
        m_parts.counters.enter(*queueId, core::JobStatus::Started);
        m_rows.tell(Event::Kind::JobStarted, rows[i]);
    }
    m_control.started(*queueId, static_cast<int>(rows.size()), now);
    return claimed;
}

QList<LeaseState> Claims::renew(const QList<Lease> &leases, std::chrono::milliseconds lease)
{
    const core::TimePoint expiry = m_parts.clock.now() + lease;
    QList<LeaseState> states;
    states.reserve(leases.size());
    for (const Lease &held : leases) {
        Query query(m_renew, held.id, held.token, held.run, expiry);
        states.append(!query.next()          ? LeaseState::Stale
                      : query.number(0) != 0 ? LeaseState::CancelRequested
                                             : LeaseState::Held);
    }
    return states;
}

} // namespace dragonscales::broker::sqlite
