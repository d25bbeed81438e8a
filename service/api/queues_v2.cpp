// SPDX-License-Identifier: LGPL-3.0-or-later
#include "api/queues_v2.h"

#include "api/errors.h"
#include "api/json_values.h"
#include "api/problem.h"
#include "api/queue_patch.h"
#include "core/continuation.h"
#include "core/json/writer.h"
#include "core/near_miss.h"

#include <algorithm>

namespace dragonscales::api {

using core::json::ObjectWriter;
using namespace Qt::Literals::StringLiterals;

namespace {

// What answers are made of besides the store. They are made in the broker's threads, which may outlive the routes.
struct Context
{
    broker::Broker &broker;
    core::ProjectPointer project;
    QList<engine::QueueState> served;
};

// One queue, whether it is the project's or only jobs of it are left.
struct Queue
{
    QString name;
    broker::QueueCounts counts;
    broker::QueueSettings settings;
};

template <typename T>
T ofQueue(const QList<T> &list, const QString &name)
{
    const auto it = std::find_if(list.begin(), list.end(), [&](const T &each) { return each.queue == name; });
    return it == list.end() ? T{} : *it;
}

QByteArray limitOrNull(qint64 limit)
{
    return limit == 0 ? QByteArray("null") : QByteArray::number(limit);
}

QByteArray rateOrNull(const broker::QueueRate &rate)
{
    if (rate.count == 0) {
        return "null";
    }
    return ObjectWriter().addNumber("count", rate.count).add("per", secondsJson(rate.per)).text();
}

QByteArray limitsJson(const broker::QueueLimits &limits)
{
    return ObjectWriter()
        .add("max_concurrency", limitOrNull(limits.maxConcurrency))
        .add("rate", rateOrNull(limits.rate))
        .add("max_queued", limitOrNull(limits.maxQueued))
        .text();
}

QByteArray pauseJson(const broker::QueueSettings &settings)
{
    if (!settings.isPaused()) {
        return "null";
    }
    return ObjectWriter()
        .add("since", timeOrNull(settings.pausedAt))
        .addText("reason", settings.reason)
        .add("resume_at", timeOrNull(settings.resumeAt))
        .text();
}

broker::QueueLimits configured(const core::Project &project, const QString &name)
{
    const core::QueueEntry *entry = project.queue(name);
    if (entry == nullptr) {
        return {};
    }
    const core::QueueOptions &options = entry->options;
    return {options.maxConcurrency, {options.rateCount, options.ratePer}, options.maxQueued};
}

core::Result<QList<Queue>> queuesOf(const core::Project &project,
                                    const core::Result<QList<broker::QueueCounts>> &counts,
                                    const core::Result<QList<broker::QueueSettings>> &settings)
{
    if (!counts || !settings) {
        return tl::unexpected(counts ? settings.error() : counts.error());
    }
    QStringList names;
    for (const core::QueueEntry &entry : project.queues) {
        names.append(entry.name);
    }
    for (const broker::QueueCounts &each : *counts) {
        if (!names.contains(each.queue) && each.scheduled + each.queued + each.started > 0) {
            names.append(each.queue);
        }
    }
    QList<Queue> queues;
    for (const QString &name : std::as_const(names)) {
        queues.append({name, ofQueue(*counts, name), ofQueue(*settings, name)});
    }
    return queues;
}

QFuture<core::Result<QList<Queue>>> allQueues(const Context &context)
{
    return core::followedByFuture(
        context.broker.counts(), [context](const core::Result<QList<broker::QueueCounts>> &counts) {
            return core::followedBy(context.broker.queueSettings(),
                                    [context, counts](const core::Result<QList<broker::QueueSettings>> &settings) {
                                        return queuesOf(context.project->project, counts, settings);
                                    });
        });
}

QByteArray queueJson(const Queue &queue, const Context &context)
{
    const broker::QueueLimits limits = configured(context.project->project, queue.name);
    return ObjectWriter()
        .addText("name", queue.name)
        .addNumber("scheduled", queue.counts.scheduled)
        .addNumber("queued", queue.counts.queued)
        .addNumber("started", queue.counts.started)
        .add("oldest_queued", timeOrNull(queue.counts.oldestQueued))
        .addNumber("workers", ofQueue(context.served, queue.name).workers)
        .add("paused", pauseJson(queue.settings))
        .add("configured", limitsJson(limits))
        .add("effective", limitsJson(queue.settings.over(limits)))
        .text();
}

QFuture<Response> listOf(const Context &context)
{
    return core::followedBy(allQueues(context), [context](const core::Result<QList<Queue>> &queues) {
        if (!queues) {
            return responseOf(queues.error());
        }
        QByteArrayList each;
        for (const Queue &queue : *queues) {
            each.append(queueJson(queue, context));
        }
        return Response::json(200, "{\"queues\":[" + each.join(',') + "]}");
    });
}

QFuture<Response> oneOf(const Context &context, const QString &name)
{
    return core::followedBy(allQueues(context), [context, name](const core::Result<QList<Queue>> &queues) {
        if (!queues) {
            return responseOf(queues.error());
        }
        QStringList names;
        for (const Queue &queue : *queues) {
            if (queue.name == name) {
                return Response::json(200, queueJson(queue, context));
            }
            names.append(queue.name);
        }
        const QString near = core::nearMiss(name, names);
        const QString hint = near.isEmpty() ? QString() : u"; “%1” is one"_s.arg(near);
        return Response::detail(404, u"There is no queue “%1”%2."_s.arg(name, hint));
    });
}

QFuture<Response> changeOf(const Context &context, const QString &name, const Request &request)
{
    QueuePatchOutcome outcome = readQueuePatch(request.body, context.broker.now());
    if (!outcome.problems.isEmpty()) {
        return ready(problemOfBody(outcome.problems));
    }
    outcome.patch.queue = name;
    return core::followedByFuture(oneOf(context, name), [context, name, patch = outcome.patch](const Response &there) {
        if (there.status != 200) {
            return ready(there);
        }
        return core::followedByFuture(context.broker.changeQueue(patch),
                                      [context, name](const core::Result<broker::QueueSettings> &changed) {
                                          return changed ? oneOf(context, name) : ready(responseOf(changed.error()));
                                      });
    });
}

} // namespace

QueuesV2::QueuesV2(broker::Broker &broker, const engine::Engine *engine, core::ProjectPointer project,
                   JsonBodies &bodies)
    : m_broker(broker)
    , m_engine(engine)
    , m_project(std::move(project))
    , m_bodies(bodies)
{
}

std::vector<Route> QueuesV2::routes()
{
    const QString queues = u"/api/v2/queues"_s;
    const QString one = queues + u"/{name}"_s;
    const auto context = [this] {
        return Context{m_broker, m_project,
                       m_engine == nullptr ? QList<engine::QueueState>() : m_engine->state().queues};
    };
    return {
        {"GET", queues, Role::Viewer, [context](const Call &) { return listOf(context()); }},
        {"GET", one, Role::Viewer, [context](const Call &call) { return oneOf(context(), call.captured.front()); }},
        {"PATCH", one, Role::Operator,
         [this, context](const Call &call) {
             return m_bodies.read(call.request, [now = context(), name = call.captured.front()](
                                                    const Request &request) { return changeOf(now, name, request); });
         }},
    };
}

} // namespace dragonscales::api
