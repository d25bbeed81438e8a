// SPDX-License-Identifier: LGPL-3.0-or-later
#include "broker/sqlite_again.h"

#include "broker/sqlite_codec.h"
#include "broker/sqlite_keys.h"

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::broker::sqlite {

namespace {

tl::unexpected<core::Error> conflict(const QString &act, const QString &message)
{
    return core::failure(core::ErrorCode::Conflict, message, act);
}

QString wordOf(core::JobStatus status)
{
    return QString::fromLatin1(core::statusWord(status));
}

} // namespace

Again::Again(const Parts &parts, JobRows &rows)
    : m_parts(parts)
    , m_rows(rows)
    , m_errorOf(parts.db, parts.sql["error_of"])
    , m_retry(parts.db, parts.sql["retry_job"])
    , m_promote(parts.db, parts.sql["promote_job"])
{
}

Again::Answers Again::retry(const QList<QUuid> &jobs)
{
    Answers answers;
    answers.reserve(jobs.size());
    for (const QUuid &id : jobs) {
        answers.append(retryOne(id));
    }
    return answers;
}

Again::Answers Again::runNow(const QList<QUuid> &jobs)
{
    Answers answers;
    answers.reserve(jobs.size());
    for (const QUuid &id : jobs) {
        answers.append(runNowOne(id));
    }
    return answers;
}

core::Result<JobRow> Again::rowOf(const QUuid &id, const QString &act)
{
    std::optional<JobRow> row = m_rows.byId(id);
    if (!row || row->removed) {
        return core::failure(core::ErrorCode::NotFound, u"There is no job %1."_s.arg(id.toString(QUuid::WithoutBraces)),
                             act);
    }
    return std::move(*row);
}

core::Result<core::JobSummary> Again::retryOne(const QUuid &id)
{
    core::Result<JobRow> row = rowOf(id, u"retry"_s);
    if (!row) {
        return tl::unexpected(std::move(row.error()));
    }
    if (!core::isEnd(row->status)) {
        return conflict(u"retry"_s,
                        u"The job is %1; only one that has ended can be retried."_s.arg(wordOf(row->status)));
    }
    if (row->run >= kMostRuns) {
        return conflict(u"retry"_s, u"The job has run %1 times; submit a new one."_s.arg(row->run));
    }
    row->attempts = attemptsOf(*row);
    row->run += 1;
    Query(m_retry, row->seq, row->run, row->attempts).run();
    row->tries = 0;
    row->lost = 0;
    row->runAt = {};
    row->started = {};
    row->ended = {};
    row->worker.reset();
    return queued(*row);
}

core::Result<core::JobSummary> Again::runNowOne(const QUuid &id)
{
    core::Result<JobRow> row = rowOf(id, u"run now"_s);
    if (!row) {
        return tl::unexpected(std::move(row.error()));
    }
    if (row->status != core::JobStatus::Scheduled) {
        return conflict(u"run now"_s,
                        u"The job is %1; only one that waits for its time can be run now."_s.arg(wordOf(row->status)));
    }
    Query(m_promote, row->seq).run();
    m_parts.counters.leave(row->queue, row->status);
    return queued(*row);
}

core::JobSummary Again::queued(JobRow &row)
{
    row.status = core::JobStatus::Queued;
    m_parts.counters.enter(row.queue, row.status);
    m_rows.tell(Event::Kind::JobQueued, row);
    return m_rows.summary(row);
}

// With the one that ended the run, if somebody made it: a job that was canceled while it waited had none.
QByteArray Again::attemptsOf(const JobRow &ended)
{
    if (!ended.worker) {
        return ended.attempts;
    }
    std::optional<core::JobError> error;
    if (ended.status == core::JobStatus::Failed) {
        Query query(m_errorOf, ended.seq);
        if (query.next()) {
            error = core::JobError{query.text(0), query.text(1), query.text(2), query.text(3)};
        }
    }
    return withAttempt(ended.attempts, {ended.run, m_parts.names.nameOf(*ended.worker), ended.started, ended.ended,
                                        outcomeOf(ended.status), error});
}

} // namespace dragonscales::broker::sqlite
