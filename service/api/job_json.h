// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/delivery.h"

namespace dragonscales::api {

// How API v2 writes values: times as RFC 3339 in UTC with milliseconds, durations in seconds, null for what is not
// there; params, locations and answers are the JSON that came, unchanged.
QByteArray jobJson(const core::Job &job, const QList<core::Delivery> &deliveries);
QByteArray deliveryJson(const core::Delivery &delivery);
QByteArray linesJson(const QList<core::LogLine> &lines);
// What there is to say of a job that was just taken.
QByteArray submittedJson(const core::JobSummary &job);

} // namespace dragonscales::api
