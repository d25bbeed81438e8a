// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "broker/queue_settings.h"
#include "core/project.h"

namespace dragonscales::api {

struct QueuePatchOutcome
{
    broker::QueuePatch patch; // without the queue's name
    QList<core::Problem> problems;
};

// Reads {"paused", "reason", "resume_at", "max_concurrency", "rate", "max_queued"}, each optional; null gives a limit
// back to the project, 0 means none; a pause without an end has a resume_at of null. `now`: a pause must end after it.
QueuePatchOutcome readQueuePatch(const QByteArray &body, core::TimePoint now);

} // namespace dragonscales::api
