// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "broker/store.h"
#include "host/execution.h"

#include <optional>

namespace dragonscales::engine {

// How one run of a job goes about, from its request first, then the project's entry, then its queue.
struct JobPlan
{
    host::JobCall call;
    core::RetryPolicy retry;
    std::optional<core::JobError> missing; // the project lacks what the job names: it fails with this, without a retry
};

JobPlan planJob(const broker::ClaimedJob &claimed, const core::ProjectPointer &project);

struct DeliveryPlan
{
    host::CallbackCall call;
    core::RetryPolicy retry;
    QString missing; // the sentence when the project has no such callback; else empty
};

DeliveryPlan planDelivery(const core::Delivery &delivery, const core::ProjectPointer &project,
                          std::chrono::milliseconds timeout);

// When the next try of a delivery is due after `outcome`; nothing: it is dead.
std::optional<core::TimePoint> nextTry(const core::RetryPolicy &policy, int triesBefore,
                                       const host::CallbackOutcome &outcome, core::TimePoint now);

} // namespace dragonscales::engine
