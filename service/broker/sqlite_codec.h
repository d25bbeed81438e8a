// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/delivery.h"

namespace dragonscales::broker::sqlite {

// The numbers that stand for states in the file: a changed enum must not change what an old file says.
static_assert(int(core::JobStatus::Scheduled) == 0 && int(core::JobStatus::Waiting) == 1 &&
              int(core::JobStatus::Queued) == 2 && int(core::JobStatus::Started) == 3 &&
              int(core::JobStatus::Finished) == 4 && int(core::JobStatus::Failed) == 5 &&
              int(core::JobStatus::Canceled) == 6);
static_assert(int(core::DeliveryStatus::Pending) == 0 && int(core::DeliveryStatus::Delivering) == 1 &&
              int(core::DeliveryStatus::Delivered) == 2 && int(core::DeliveryStatus::Dead) == 3);
static_assert(int(core::AttemptOutcome::Finished) == 0 && int(core::AttemptOutcome::Failed) == 1 &&
              int(core::AttemptOutcome::Canceled) == 2 && int(core::AttemptOutcome::Lost) == 3 &&
              int(core::AttemptOutcome::Requeued) == 4);

// Earlier attempts of a job, or tries of a delivery, that are kept: the latest.
inline constexpr int kMaxAttempts = 100;

// How the attempt went that ended a run.
core::AttemptOutcome outcomeOf(core::JobStatus end);

// The columns that hold JSON. Empty text for what is empty.
QByteArray encodeRetry(const std::optional<core::RetryPolicy> &retry);
std::optional<core::RetryPolicy> decodeRetry(const QByteArray &json);
QByteArray encodeDependencies(const core::JobSpec &spec);
void decodeDependencies(const QByteArray &json, core::JobSpec *spec);
QByteArray encodeTags(const QStringList &tags);
QStringList decodeTags(const QByteArray &json);
QByteArray withAttempt(const QByteArray &json, const core::Attempt &attempt);
QList<core::Attempt> decodeAttempts(const QByteArray &json);
QByteArray withTry(const QByteArray &json, const core::DeliveryAttempt &attempt);
QList<core::DeliveryAttempt> decodeTries(const QByteArray &json);

} // namespace dragonscales::broker::sqlite
