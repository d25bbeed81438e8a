// SPDX-License-Identifier: LGPL-3.0-or-later
#include "broker/sqlite_reads.h"

#include "broker/sqlite_codec.h"
#include "broker/sqlite_job_rows.h"
#include "broker/sqlite_keys.h"
#include "broker/sqlite_queue_control.h"
#include "core/ids.h"

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::broker::sqlite {

namespace {

// One picture of the store for the statements of one read, unless a transaction gives that already.
class Snapshot final
{
public:
    explicit Snapshot(Database &database)
        : m_db(database)
        , m_own(!database.inTransaction() && database.run("BEGIN"))
    {
    }
    ~Snapshot()
    {
        if (m_own) {
            m_db.abandon();
        }
    }
    Q_DISABLE_COPY_MOVE(Snapshot)

private:
    Database &m_db;
    bool m_own;
};

} // namespace

Reads::Reads(Database &database, const SqlFile &sql, Names &names)
    : m_db(database)
    , m_names(names)
    , m_job(database, sql["job"])
    , m_lines(database, sql["lines"])
    , m_seqOf(database, sql["seq_of"])
    , m_deliveriesOf(database, sql["deliveries_of"])
    , m_queues(database, sql["all_queues"])
    , m_queueSettings(database, sql["all_queue_settings"])
    , m_oldest(database, sql["oldest_below"])
    , m_scan(database, sql["scan"])
    , m_last(database, sql["last_commit"])
    , m_nextDue(database, sql["next_due"])
{
}

core::Result<core::Job> Reads::job(const QUuid &id)
{
    const Snapshot snapshot(m_db);
    Query query(m_job, id);
    if (!query.next()) {
        return core::failure(core::ErrorCode::NotFound, u"There is no job %1."_s.arg(id.toString(QUuid::WithoutBraces)),
                             u"job"_s);
    }
    core::Job job = readJob(query, id);
    job.log = log(query.number(0));
    return job;
}

core::Job Reads::readJob(const Query &query, const QUuid &id)
{
    core::Job job;
    job.spec = readSpec(query, id, m_names.nameOf(query.number(1)), m_names);
    decodeDependencies(query.bytes(34), &job.spec);
    job.created = query.time(3);
    job.run = query.integer(8);
    job.tries = query.integer(9);
    job.lost = query.integer(10);
    job.status = core::JobStatus(query.integer(20));
    job.started = query.time(21);
    job.ended = query.time(22);
    job.leaseExpiry = query.time(23);
    job.cancelRequested = query.number(25) != 0;
    job.progress = query.real(26, -1);
    job.progressText = query.text(27);
    job.location = query.bytes(28);
    if (job.status == core::JobStatus::Failed) {
        job.error = core::JobError{query.text(29), query.text(30), query.text(31), query.text(32)};
    }
    job.attempts = decodeAttempts(query.bytes(33));
    if (core::isEnd(job.status) && !query.isNull(24)) {
        job.attempts.append(
            {job.run, m_names.nameOf(query.number(24)), job.started, job.ended, outcomeOf(job.status), job.error});
    }
    return job;
}

QList<core::LogLine> Reads::log(qint64 job)
{
    QList<core::LogLine> lines;
    Query query(m_lines, job);
    while (query.next()) {
        lines.append({query.time(0), query.text(1), query.text(2)});
    }
    return lines;
}

QList<core::Delivery> Reads::deliveriesOf(const QUuid &job)
{
    const Snapshot snapshot(m_db);
    QList<core::Delivery> deliveries;
    Query seq(m_seqOf, job);
    if (seq.next()) {
        Query query(m_deliveriesOf, seq.number(0));
        while (query.next()) {
            deliveries.append(readDelivery(query));
        }
    }
    return deliveries;
}

core::Delivery Reads::readDelivery(const Query &query)
{
    core::Delivery delivery;
    delivery.job = query.uuid(1);
    delivery.run = runOf(query.number(0));
    delivery.id = core::deliveryId(delivery.job, delivery.run);
    delivery.status = core::DeliveryStatus(query.integer(2));
    delivery.created = query.time(3);
    delivery.nextTry = query.time(4);
    delivery.tries = query.integer(5);
    delivery.callback = {m_names.nameOf(query.number(6)), query.bytes(8)};
    delivery.traceparent = query.bytes(7);
    delivery.payload = query.bytes(9);
    delivery.attempts = decodeTries(query.bytes(15));
    if (!query.isNull(10)) {
        delivery.attempts.append({query.time(10), std::chrono::milliseconds(query.number(11)),
                                  delivery.status == core::DeliveryStatus::Delivered, query.integer(12), query.text(13),
                                  query.bytes(14)});
    }
    return delivery;
}

QList<QueueCounts> Reads::counts()
{
    const Snapshot snapshot(m_db);
    QList<QueueCounts> queues;
    Query query(m_queues);
    while (query.next()) {
        const qint64 id = query.number(0);
        queues.append({m_names.nameOf(id), query.number(1), query.number(2), query.number(3), oldestQueued(id)});
    }
    return queues;
}

QList<QueueSettings> Reads::queueSettings()
{
    return readQueueSettings(m_queueSettings, m_names);
}

core::TimePoint Reads::oldestQueued(qint64 queue)
{
    // The oldest of each priority comes first in the index, and there are few priorities.
    core::TimePoint oldest;
    int below = 101;
    bool more = true;
    while (more) {
        Query query(m_oldest, queue, below);
        more = query.next();
        if (more) {
            below = query.integer(0);
            oldest = oldest == core::TimePoint{} ? query.time(1) : std::min(oldest, query.time(1));
        }
    }
    return oldest;
}

QList<core::JobSummary> Reads::scan(const QUuid &after, int n)
{
    QList<core::JobSummary> jobs;
    Query query(m_scan, after, n);
    while (query.next()) {
        core::JobSummary job;
        job.id = query.uuid(0);
        job.queue = m_names.nameOf(query.number(1));
        job.task = m_names.nameOf(query.number(2));
        job.storage = m_names.nameOf(query.number(3));
        job.callback = m_names.nameOf(query.number(4));
        job.status = core::JobStatus(query.integer(5));
        job.run = query.integer(6);
        job.priority = query.integer(7);
        job.created = query.time(8);
        job.started = query.time(9);
        job.ended = query.time(10);
        job.tries = query.integer(11);
        job.worker = m_names.nameOf(query.number(12));
        job.errorType = query.text(13);
        job.errorMessage = query.text(14);
        job.runAt = query.time(15);
        jobs.append(std::move(job));
    }
    return jobs;
}

EventId Reads::lastEvent()
{
    Query query(m_last);
    return query.next() ? EventId{query.bytes(0), query.number(1)} : EventId{};
}

std::optional<core::TimePoint> Reads::nextDue()
{
    Query query(m_nextDue);
    if (!query.next() || query.isNull(0)) {
        return std::nullopt;
    }
    return query.time(0);
}

} // namespace dragonscales::broker::sqlite
