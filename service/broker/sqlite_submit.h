// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "broker/sqlite_dependencies.h"
#include "broker/sqlite_once.h"
#include "broker/sqlite_queue_control.h"
#include "broker/store.h"

namespace dragonscales::broker::sqlite {

// New jobs, and scheduled ones that are due.
class Submissions final
{
public:
    Submissions(const Parts &parts, JobRows &rows, QueueControl &control, Locks &locks, Dependencies &dependencies);

    QList<core::Result<core::JobSummary>> enqueue(const QList<core::JobSpec> &specs);
    int promoteDue(int n);
    int forgetOldAnswers(int n) { return m_answered.purge(m_parts.clock.now(), n); }

private:
    core::Result<core::JobSummary> enqueueOne(const core::JobSpec &spec, core::TimePoint now);
    JobRow rowOf(const core::JobSpec &spec, core::TimePoint now);
    std::optional<core::Error> refusalOf(const core::JobSpec &spec, const JobRow &row, core::TimePoint now);
    bool add(const core::JobSpec &spec, const JobRow &row);

    Parts m_parts;
    JobRows &m_rows;
    QueueControl &m_control;
    Locks &m_locks;
    Dependencies &m_dependencies;
    Answered m_answered;
    Statement m_add;
    Statement m_promote;
};

// Claims and what a worker tells before the end.
class Claims final
{
public:
    Claims(const Parts &parts, JobRows &rows, QueueControl &control);

    QList<ClaimedJob> claim(const QString &queue, int n, const QString &worker, std::chrono::milliseconds lease,
                            const QueueLimits &limits);
    QList<LeaseState> renew(const QList<Lease> &leases, std::chrono::milliseconds lease);

private:
    Parts m_parts;
    JobRows &m_rows;
    QueueControl &m_control;
    Statement m_ready;
    Statement m_start;
    Statement m_renew;
};

} // namespace dragonscales::broker::sqlite
