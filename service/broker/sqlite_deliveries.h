// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "broker/sqlite_parts.h"
#include "broker/store.h"

namespace dragonscales::broker::sqlite {

// What becomes of deliveries.
class Deliveries final
{
public:
    explicit Deliveries(const Parts &parts);

    QList<ClaimedDelivery> claim(int n, const QString &worker, std::chrono::milliseconds lease);
    QList<LeaseState> renew(const QList<Lease> &leases, std::chrono::milliseconds lease);
    QList<LeaseState> finish(const QList<DeliveryEnd> &ends);
    int recover(int n);

private:
    struct Row
    {
        core::Delivery delivery; // without callback parameters, payload and attempts
        qint64 seq = 0;
        std::optional<core::DeliveryAttempt> last;
        QByteArray earlier;
    };

    std::optional<Row> held(const Lease &lease);
    std::optional<Row> read(qint64 seq, const Lease &lease);
    LeaseState finishOne(const DeliveryEnd &end, core::TimePoint now);
    void putBack(Row &row, core::TimePoint now);
    void close(Row &row, const DeliveryEnd &end, core::TimePoint now);
    Row header(const Query &query);

    Parts m_parts;
    Statement m_due;
    Statement m_start;
    Statement m_leased;
    Statement m_find;
    Statement m_expired;
    Statement m_renew;
    Statement m_try;
    Statement m_putBack;
    QHash<QUuid, qint64> m_places; // of leased ones, by id: a hint, checked against the row
};

} // namespace dragonscales::broker::sqlite
