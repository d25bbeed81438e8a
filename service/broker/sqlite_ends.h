// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "broker/sqlite_dependencies.h"
#include "broker/sqlite_once.h"
#include "broker/store.h"

namespace dragonscales::broker::sqlite {

// Writes log lines and keeps the latest ones of each job.
class Logs final
{
public:
    explicit Logs(const Parts &parts);
    void append(qint64 job, const QList<core::LogLine> &lines);

private:
    Statement m_last;
    Statement m_add;
    Statement m_cut;
};

// The one place where a run ends, and with it its pending delivery begins.
class RunEnd final
{
public:
    RunEnd(const Parts &parts, JobRows &rows, Locks &locks, Dependencies &dependencies);

    // Ends row's run, and those of jobs that depend on it and are canceled for that, as its status, which is an end,
    // says. `row` holds worker, start, tries and attempts as they are to be stored; `counted` is the state that its
    // queue's counters hold it in, unset when they don't.
    void end(JobRow &row, std::optional<core::JobStatus> counted, const QByteArray &location,
             const std::optional<core::JobError> &error);

private:
    void endOne(JobRow &row, std::optional<core::JobStatus> counted, const QByteArray &location,
                const std::optional<core::JobError> &error);
    void addDelivery(const JobRow &row, const QByteArray &location, const std::optional<core::JobError> &error);

    Parts m_parts;
    JobRows &m_rows;
    Locks &m_locks;
    Dependencies &m_dependencies;
    Statement m_end;
    Statement m_addDelivery;
};

// What workers tell of their runs: progress and how each attempt ended.
class Attempts final
{
public:
    Attempts(const Parts &parts, JobRows &rows, RunEnd &runEnd);

    QList<LeaseState> progress(const QList<JobProgress> &list);
    QList<LeaseState> finish(const QList<JobEnd> &ends);
    // Jobs whose worker is gone.
    int recover(int n);

private:
    LeaseState finishOne(const JobEnd &end, core::TimePoint now);
    void conclude(JobRow &row, const JobEnd &end);
    void endStarted(JobRow &row, const QByteArray &location, const std::optional<core::JobError> &error);
    void putBack(JobRow &row, core::JobStatus status, core::TimePoint runAt);
    void recoverOne(JobRow &row, core::TimePoint now);
    core::JobError withFingerprint(const JobRow &row, core::JobError error);
    void setProgress(qint64 job, double progress, const QString &text);
    void noteAttempt(JobRow &row, core::AttemptOutcome outcome, const std::optional<core::JobError> &error);

    Parts m_parts;
    JobRows &m_rows;
    RunEnd &m_runEnd;
    Logs m_logs;
    Statement m_putBack;
    Statement m_progress;
};

// What people ask for: cancel and remove.
class Cancels final
{
public:
    Cancels(const Parts &parts, JobRows &rows, RunEnd &runEnd, Locks &locks);

    QList<CancelResult> cancel(const QList<QUuid> &jobs);
    QList<bool> remove(const QList<QUuid> &jobs);

private:
    CancelResult cancelRow(JobRow &row);
    void removeRow(JobRow &row);

    Parts m_parts;
    JobRows &m_rows;
    RunEnd &m_runEnd;
    Locks &m_locks;
    Statement m_request;
    Statement m_remove;
};

} // namespace dragonscales::broker::sqlite
