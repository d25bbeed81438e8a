// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "broker/sqlite_job_rows.h"
#include "broker/store.h"

namespace dragonscales::broker::sqlite {

// What people ask for: run an ended job again, or a delayed one now.
class Again final
{
public:
    Again(const Parts &parts, JobRows &rows);

    using Answers = QList<core::Result<core::JobSummary>>;
    Answers retry(const QList<QUuid> &jobs);
    Answers runNow(const QList<QUuid> &jobs);

private:
    core::Result<core::JobSummary> retryOne(const QUuid &id);
    core::Result<core::JobSummary> runNowOne(const QUuid &id);
    core::Result<JobRow> rowOf(const QUuid &id, const QString &act);
    QByteArray attemptsOf(const JobRow &ended);
    core::JobSummary queued(JobRow &row);

    Parts m_parts;
    JobRows &m_rows;
    Statement m_errorOf;
    Statement m_retry;
    Statement m_promote;
};

} // namespace dragonscales::broker::sqlite
