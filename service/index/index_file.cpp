// SPDX-License-Identifier: LGPL-3.0-or-later
#include "index/index_file.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <algorithm>
#include <array>
#include <limits>

using namespace Qt::Literals::StringLiterals;

// Outside of any namespace, as the macro wants it: a static library's resources are not found otherwise.
static void initIndexResources()
{
    Q_INIT_RESOURCE(index_sql);
}

namespace dragonscales::index {

using broker::sqlite::Database;
using broker::sqlite::Query;
using broker::sqlite::sqlText;

namespace {

constexpr int kVersion = 1;

constexpr std::array kStatuses{core::JobStatus::Scheduled, core::JobStatus::Waiting,  core::JobStatus::Queued,
                               core::JobStatus::Started,   core::JobStatus::Finished, core::JobStatus::Failed,
                               core::JobStatus::Canceled};

// Ids come newest first from each of several statuses; together they have to be sorted. The order is that of their
// bytes, which is not that of QUuid's operator< (it looks at the variant first).
void sortNewestFirst(QList<QUuid> &ids)
{
    const auto newer = [](const QUuid &a, const QUuid &b) {
        if (a.data1 != b.data1) {
            return a.data1 > b.data1;
        }
        if (a.data2 != b.data2) {
            return a.data2 > b.data2;
        }
        if (a.data3 != b.data3) {
            return a.data3 > b.data3;
        }
        return std::ranges::lexicographical_compare(b.data4, a.data4);
    };
    if (!std::ranges::is_sorted(ids, newer)) {
        std::ranges::sort(ids, newer);
        ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    }
}

// Above every id.
const QUuid kNewest = QUuid::fromRfc4122(QByteArray(16, '\xff'));

} // namespace

core::Result<std::unique_ptr<IndexFile>> IndexFile::open(const QString &path)
{
    initIndexResources();
    if (!QDir().mkpath(QFileInfo(path).absolutePath())) {
        return core::failure(core::ErrorCode::Unavailable,
                             u"Cannot make the folder %1 of the index: make it, or name another place."_s.arg(
                                 QFileInfo(path).absolutePath()),
                             path);
    }
    auto file = tryOpen(path);
    if (!file && !QFileInfo(path).isDir()) {
        remove(path);
        file = tryOpen(path);
    }
    return file;
}

void IndexFile::remove(const QString &path)
{
    for (const QString &part : {path, path + u"-wal"_s, path + u"-shm"_s}) {
        QFile::remove(part);
    }
}

core::Result<std::unique_ptr<IndexFile>> IndexFile::tryOpen(const QString &path)
{
    auto database = Database::open(path, Database::Mode::ReadWrite, u"the index"_s);
    if (!database) {
        return tl::unexpected(std::move(database.error()));
    }
    Database &db = **database;
    db.run("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -8000;"
           "PRAGMA wal_autocheckpoint = 2000; PRAGMA journal_size_limit = 16777216");
    if (db.number("SELECT count(*) FROM sqlite_schema") == 0) {
        db.run("BEGIN IMMEDIATE");
        db.run(sqlText(u"index/001_initial.sql"_s));
        db.run("PRAGMA user_version = " + QByteArray::number(kVersion));
        db.run("COMMIT");
    }
    if (db.number("PRAGMA user_version") != kVersion && !db.failed()) {
        return core::failure(core::ErrorCode::StoreTooNew, u"The index %1 is of another version."_s.arg(path), path);
    }
    auto file = db.failed() ? nullptr : std::unique_ptr<IndexFile>(new IndexFile(std::move(*database)));
    if (file && !file->failed()) {
        return file;
    }
    return tl::unexpected(file ? file->takeError() : db.takeError());
}

IndexFile::IndexFile(std::unique_ptr<Database> database)
    : m_db(std::move(database))
    , m_sql(sqlText(u"index/statements.sql"_s))
    , m_reached(*m_db, m_sql["reached"])
    , m_reach(*m_db, m_sql["reach"])
    , m_addQueue(*m_db, m_sql["add_queue"])
    , m_job(*m_db, m_sql["job"])
    , m_put(*m_db, m_sql["put_job"])
    , m_drop(*m_db, m_sql["drop_job"])
    , m_all(*m_db, m_sql["all"])
    , m_byStatus(*m_db, m_sql["by_status"])
    , m_byQueue(*m_db, m_sql["by_queue"])
{
    load();
}

void IndexFile::load()
{
    broker::sqlite::Statement queues(*m_db, m_sql["queues"]);
    Query query(queues);
    while (query.next()) {
        m_queues.insert(query.text(1), query.number(0));
    }
    broker::sqlite::Statement count(*m_db, m_sql["count"]);
    Query counted(count);
    while (counted.next()) {
        m_counts.insert({counted.number(0), counted.integer(1)}, counted.number(2));
    }
}

core::Error IndexFile::takeError()
{
    m_db->abandon();
    return m_db->takeError();
}

broker::EventId IndexFile::reached()
{
    Query query(m_reached);
    return query.next() ? broker::EventId{query.bytes(0), query.number(1)} : broker::EventId{};
}

qint64 IndexFile::queueId(const QString &name)
{
    const auto it = m_queues.constFind(name);
    if (it != m_queues.constEnd()) {
        return *it;
    }
    Query query(m_addQueue, name);
    const qint64 id = query.next() ? query.number(0) : 0;
    m_queues.insert(name, id);
    return id;
}

void IndexFile::apply(const Changes &changes, const broker::EventId &upTo)
{
    m_db->run("BEGIN IMMEDIATE");
    for (auto it = changes.cbegin(); it != changes.cend(); ++it) {
        change(it.key(), it.value());
    }
    Query(m_reach, upTo.epoch, upTo.number).run();
    m_db->run("COMMIT");
}

void IndexFile::change(const QUuid &id, const Change &change)
{
    Key before{0, 0};
    {
        Query query(m_job, id);
        if (query.next()) {
            before = {query.number(0), query.integer(1)};
        }
    }
    if (change.removed) {
        Query(m_drop, id).run();
    } else {
        const Key after{queueId(change.queue), int(change.status)};
        if (after == before) {
            return;
        }
        Query(m_put, id, after.first, after.second).run();
        ++m_counts[after];
    }
    if (before.first != 0) {
        --m_counts[before];
    }
}

void IndexFile::add(const QList<core::JobSummary> &jobs)
{
    m_db->run("BEGIN IMMEDIATE");
    for (const core::JobSummary &job : jobs) {
        const Key key{queueId(job.queue), int(job.status)};
        Query(m_put, job.id, key.first, key.second).run();
        ++m_counts[key];
    }
    m_db->run("COMMIT");
}

void IndexFile::filled(const broker::EventId &upTo)
{
    m_db->run("BEGIN IMMEDIATE");
    m_db->run(sqlText(u"index/indexes.sql"_s));
    Query(m_reach, upTo.epoch, upTo.number).run();
    m_db->run("COMMIT");
}

IdPage IndexFile::page(const ListQuery &query)
{
    const qint64 limit = query.limit > 0 ? query.limit + 1 : std::numeric_limits<qint64>::max();
    const QUuid before = query.before.isNull() ? kNewest : query.before;
    IdPage page;
    const auto collect = [&page](Query &rows) {
        while (rows.next()) {
            page.ids.append(rows.uuid(0));
        }
    };
    const auto statuses = query.statuses.isEmpty() ? QList(kStatuses.begin(), kStatuses.end()) : query.statuses;
    if (!query.queue.isEmpty()) {
        const qint64 queue = m_queues.value(query.queue);
        for (const core::JobStatus status : statuses) {
            Query rows(m_byQueue, before, limit, int(status), queue);
            collect(rows);
        }
    } else if (!query.statuses.isEmpty()) {
        for (const core::JobStatus status : statuses) {
            Query rows(m_byStatus, before, limit, int(status));
            collect(rows);
        }
    } else {
        Query rows(m_all, before, limit);
        collect(rows);
    }
    sortNewestFirst(page.ids);
    page.more = query.limit > 0 && page.ids.size() > query.limit;
    if (page.more) {
        page.ids.resize(query.limit);
    }
    return page;
}

Counts IndexFile::counts() const
{
    Counts counts;
    for (auto queue = m_queues.cbegin(); queue != m_queues.cend(); ++queue) {
        for (const core::JobStatus status : kStatuses) {
            const qint64 jobs = m_counts.value({queue.value(), int(status)});
            if (jobs > 0) {
                counts[queue.key()][status] = jobs;
            }
        }
    }
    return counts;
}

} // namespace dragonscales::index
