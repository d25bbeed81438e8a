// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "broker/sqlite_names.h"
#include "broker/store.h"

namespace dragonscales::broker::sqlite {

// Everything that only reads. Works on the writer's connection and on a read-only one.
class Reads final
{
public:
    Reads(Database &database, const SqlFile &sql, Names &names);

    core::Result<core::Job> job(const QUuid &id);
    QList<core::Delivery> deliveriesOf(const QUuid &job);
    QList<QueueCounts> counts();
    QList<QueueSettings> queueSettings();
    QList<core::JobSummary> scan(const QUuid &after, int n);
    EventId lastEvent();
    std::optional<core::TimePoint> nextDue();

private:
    core::Job readJob(const Query &query, const QUuid &id);
    QList<core::LogLine> log(qint64 job);
    core::Delivery readDelivery(const Query &query);
    core::TimePoint oldestQueued(qint64 queue);

    Database &m_db;
    Names &m_names;
    Statement m_job;
    Statement m_lines;
    Statement m_seqOf;
    Statement m_deliveriesOf;
    Statement m_queues;
    Statement m_queueSettings;
    Statement m_oldest;
    Statement m_scan;
    Statement m_last;
    Statement m_nextDue;
};

} // namespace dragonscales::broker::sqlite
