// SPDX-License-Identifier: LGPL-3.0-or-later
#include "broker/sqlite_retention.h"

#include "broker/sqlite_codec.h"

#include <limits>

namespace dragonscales::broker::sqlite {

Retention::Retention(const Parts &parts)
    : m_parts(parts)
    , m_expiring(parts.db, parts.sql["expiring_jobs"])
    , m_dropJob(parts.db, parts.sql["drop_job"])
    , m_dropDeliveries(parts.db, parts.sql["drop_deliveries"])
    , m_dropLogs(parts.db, parts.sql["cut_lines"])
{
}

int Retention::purge(int n)
{
    const bool wasAtStart = m_afterExpires < 0;
    const int purged = purgeFromHere(n);
    if (purged > 0 || wasAtStart) {
        return purged;
    }
    m_afterExpires = -1;
    m_afterSeq = -1;
    return purgeFromHere(n);
}

int Retention::purgeFromHere(int n)
{
    const int looked = std::max(2 * n, 1000);
    const QList<Candidate> jobs = candidates(looked);
    int purged = 0;
    for (const Candidate &job : jobs) {
        if (purged == n) {
            return purged;
        }
        m_afterExpires = job.expires;
        m_afterSeq = job.seq;
        if (!job.open) {
            drop(job);
            ++purged;
        }
    }
    if (jobs.size() < looked) {
        m_afterExpires = -1;
        m_afterSeq = -1;
    }
    return purged;
}

QList<Retention::Candidate> Retention::candidates(int n)
{
    const qint64 now = m_parts.clock.now().time_since_epoch().count();
    QList<Candidate> jobs;
    Query query(m_expiring, m_afterExpires, m_afterSeq, now, n);
    while (query.next()) {
        jobs.append({query.number(0), query.number(1), query.uuid(2), query.number(3) != 0, query.number(4) != 0});
    }
    return jobs;
}

void Retention::drop(const Candidate &job)
{
    Query(m_dropDeliveries, job.seq).run();
    Query(m_dropLogs, job.seq, std::numeric_limits<qint64>::max()).run();
    Query(m_dropJob, job.seq).run();
    if (!job.removed) {
        core::JobSummary summary;
        summary.id = job.id;
        m_parts.events.add(Event::Kind::JobRemoved, summary);
    }
}

} // namespace dragonscales::broker::sqlite
