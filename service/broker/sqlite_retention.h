// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "broker/sqlite_parts.h"

namespace dragonscales::broker::sqlite {

// Deletes jobs whose time is over. Those that still have a delivery to make are passed over.
class Retention final
{
public:
    explicit Retention(const Parts &parts);

    int purge(int n);

private:
    struct Candidate
    {
        qint64 seq;
        qint64 expires;
        QUuid id;
        bool removed;
        bool open;
    };

    QList<Candidate> candidates(int n);
    int purgeFromHere(int n);
    void drop(const Candidate &job);

    Parts m_parts;
    Statement m_expiring;
    Statement m_dropJob;
    Statement m_dropDeliveries;
    Statement m_dropLogs;
    // Where the last look ended, so that many jobs with open deliveries don't hide those behind them.
    qint64 m_afterExpires = -1;
    qint64 m_afterSeq = -1;
};

} // namespace dragonscales::broker::sqlite
