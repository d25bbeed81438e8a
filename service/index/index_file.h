// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "broker/sqlite_database.h"
#include "broker/sqlite_sql.h"
#include "index/index.h"

namespace dragonscales::index {

using Counts = QHash<QString, QHash<core::JobStatus, qint64>>;

// What the latest of several changes made of a job.
struct Change
{
    QString queue;
    core::JobStatus status = core::JobStatus::Queued;
    bool removed = false;
};
using Changes = QHash<QUuid, Change>;

// The index's SQLite file, used by one thread. A failure of any call is found by takeError() afterwards.
class IndexFile final
{
public:
    // Makes a new one in place of a file that is damaged or of another version.
    static core::Result<std::unique_ptr<IndexFile>> open(const QString &path);
    static void remove(const QString &path);

    broker::EventId reached(); // no epoch: it has to be filled
    // All of it or nothing.
    void apply(const Changes &changes, const broker::EventId &upTo);

    // Filling an empty file, page by page.
    void add(const QList<core::JobSummary> &jobs);
    void filled(const broker::EventId &upTo);

    IdPage page(const ListQuery &query);
    Counts counts() const;

    bool failed() const { return m_db->failed(); }
    core::Error takeError();

private:
    using Key = QPair<qint64, int>; // queue, status

    explicit IndexFile(std::unique_ptr<broker::sqlite::Database> database);
    static core::Result<std::unique_ptr<IndexFile>> tryOpen(const QString &path);
    void load();
    qint64 queueId(const QString &name);
    void change(const QUuid &id, const Change &change);

    std::unique_ptr<broker::sqlite::Database> m_db;
    broker::sqlite::SqlFile m_sql;
    broker::sqlite::Statement m_reached;
    broker::sqlite::Statement m_reach;
    broker::sqlite::Statement m_addQueue;
    broker::sqlite::Statement m_job;
    broker::sqlite::Statement m_put;
    broker::sqlite::Statement m_drop;
    broker::sqlite::Statement m_all;
    broker::sqlite::Statement m_byStatus;
    broker::sqlite::Statement m_byQueue;
    QHash<QString, qint64> m_queues;
    QHash<Key, qint64> m_counts;
};

} // namespace dragonscales::index
