// SPDX-License-Identifier: LGPL-3.0-or-later
#include "broker/sqlite_ends.h"

#include "broker/sqlite_codec.h"

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::broker::sqlite {

namespace {

constexpr int kMaxLost = 3; // leases of one run that may expire; one more fails it

} // namespace

Logs::Logs(const Parts &parts)
    : m_last(parts.db, parts.sql["last_line"])
    , m_add(parts.db, parts.sql["add_line"])
    , m_cut(parts.db, parts.sql["cut_lines"])
{
}

void Logs::append(qint64 job, const QList<core::LogLine> &lines)
{
    if (lines.isEmpty()) {
        return;
    }
    qint64 number = 0;
    {
        Query query(m_last, job);
        number = query.next() ? query.number(0) : 0;
    }
    for (const core::LogLine &line : lines.last(std::min<qsizetype>(lines.size(), core::kMaxLogLines))) {
        Query(m_add, job, ++number, qint64(line.time.time_since_epoch().count()), line.level, line.text).run();
    }
    if (number > core::kMaxLogLines) {
        Query(m_cut, job, number - core::kMaxLogLines).run();
    }
}

Attempts::Attempts(const Parts &parts, JobRows &rows, RunEnd &runEnd)
    : m_parts(parts)
    , m_rows(rows)
    , m_runEnd(runEnd)
    , m_logs(parts)
    , m_putBack(parts.db, parts.sql["put_back_job"])
    , m_progress(parts.db, parts.sql["progress_job"])
{
}

QList<LeaseState> Attempts::progress(const QList<JobProgress> &list)
{
    QList<LeaseState> states;
    states.reserve(list.size());
    for (const JobProgress &told : list) {
        const auto row = m_rows.held(told.lease.id, told.lease.run, told.lease.token);
        if (!row) {
            states.append(LeaseState::Stale);
            continue;
        }
        setProgress(row->seq, told.progress, told.text);
        m_logs.append(row->seq, told.log);
        m_rows.tell(Event::Kind::JobProgress, *row);
        states.append(row->cancelRequested ? LeaseState::CancelRequested : LeaseState::Held);
    }
    return states;
}

void Attempts::setProgress(qint64 job, double progress, const QString &text)
{
    if (progress >= 0 || !text.isEmpty()) {
        Query(m_progress, job, progress >= 0 ? std::optional(progress) : std::nullopt, text).run();
    }
}

QList<LeaseState> Attempts::finish(const QList<JobEnd> &ends)
{
    const core::TimePoint now = m_parts.clock.now();
    QList<LeaseState> states;
    states.reserve(ends.size());
    for (const JobEnd &end : ends) {
        states.append(finishOne(end, now));
    }
    return states;
}

LeaseState Attempts::finishOne(const JobEnd &end, core::TimePoint now)
{
    std::optional<JobRow> row = m_rows.held(end.lease.id, end.lease.run, end.lease.token);
    if (!row) {
        return LeaseState::Stale;
    }
    m_logs.append(row->seq, end.log);
    setProgress(row->seq, end.progress, end.progressText);
    if (!end.attempt.worker.isEmpty()) {
        row->worker = m_parts.names.idOf(end.attempt.worker);
    }
    if (end.attempt.started != core::TimePoint{}) {
        row->started = end.attempt.started;
    }
    const bool goesOn = end.kind == JobEnd::Kind::Retry || end.kind == JobEnd::Kind::Requeue;
    if (!goesOn || row->cancelRequested) {
        conclude(*row, end);
    } else if (end.kind == JobEnd::Kind::Requeue) {
        noteAttempt(*row, core::AttemptOutcome::Requeued, {});
        putBack(*row, core::JobStatus::Queued, now);
    } else {
        noteAttempt(*row, core::AttemptOutcome::Failed, withFingerprint(*row, end.error));
        row->tries += 1;
        putBack(*row, core::JobStatus::Scheduled, std::max(end.runAt, now));
    }
    return LeaseState::Held;
}

void Attempts::conclude(JobRow &row, const JobEnd &end)
{
    std::optional<core::JobError> error;
    QByteArray location;
    switch (end.kind) {
    case JobEnd::Kind::Finished:
        row.status = core::JobStatus::Finished;
        location = end.location;
        break;
    case JobEnd::Kind::Failed:
        row.status = core::JobStatus::Failed;
        row.tries += 1;
        error = withFingerprint(row, end.error);
        break;
    default:
        row.status = core::JobStatus::Canceled;
    }
    endStarted(row, location, error);
}

// A removed one has left its counter already.
void Attempts::endStarted(JobRow &row, const QByteArray &location, const std::optional<core::JobError> &error)
{
    if (row.removed) {
        m_parts.counters.lingersNoMore(row.queue);
    }
    m_runEnd.end(row, row.removed ? std::nullopt : std::optional(core::JobStatus::Started), location, error);
}

core::JobError Attempts::withFingerprint(const JobRow &row, core::JobError error)
{
    if (error.fingerprint.isEmpty()) {
        error.fingerprint = core::fingerprintOf(m_parts.names.nameOf(row.task), error);
    }
    return error;
}

void Attempts::noteAttempt(JobRow &row, core::AttemptOutcome outcome, const std::optional<core::JobError> &error)
{
    row.attempts = withAttempt(row.attempts, {row.run, m_parts.names.nameOf(row.worker.value_or(0)), row.started,
                                              m_parts.clock.now(), outcome, error});
    row.worker.reset();
}

void Attempts::putBack(JobRow &row, core::JobStatus status, core::TimePoint runAt)
{
    m_parts.counters.leave(row.queue, core::JobStatus::Started);
    m_parts.counters.enter(row.queue, status);
    row.status = status;
    row.runAt = runAt;
    Query(m_putBack, row.seq, int(status), runAt, row.tries, row.lost, row.attempts).run();
    m_rows.tell(status == core::JobStatus::Queued ? Event::Kind::JobQueued : Event::Kind::JobScheduled, row);
}

int Attempts::recover(int n)
{
    const core::TimePoint now = m_parts.clock.now();
    QList<JobRow> rows = m_rows.expired(now, n);
    for (JobRow &row : rows) {
        recoverOne(row, now);
    }
    return int(rows.size());
}

void Attempts::recoverOne(JobRow &row, core::TimePoint now)
{
    row.lost += 1;
    noteAttempt(row, core::AttemptOutcome::Lost, {});
    if (!row.cancelRequested && row.lost <= kMaxLost) {
        putBack(row, core::JobStatus::Queued, now);
        return;
    }
    std::optional<core::JobError> error;
    row.status = core::JobStatus::Canceled;
    if (!row.cancelRequested) {
        row.status = core::JobStatus::Failed;
        error = withFingerprint(
            row,
            {u"lost"_s,
             u"The worker of this job vanished %1 times before it was done: it is not tried again."_s.arg(row.lost),
             {},
             {}});
    }
    endStarted(row, {}, error);
}

} // namespace dragonscales::broker::sqlite
