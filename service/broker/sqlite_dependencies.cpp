// SPDX-License-Identifier: LGPL-3.0-or-later
#include "broker/sqlite_dependencies.h"

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::broker::sqlite {

namespace {

constexpr int kMostChildren = 10'000; // of one job: its end lets all of them go in one transaction

bool hasFailed(core::JobStatus status)
{
    return core::isEnd(status) && status != core::JobStatus::Finished;
}

} // namespace

Dependencies::Dependencies(const Parts &parts, JobRows &rows)
    : m_parts(parts)
    , m_rows(rows)
    , m_some(parts.db, parts.sql["any_dependency"])
    , m_state(parts.db, parts.sql["state_of"])
    , m_add(parts.db, parts.sql["add_dependency"])
    , m_children(parts.db, parts.sql["children_of"])
    , m_drop(parts.db, parts.sql["drop_children"])
    , m_open(parts.db, parts.sql["any_parent"])
    , m_full(parts.db, parts.sql["child_at"])
    , m_release(parts.db, parts.sql["release_job"])
{
    look();
}

std::optional<core::Error> Dependencies::faultOf(const core::JobSpec &spec)
{
    for (const QUuid &parent : spec.dependsOn) {
        const QString id = parent.toString(QUuid::WithoutBraces);
        const auto state = stateOf(parent);
        if (!state) {
            return core::Error{
                core::ErrorCode::InvalidArgument, u"depends_on"_s, u"There is no job %1 to wait for."_s.arg(id), {}};
        }
        if (Query full(m_full, parent, kMostChildren - 1); full.next()) {
            return core::Error{
                core::ErrorCode::Conflict,
                u"depends_on"_s,
                u"%1 jobs wait for the job %2 already; let this one wait for one of them."_s.arg(kMostChildren).arg(id),
                {}};
        }
        if (hasFailed(*state) && spec.onFailure == core::OnFailure::Cancel) {
            return core::Error{core::ErrorCode::Conflict,
                               u"depends_on"_s,
                               u"The job %1, which this one depends on, is %2."_s.arg(
                                   id, QString::fromLatin1(core::statusWord(*state))),
                               {}};
        }
    }
    return std::nullopt;
}

bool Dependencies::wait(const core::JobSpec &spec)
{
    bool waits = false;
    for (const QUuid &parent : spec.dependsOn) {
        const auto state = stateOf(parent);
        if (state && !core::isEnd(*state)) {
            Query(m_add, parent, spec.id, spec.onFailure == core::OnFailure::Cancel).run();
            waits = true;
        }
    }
    m_any = m_any || waits;
    return waits;
}

QList<QUuid> Dependencies::ended(const JobRow &parent)
{
    QList<QUuid> canceled;
    if (!m_any) {
        return canceled;
    }
    for (const Child &child : takeChildren(parent.id)) {
        std::optional<JobRow> row = m_rows.byId(child.id);
        if (!row || row->status != core::JobStatus::Waiting) {
            continue; // it has ended by itself
        }
        if (hasFailed(parent.status) && child.cancels) {
            canceled.append(row->id);
        } else if (!stillWaits(child.id)) {
            release(*row);
        }
    }
    return canceled;
}

QList<Dependencies::Child> Dependencies::takeChildren(const QUuid &parent)
{
    QList<Child> children;
    {
        Query query(m_children, parent);
        while (query.next()) {
            children.append({query.uuid(0), query.number(1) != 0});
        }
    }
    if (!children.isEmpty()) {
        Query(m_drop, parent).run();
    }
    return children;
}

void Dependencies::release(JobRow &child)
{
    const bool later = child.runAt > m_parts.clock.now();
    m_parts.counters.leave(child.queue, child.status);
    child.status = later ? core::JobStatus::Scheduled : core::JobStatus::Queued;
    m_parts.counters.enter(child.queue, child.status);
    Query(m_release, child.seq, int(child.status)).run();
    m_rows.tell(later ? Event::Kind::JobScheduled : Event::Kind::JobQueued, child);
}

bool Dependencies::stillWaits(const QUuid &child)
{
    Query query(m_open, child);
    return query.next();
}

std::optional<core::JobStatus> Dependencies::stateOf(const QUuid &job)
{
    Query query(m_state, job);
    return query.next() ? std::optional(core::JobStatus(query.integer(0))) : std::nullopt;
}

void Dependencies::look()
{
    Query query(m_some);
    m_any = query.next();
}

} // namespace dragonscales::broker::sqlite
