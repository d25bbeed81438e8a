// SPDX-License-Identifier: LGPL-3.0-or-later
#include "broker/sqlite_store.h"

#include "broker/sqlite_again.h"
#include "broker/sqlite_deliveries.h"
#include "broker/sqlite_ends.h"
#include "broker/sqlite_open.h"
#include "broker/sqlite_reads.h"
#include "broker/sqlite_retention.h"
#include "broker/sqlite_submit.h"

#include <QFileInfo>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::broker {

namespace {

// The parts that write; a read-only connection has none.
struct Writers
{
    Writers(const sqlite::Parts &parts, const sqlite::SqlFile &sql)
        : nextCommit(parts.db, sql["next_commit"])
        , begin(parts.db, "BEGIN IMMEDIATE")
        , commit(parts.db, "COMMIT")
        , rows(parts)
        , control(parts)
        , locks(parts)
        , dependencies(parts, rows)
        , submissions(parts, rows, control, locks, dependencies)
        , claims(parts, rows, control)
        , runEnd(parts, rows, locks, dependencies)
        , attempts(parts, rows, runEnd)
        , cancels(parts, rows, runEnd, locks)
        , again(parts, rows)
        , deliveries(parts)
        , retention(parts)
    {
    }

    sqlite::Statement nextCommit;
    sqlite::Statement begin;
    sqlite::Statement commit;
    sqlite::JobRows rows;
    sqlite::QueueControl control;
    sqlite::Locks locks;
    sqlite::Dependencies dependencies;
    sqlite::Submissions submissions;
    sqlite::Claims claims;
    sqlite::RunEnd runEnd;
    sqlite::Attempts attempts;
    sqlite::Cancels cancels;
    sqlite::Again again;
    sqlite::Deliveries deliveries;
    sqlite::Retention retention;
};

} // namespace

struct SqliteStore::Private
{
    Private(sqlite::OpenedStore openedStore, std::shared_ptr<const core::Clock> clockOfStore)
        : opened(std::move(openedStore))
        , clock(std::move(clockOfStore))
        , sql(sqlite::sqlText(u"store/statements.sql"_s))
        , names(*opened.database, sql)
        , reads(*opened.database, sql, names)
    {
        if (opened.lock) {
            counters.emplace(*opened.database, sql);
            counters->load();
            expireLeases();
            writers.emplace(sqlite::Parts{*opened.database, sql, names, *counters, events, tokens, *clock}, sql);
        }
        last = reads.lastEvent();
    }

    // One process owns the store: whoever held a lease is gone, and nobody need wait for its end.
    void expireLeases()
    {
        for (const char *name : {"expire_jobs", "expire_deliveries"}) {
            sqlite::Statement expire(*opened.database, sql[name]);
            sqlite::Query(expire, clock->now()).run();
        }
    }

    sqlite::OpenedStore opened;
    std::shared_ptr<const core::Clock> clock;
    sqlite::SqlFile sql;
    sqlite::Names names;
    sqlite::Reads reads;
    EventCollector events;
    sqlite::Tokens tokens;
    std::optional<sqlite::Counters> counters;
    std::optional<Writers> writers;
    EventId last;
    bool failedBefore = false; // the last transaction: the next one writes in any case
};

core::Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const SqliteOptions &options,
                                                             std::shared_ptr<const core::Clock> clock)
{
    core::Result<sqlite::OpenedStore> opened = sqlite::openStore(options.path, options.owner, options.readOnly);
    if (!opened) {
        return tl::unexpected(std::move(opened.error()));
    }
    auto parts = std::make_unique<Private>(std::move(*opened), std::move(clock));
    if (parts->opened.database->failed()) {
        return tl::unexpected(parts->opened.database->takeError());
    }
    return std::unique_ptr<SqliteStore>(new SqliteStore(std::move(parts)));
}

SqliteStore::SqliteStore(std::unique_ptr<Private> parts)
    : d(std::move(parts))
{
}

SqliteStore::~SqliteStore() = default;

void SqliteStore::tellOwner(const QString &storePath, const QString &owner)
{
    sqlite::OwnerLock::write(sqlite::realPath(storePath), owner);
}

void SqliteStore::limitPages(qint64 pages)
{
    constexpr qint64 kNoLimit = 1073741823;
    d->opened.database->number("PRAGMA max_page_count = " + QByteArray::number(pages > 0 ? pages : kNoLimit));
}

std::shared_ptr<const core::Clock> SqliteStore::clock() const
{
    return d->clock;
}

core::Result<void> SqliteStore::begin()
{
    if (!d->writers) {
        return core::failure(core::ErrorCode::Unavailable, u"This connection to the store only reads."_s);
    }
    if (sqlite::identityOf(d->opened.path) != d->opened.file) {
        return core::failure(
            core::ErrorCode::Unavailable,
            u"The store %1 is no longer there, or another file is in its place: put it back, or restart "
            "the service to begin with what is there."_s.arg(d->opened.path),
            d->opened.path);
    }
    sqlite::Query(d->writers->begin).run();
    if (d->opened.database->failed()) {
        return tl::unexpected(d->opened.database->takeError());
    }
    return {};
}

core::Result<Commit> SqliteStore::commit()
{
    if (d->writers) {
        d->writers->control.settle();
    }
    Commit commit{d->last, d->events.take()};
    if (!commit.events.isEmpty()) {
        ++commit.id.number;
    }
    if (!commit.events.isEmpty() || d->failedBefore) {
        sqlite::Query(d->writers->nextCommit, commit.id.number).run();
    }
    d->counters->flush();
    sqlite::Query(d->writers->commit).run();
    if (d->opened.database->failed()) {
        return tl::unexpected(d->opened.database->takeError());
    }
    d->failedBefore = false;
    d->counters->committed();
    d->writers->control.committed();
    d->names.committed();
    d->last = commit.id;
    return commit;
}

void SqliteStore::rollback()
{
    sqlite::Database &database = *d->opened.database;
    if (database.failed()) {
        database.takeError();
    }
    database.abandon();
    d->failedBefore = true;
    d->events.clear();
    if (d->counters) {
        d->counters->rolledBack();
    }
    d->names.rolledBack();
    if (d->writers) {
        d->writers->control.rolledBack();
        d->writers->locks.rolledBack();
        d->writers->dependencies.rolledBack();
    }
}

template <typename Operation>
auto SqliteStore::write(Operation &&operation)
{
    using Value = decltype(operation(*d->writers));
    if (!d->writers || !d->opened.database->inTransaction()) {
        return core::Result<Value>(
            core::failure(core::ErrorCode::Internal, u"The store is written to outside of a transaction."_s));
    }
    core::Result<Value> result = operation(*d->writers);
    d->events.endBatch();
    if (d->opened.database->failed()) {
        result = tl::unexpected(d->opened.database->takeError());
    }
    return result;
}

template <typename Operation>
auto SqliteStore::read(Operation &&operation)
{
    core::Result<decltype(operation(d->reads))> result = operation(d->reads);
    if (d->opened.database->failed()) {
        result = tl::unexpected(d->opened.database->takeError());
    }
    return result;
}

core::Result<QList<core::Result<core::JobSummary>>> SqliteStore::enqueue(const QList<core::JobSpec> &specs)
{
    return write([&](Writers &writers) { return writers.submissions.enqueue(specs); });
}

core::Result<QList<ClaimedJob>> SqliteStore::claim(const QString &queue, int n, const QString &worker,
                                                   std::chrono::milliseconds lease, const QueueLimits &limits)
{
    return write([&](Writers &writers) { return writers.claims.claim(queue, n, worker, lease, limits); });
}

core::Result<QList<QueueSettings>> SqliteStore::changeQueues(const QList<QueuePatch> &patches)
{
    return write([&](Writers &writers) { return writers.control.change(patches); });
}

core::Result<QList<QueueSettings>> SqliteStore::queueSettings()
{
    return read([](sqlite::Reads &reads) { return reads.queueSettings(); });
}

core::Result<QList<LeaseState>> SqliteStore::renew(const QList<Lease> &leases, std::chrono::milliseconds lease)
{
    return write([&](Writers &writers) { return writers.claims.renew(leases, lease); });
}

core::Result<QList<LeaseState>> SqliteStore::progress(const QList<JobProgress> &list)
{
    return write([&](Writers &writers) { return writers.attempts.progress(list); });
}

core::Result<QList<LeaseState>> SqliteStore::finish(const QList<JobEnd> &ends)
{
    return write([&](Writers &writers) { return writers.attempts.finish(ends); });
}

core::Result<QList<core::Result<core::JobSummary>>> SqliteStore::retry(const QList<QUuid> &jobs)
{
    return write([&](Writers &writers) { return writers.again.retry(jobs); });
}

core::Result<QList<core::Result<core::JobSummary>>> SqliteStore::runNow(const QList<QUuid> &jobs)
{
    return write([&](Writers &writers) { return writers.again.runNow(jobs); });
}

core::Result<QList<CancelResult>> SqliteStore::cancel(const QList<QUuid> &jobs)
{
    return write([&](Writers &writers) { return writers.cancels.cancel(jobs); });
}

core::Result<QList<bool>> SqliteStore::remove(const QList<QUuid> &jobs)
{
    return write([&](Writers &writers) { return writers.cancels.remove(jobs); });
}

core::Result<QList<ClaimedDelivery>> SqliteStore::claimDeliveries(int n, const QString &worker,
                                                                  std::chrono::milliseconds lease)
{
    return write([&](Writers &writers) { return writers.deliveries.claim(n, worker, lease); });
}

core::Result<QList<LeaseState>> SqliteStore::renewDeliveries(const QList<Lease> &leases,
                                                             std::chrono::milliseconds lease)
{
    return write([&](Writers &writers) { return writers.deliveries.renew(leases, lease); });
}

core::Result<QList<LeaseState>> SqliteStore::finishDeliveries(const QList<DeliveryEnd> &ends)
{
    return write([&](Writers &writers) { return writers.deliveries.finish(ends); });
}

core::Result<int> SqliteStore::promoteDue(int n)
{
    return write([&](Writers &writers) { return writers.submissions.promoteDue(n); });
}

core::Result<int> SqliteStore::recover(int n)
{
    return write([&](Writers &writers) {
        const int jobs = writers.attempts.recover(n);
        return jobs + writers.deliveries.recover(n - jobs);
    });
}

core::Result<int> SqliteStore::purge(int n)
{
    return write([&](Writers &writers) {
        const int answers = writers.submissions.forgetOldAnswers(n);
        return answers + writers.retention.purge(n - answers);
    });
}

core::Result<std::optional<core::TimePoint>> SqliteStore::nextDue()
{
    return read([this](sqlite::Reads &reads) {
        const auto held = d->writers ? d->writers->control.nextDue() : std::nullopt;
        const auto due = reads.nextDue();
        return held && due ? std::min(held, due) : held ? held : due;
    });
}

core::Result<core::Job> SqliteStore::job(const QUuid &id)
{
    core::Result<core::Job> job = d->reads.job(id);
    if (d->opened.database->failed()) {
        job = tl::unexpected(d->opened.database->takeError());
    }
    return job;
}

core::Result<QList<core::Delivery>> SqliteStore::deliveriesOf(const QUuid &job)
{
    return read([&](sqlite::Reads &reads) { return reads.deliveriesOf(job); });
}

core::Result<QList<QueueCounts>> SqliteStore::counts()
{
    return read([](sqlite::Reads &reads) { return reads.counts(); });
}

core::Result<QList<core::JobSummary>> SqliteStore::scan(const QUuid &after, int n)
{
    return read([&](sqlite::Reads &reads) { return reads.scan(after, n); });
}

core::Result<EventId> SqliteStore::lastEvent()
{
    return read([](sqlite::Reads &reads) { return reads.lastEvent(); });
}

qint64 SqliteStore::size()
{
    return QFileInfo(d->opened.path).size() + QFileInfo(d->opened.path + u"-wal"_s).size();
}

} // namespace dragonscales::broker
