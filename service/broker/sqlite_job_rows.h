// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "broker/sqlite_parts.h"

#include <functional>

namespace dragonscales::broker::sqlite {

// What a change of state needs to know of a job.
struct JobRow
{
    qint64 seq = 0;
    QUuid id;
    core::JobStatus status = core::JobStatus::Queued;
    qint64 queue = 0;
    int priority = 0;
    core::TimePoint created;
    core::TimePoint runAt;
    core::TimePoint started;
    core::TimePoint ended;
    quint64 token = 0;
    std::optional<qint64> worker; // unset between two attempts
    qint64 task = 0;
    qint64 storage = 0;
    qint64 callback = 0;
    int run = 1;
    int tries = 0;
    int lost = 0;
    bool cancelRequested = false;
    bool removed = false;
    std::chrono::seconds resultTtl{0};
    std::chrono::seconds failureTtl{0};
    QByteArray traceparent;
    QByteArray callbackParams;
    QByteArray attempts;
};

// The columns 2 to 19 of the statements "job" and "ready_jobs".
core::JobSpec readSpec(const Query &query, const QUuid &id, const QString &queue, Names &names);

// Finds the jobs that a change of state is about, and tells of them.
class JobRows final
{
public:
    explicit JobRows(const Parts &parts);

    std::optional<JobRow> byId(const QUuid &id);
    // The job of a lease that still holds.
    std::optional<JobRow> held(const QUuid &id, int run, quint64 token);
    QList<JobRow> expired(core::TimePoint now, int n);
    QList<JobRow> due(core::TimePoint now, int n);

    core::JobSummary summary(const JobRow &row, const core::JobError *error = nullptr);
    // Says so, unless the job is absent from every read.
    void tell(Event::Kind kind, const JobRow &row, const core::JobError *error = nullptr);

private:
    static JobRow read(const Query &query);
    static QList<JobRow> all(Query &query);

    Parts m_parts;
    Statement m_byId;
    Statement m_expired;
    Statement m_due;
};

} // namespace dragonscales::broker::sqlite
