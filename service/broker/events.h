// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/delivery.h"
#include "core/job.h"

#include <QMetaType>

namespace dragonscales::broker {

// Opaque to clients as "<epoch>-<n>": a store has one epoch for life, n counts its commits.
struct EventId
{
    QByteArray epoch;
    qint64 number = 0;
};

// One kind of change of one commit, to all jobs or deliveries that it touched.
struct Event
{
    enum class Kind : quint8 {
        JobQueued,    // new, or back in its queue
        JobScheduled, // waits for a time (delayed, or a retry) or for other jobs
        JobStarted,
        JobProgress,
        JobFinished,
        JobFailed,
        JobCanceled,
        JobCancelRequested, // runs; whoever runs it stops it
        JobRemoved,         // absent from every read from now on
        DeliveryPending,
        DeliveryStarted,
        DeliveryDone,
        DeliveryDead,
        DeliveryRetry,
        QueueChanged, // its settings, or it was held back and may go on
        QueueWaits,   // its rate is used up: Store::nextDue() says for how long
    };
    static constexpr int kKinds = int(Kind::QueueWaits) + 1;

    Kind kind = Kind::JobQueued;
    QList<core::JobSummary> jobs;     // of Job… kinds; for JobRemoved and JobCancelRequested only the ids count
    QList<core::Delivery> deliveries; // of Delivery… kinds, without payload and attempts
    QStringList queues;               // of Queue… kinds
};

// What one commit changed, in order.
struct Commit
{
    EventId id;
    QList<Event> events;
};

} // namespace dragonscales::broker

Q_DECLARE_METATYPE(dragonscales::broker::Commit)
