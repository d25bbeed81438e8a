// SPDX-License-Identifier: LGPL-3.0-or-later
#include "engine/plan.h"

#include <QRandomGenerator>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::engine {

namespace {

// A receiver may ask for a pause, but not put a delivery off for good.
constexpr std::chrono::milliseconds kLongestRetryAfter = std::chrono::hours(24);

core::JobError missingEntry(core::ModuleKind kind, const QString &name)
{
    core::JobError error;
    error.type = u"missing"_s;
    error.message = u"The project has no %1 “%2” any more; add it to the project and retry the job."_s.arg(
        core::kindWord(kind), name);
    return error;
}

} // namespace

JobPlan planJob(const broker::ClaimedJob &claimed, const core::ProjectPointer &project)
{
    const core::JobSpec &spec = claimed.spec;
    JobPlan plan;
    plan.call.job = spec.id;
    plan.call.project = project;
    plan.call.task = spec.task;
    plan.call.storage = spec.storage;
    plan.call.traceparent = spec.traceparent;
    if (const core::QueueEntry *queue = project->project.queue(spec.queue)) {
        plan.call.queue = queue->options;
    }
    const core::ModuleEntry *task = project->project.entry(core::ModuleKind::Task, spec.task.name);
    if (task == nullptr) {
        plan.missing = missingEntry(core::ModuleKind::Task, spec.task.name);
        return plan;
    }
    if (project->project.entry(core::ModuleKind::Storage, spec.storage.name) == nullptr) {
        plan.missing = missingEntry(core::ModuleKind::Storage, spec.storage.name);
        return plan;
    }
    plan.retry = spec.retry.value_or(task->retry.value_or(core::kDefaultTaskRetry));
    plan.call.timeout = spec.timeout.value_or(task->timeout.count() > 0 ? task->timeout : plan.call.queue.timeout);
    return plan;
}

DeliveryPlan planDelivery(const core::Delivery &delivery, const core::ProjectPointer &project,
                          std::chrono::milliseconds timeout)
{
    DeliveryPlan plan;
    plan.call.job = delivery.job;
    plan.call.delivery = delivery.id;
    plan.call.project = project;
    plan.call.callback = delivery.callback;
    plan.call.payload = delivery.payload;
    plan.call.traceparent = delivery.traceparent;
    const core::ModuleEntry *entry = project->project.entry(core::ModuleKind::Callback, delivery.callback.name);
    if (entry == nullptr) {
        plan.missing = u"The project has no callback “%1” any more; add it to the project and redeliver."_s.arg(
            delivery.callback.name);
        return plan;
    }
    plan.call.timeout = entry->timeout.count() > 0 ? entry->timeout : timeout;
    plan.retry = entry->retry.value_or(core::kDefaultCallbackRetry);
    return plan;
}

std::optional<core::TimePoint> nextTry(const core::RetryPolicy &policy, int triesBefore,
                                       const host::CallbackOutcome &outcome, core::TimePoint now)
{
    if (outcome.kind != host::CallbackOutcome::Kind::Retry) {
        return std::nullopt;
    }
    const auto delay = policy.delayBefore(triesBefore, QRandomGenerator::global()->generateDouble());
    if (!delay) {
        return std::nullopt;
    }
    const auto asked = std::min(outcome.retryAfter.value_or(std::chrono::milliseconds(0)), kLongestRetryAfter);
    return now + std::max(*delay, asked);
}

} // namespace dragonscales::engine
