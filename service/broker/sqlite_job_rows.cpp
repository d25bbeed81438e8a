// SPDX-License-Identifier: LGPL-3.0-or-later
#include "broker/sqlite_job_rows.h"

#include "broker/sqlite_codec.h"

namespace dragonscales::broker::sqlite {

Tokens::Tokens()
{
    std::random_device device;
    std::seed_seq seed{device(), device(), device(), device(), device(), device(), device(), device()};
    m_random.seed(seed);
}

quint64 Tokens::next()
{
    quint64 token = 0;
    while (token == 0) {
        token = m_random();
    }
    return token;
}

core::JobSpec readSpec(const Query &query, const QUuid &id, const QString &queue, Names &names)
{
    core::JobSpec spec;
    spec.id = id;
    spec.queue = queue;
    spec.priority = query.integer(2);
    spec.runAt = query.time(4);
    spec.task = {names.nameOf(query.number(5)), query.bytes(17)};
    spec.storage = {names.nameOf(query.number(6)), query.bytes(18)};
    spec.callback = {names.nameOf(query.number(7)), query.bytes(19)};
    spec.resultTtl = std::chrono::seconds(query.number(11));
    spec.failureTtl = std::chrono::seconds(query.number(12));
    if (!query.isNull(13)) {
        spec.timeout = std::chrono::milliseconds(query.number(13));
    }
    spec.retry = decodeRetry(query.bytes(14));
    spec.tags = decodeTags(query.bytes(15));
    spec.traceparent = query.bytes(16);
    return spec;
}

JobRows::JobRows(const Parts &parts)
    : m_parts(parts)
    , m_byId(parts.db, parts.sql["live_by_id"])
    , m_expired(parts.db, parts.sql["expired_jobs"])
    , m_due(parts.db, parts.sql["due_jobs"])
{
}

JobRow JobRows::read(const Query &query)
{
    JobRow row;
    row.seq = query.number(0);
    row.id = query.uuid(1);
    row.status = core::JobStatus(query.integer(2));
    row.queue = query.number(3);
    row.priority = query.integer(4);
    row.created = query.time(5);
    row.started = query.time(6);
    row.ended = query.time(7);
    row.token = quint64(query.number(8));
    row.worker = query.isNull(9) ? std::nullopt : std::optional(query.number(9));
    row.task = query.number(10);
    row.storage = query.number(11);
    row.callback = query.number(12);
    row.run = query.integer(13);
    row.tries = query.integer(14);
    row.lost = query.integer(15);
    row.cancelRequested = query.number(16) != 0;
    row.removed = query.number(17) != 0;
    row.resultTtl = std::chrono::seconds(query.number(18));
    row.failureTtl = std::chrono::seconds(query.number(19));
    row.traceparent = query.bytes(20);
    row.callbackParams = query.bytes(21);
    row.attempts = query.bytes(22);
    row.runAt = query.time(23);
    return row;
}

QList<JobRow> JobRows::all(Query &query)
{
    QList<JobRow> rows;
    while (query.next()) {
        rows.append(read(query));
    }
    return rows;
}

std::optional<JobRow> JobRows::byId(const QUuid &id)
{
    Query query(m_byId, id);
    if (!query.next()) {
        return std::nullopt;
    }
    return read(query);
}

std::optional<JobRow> JobRows::held(const QUuid &id, int run, quint64 token)
{
    std::optional<JobRow> row = byId(id);
    if (row && (row->status != core::JobStatus::Started || row->token != token || row->run != run)) {
        row.reset();
    }
    return row;
}

QList<JobRow> JobRows::expired(core::TimePoint now, int n)
{
    Query query(m_expired, now, n);
    return all(query);
}

QList<JobRow> JobRows::due(core::TimePoint now, int n)
{
    Query query(m_due, now, n);
    return all(query);
}

core::JobSummary JobRows::summary(const JobRow &row, const core::JobError *error)
{
    core::JobSummary summary;
    summary.id = row.id;
    summary.queue = m_parts.names.nameOf(row.queue);
    summary.task = m_parts.names.nameOf(row.task);
    summary.storage = m_parts.names.nameOf(row.storage);
    summary.callback = m_parts.names.nameOf(row.callback);
    summary.status = row.status;
    summary.run = row.run;
    summary.priority = row.priority;
    summary.created = row.created;
    summary.runAt = row.runAt;
    summary.started = row.started;
    summary.ended = row.ended;
    summary.tries = row.tries;
    summary.worker = m_parts.names.nameOf(row.worker.value_or(0));
    if (error != nullptr) {
        summary.errorType = error->type;
        summary.errorMessage = error->message;
    }
    return summary;
}

void JobRows::tell(Event::Kind kind, const JobRow &row, const core::JobError *error)
{
    if (!row.removed) {
        m_parts.events.add(kind, summary(row, error));
    }
}

} // namespace dragonscales::broker::sqlite
