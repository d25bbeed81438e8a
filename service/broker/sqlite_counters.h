// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "broker/sqlite_database.h"
#include "broker/sqlite_sql.h"
#include "core/job.h"

#include <QHash>

namespace dragonscales::broker::sqlite {

// How many jobs of each queue wait and run: counted in memory by the one writer, written once a transaction.
class Counters final
{
public:
    Counters(Database &database, const SqlFile &sql);

    void load();
    void enter(qint64 queue, core::JobStatus status) { add(queue, status, 1); }
    void leave(qint64 queue, core::JobStatus status) { add(queue, status, -1); }
    qint64 waiting(qint64 queue) const; // scheduled and queued
    // Removed jobs that still run: they count nowhere but in running().
    void linger(qint64 queue) { change(queue).lingering += 1; }
    void lingersNoMore(qint64 queue) { change(queue).lingering -= 1; }
    qint64 running(qint64 queue) const;
    // Writes what has changed; it counts as stored from committed() on.
    void flush();
    void committed() { m_before.clear(); }
    void rolledBack();

private:
    struct Entry
    {
        qint64 scheduled = 0;
        qint64 queued = 0;
        qint64 started = 0;
        qint64 lingering = 0; // not stored: counted when the store is opened
    };

    void add(qint64 queue, core::JobStatus status, int by);
    Entry &change(qint64 queue);

    Statement m_all;
    Statement m_lingering;
    Statement m_write;
    QHash<qint64, Entry> m_now;
    QHash<qint64, Entry> m_before; // of the queues that this transaction has changed
};

} // namespace dragonscales::broker::sqlite
