// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/delivery.h"

namespace dragonscales::api {

// Jobs and what belongs to them, as API v2 answers them. Params and locations are the JSON that came, unchanged.
// What of it is shown. Params and receivers' answers may hold credentials of other services.
struct JobView
{
    bool secrets = false; // else these are null
};

QByteArray jobJson(const core::Job &job, const QList<core::Delivery> &deliveries, const JobView &view);
QByteArray linesJson(const QList<core::LogLine> &lines);
// What there is to say of a job that was just taken.
QByteArray submittedJson(const core::JobSummary &job);

} // namespace dragonscales::api
