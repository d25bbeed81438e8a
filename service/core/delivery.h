// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/job.h"

namespace dragonscales::core {

enum class DeliveryStatus : quint8 { Pending, Delivering, Delivered, Dead };
QByteArray deliveryStatusWord(DeliveryStatus status);

// Bytes of what a receiver answered that are kept.
inline constexpr qsizetype kMaxAnswer = 4096;

// One try of a callback.
struct DeliveryAttempt
{
    TimePoint time;
    std::chrono::milliseconds duration{0};
    bool delivered = false;
    int httpStatus = 0; // 0: the callback does not speak HTTP, or got no answer
    QString error;      // one sentence; empty when delivered
    QByteArray answer;  // first kMaxAnswer bytes of what the receiver said
};

// What a callback is told about one run of a job, and how far that got.
struct Delivery
{
    QUuid id; // deliveryId(job, run)
    QUuid job;
    int run = 1;
    ModuleCall callback;
    QByteArray payload; // the status object at the end of the run, never changed afterwards
    QByteArray traceparent;
    DeliveryStatus status = DeliveryStatus::Pending;
    TimePoint created;
    TimePoint nextTry;
    int tries = 0; // tries made
    QList<DeliveryAttempt> attempts;
};

} // namespace dragonscales::core
