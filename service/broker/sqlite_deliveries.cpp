// SPDX-License-Identifier: LGPL-3.0-or-later
#include "broker/sqlite_deliveries.h"

#include "broker/sqlite_codec.h"
#include "broker/sqlite_keys.h"
#include "core/ids.h"

namespace dragonscales::broker::sqlite {

Deliveries::Deliveries(const Parts &parts)
    : m_parts(parts)
    , m_due(parts.db, parts.sql["due_deliveries"])
    , m_start(parts.db, parts.sql["start_delivery"])
    , m_leased(parts.db, parts.sql["leased_delivery"])
    , m_find(parts.db, parts.sql["find_leased_delivery"])
    , m_expired(parts.db, parts.sql["expired_deliveries"])
    , m_renew(parts.db, parts.sql["renew_delivery"])
    , m_try(parts.db, parts.sql["try_delivery"])
    , m_putBack(parts.db, parts.sql["put_back_delivery"])
{
}

Deliveries::Row Deliveries::header(const Query &query)
{
    Row row;
    row.seq = query.number(0);
    row.delivery.job = query.uuid(1);
    row.delivery.run = runOf(row.seq);
    row.delivery.created = query.time(2);
    row.delivery.tries = query.integer(3);
    row.delivery.callback = {m_parts.names.nameOf(query.number(4)), {}};
    return row;
}

QList<ClaimedDelivery> Deliveries::claim(int n, const QString &worker, std::chrono::milliseconds lease)
{
    QList<ClaimedDelivery> claimed;
    if (n <= 0) {
        return claimed;
    }
    const core::TimePoint now = m_parts.clock.now();
    QList<qint64> seqs;
    {
        Query query(m_due, now, n);
        while (query.next()) {
            const Row row = header(query);
            core::Delivery delivery = row.delivery;
            delivery.id = core::deliveryId(delivery.job, delivery.run);
            delivery.status = core::DeliveryStatus::Delivering;
            core::Delivery told = delivery;
            delivery.traceparent = query.bytes(5);
            delivery.callback.params = query.bytes(6);
            delivery.payload = query.bytes(7);
            claimed.append({{delivery.id, delivery.run, m_parts.tokens.next()}, std::move(delivery)});
            seqs.append(row.seq);
            m_parts.events.add(Event::Kind::DeliveryStarted, std::move(told));
        }
    }
    const qint64 workerId = m_parts.names.idOf(worker);
    for (qsizetype i = 0; i < seqs.size(); ++i) {
        Query(m_start, seqs[i], now + lease, claimed[i].lease.token, workerId).run();
        m_places.insert(claimed[i].lease.id, seqs[i]);
    }
    return claimed;
}

std::optional<Deliveries::Row> Deliveries::held(const Lease &lease)
{
    const auto place = m_places.constFind(lease.id);
    if (place != m_places.constEnd()) {
        return read(*place, lease);
    }
    // Claimed before this program started: few are, so that looking through the leased ones will do.
    qint64 seq = 0;
    {
        Query query(m_find, lease.token);
        seq = query.next() ? query.number(0) : 0;
    }
    return seq == 0 ? std::nullopt : read(seq, lease);
}

std::optional<Deliveries::Row> Deliveries::read(qint64 seq, const Lease &lease)
{
    Query query(m_leased, seq, lease.token);
    if (!query.next()) {
        return std::nullopt;
    }
    Row row = header(query);
    row.delivery.id = lease.id;
    const bool same = m_places.contains(lease.id) || core::deliveryId(row.delivery.job, lease.run) == lease.id;
    if (row.delivery.run != lease.run || !same) {
        return std::nullopt;
    }
    if (!query.isNull(5)) {
        row.last = core::DeliveryAttempt{query.time(5), std::chrono::milliseconds(query.number(6)),
                                         false,         query.integer(7),
                                         query.text(8), query.bytes(9)};
    }
    row.earlier = query.bytes(10);
    return row;
}

QList<LeaseState> Deliveries::renew(const QList<Lease> &leases, std::chrono::milliseconds lease)
{
    const core::TimePoint expiry = m_parts.clock.now() + lease;
    QList<LeaseState> states;
    states.reserve(leases.size());
    for (const Lease &one : leases) {
        const std::optional<Row> row = held(one);
        if (row) {
            Query(m_renew, row->seq, expiry).run();
        }
        states.append(row ? LeaseState::Held : LeaseState::Stale);
    }
    return states;
}

QList<LeaseState> Deliveries::finish(const QList<DeliveryEnd> &ends)
{
    const core::TimePoint now = m_parts.clock.now();
    QList<LeaseState> states;
    states.reserve(ends.size());
    for (const DeliveryEnd &end : ends) {
        states.append(finishOne(end, now));
    }
    return states;
}

LeaseState Deliveries::finishOne(const DeliveryEnd &end, core::TimePoint now)
{
    std::optional<Row> row = held(end.lease);
    if (!row) {
        return LeaseState::Stale;
    }
    if (end.kind == DeliveryEnd::Kind::Requeue) {
        putBack(*row, now);
    } else {
        close(*row, end, now);
    }
    m_places.remove(end.lease.id);
    return LeaseState::Held;
}

void Deliveries::putBack(Row &row, core::TimePoint now)
{
    Query(m_putBack, row.seq, now).run();
    row.delivery.status = core::DeliveryStatus::Pending;
    row.delivery.nextTry = now;
    m_parts.events.add(Event::Kind::DeliveryPending, row.delivery);
}

void Deliveries::close(Row &row, const DeliveryEnd &end, core::TimePoint now)
{
    core::Delivery &delivery = row.delivery;
    delivery.tries += 1;
    Event::Kind kind = Event::Kind::DeliveryDone;
    switch (end.kind) {
    case DeliveryEnd::Kind::Delivered:
        delivery.status = core::DeliveryStatus::Delivered;
        break;
    case DeliveryEnd::Kind::Dead:
        delivery.status = core::DeliveryStatus::Dead;
        kind = Event::Kind::DeliveryDead;
        break;
    default:
        delivery.status = core::DeliveryStatus::Pending;
        delivery.nextTry = std::max(end.nextTry, now);
        kind = Event::Kind::DeliveryRetry;
    }
    if (row.last) {
        row.earlier = withTry(row.earlier, *row.last);
    }
    const core::DeliveryAttempt &attempt = end.attempt;
    const core::TimePoint tried = attempt.time == core::TimePoint{} ? now : attempt.time;
    const QByteArray answer = attempt.answer.left(core::kMaxAnswer);
    Query(m_try, row.seq, int(delivery.status), delivery.nextTry, delivery.tries, tried,
          qint64(attempt.duration.count()), attempt.httpStatus, attempt.error, Blob{answer}, row.earlier)
        .run();
    m_parts.events.add(kind, delivery);
}

int Deliveries::recover(int n)
{
    const core::TimePoint now = m_parts.clock.now();
    QList<Row> rows;
    {
        Query query(m_expired, now, n);
        while (query.next()) {
            rows.append(header(query));
        }
    }
    for (Row &row : rows) {
        row.delivery.id = core::deliveryId(row.delivery.job, row.delivery.run);
        m_places.remove(row.delivery.id);
        putBack(row, now);
    }
    return int(rows.size());
}

} // namespace dragonscales::broker::sqlite
