// SPDX-License-Identifier: LGPL-3.0-or-later
#include "api/queues_v2.h"

#include "api/errors.h"
#include "api/problem.h"
#include "api/queue_patch.h"
#include "core/continuation.h"
#include "core/json/writer.h"
#include "core/near_miss.h"
#include "core/rfc3339.h"

#include <algorithm>

namespace dragonscales::api {

using core::json::ObjectWriter;
using namespace Qt::Literals::StringLiterals;

// One queue, whether it is the project's or only jobs of it are left.
struct QueuesV2::Queue
{
    QString name;
    broker::QueueCounts counts;
    broker::QueueSettings settings;
};

namespace {

template <typename T>
T ofQueue(const QList<T> &list, const QString &name)
{
    const auto it = std::find_if(list.begin(), list.end(), [&](const T &each) { return each.queue == name; });
    return it == list.end() ? T{} : *it;
}

QByteArray timeOrNull(core::TimePoint time)
{
    return time == core::TimePoint{} ? QByteArray("null") : '"' + core::timeText(time) + '"';
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
    return ObjectWriter()
        .addNumber("count", rate.count)
        .add("per",
             QByteArray::number(static_cast<double>(rate.per.count()) / 1000, 'g', QLocale::FloatingPointShortest))
        .text();
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
    return {
        {"GET", queues, Role::Viewer, [this](const Call &) { return list(); }},
        {"GET", one, Role::Viewer, [this](const Call &call) { return get(call.captured.front()); }},
        {"PATCH", one, Role::Operator,
         [this](const Call &call) {
             return m_bodies.read(call.request, [this, name = call.captured.front()](const Request &request) {
                 return change(name, request);
             });
         }},
    };
}

QFuture<core::Result<QList<QueuesV2::Queue>>> QueuesV2::all() const
{
    using Counts = core::Result<QList<broker::QueueCounts>>;
    using Settings = core::Result<QList<broker::QueueSettings>>;
    return core::followedByFuture(m_broker.counts(), [this](const Counts &counts) {
        return core::followedBy(
            m_broker.queueSettings(), [this, counts](const Settings &settings) -> core::Result<QList<Queue>> {
                if (!counts || !settings) {
                    return tl::unexpected(counts ? settings.error() : counts.error());
                }
                QStringList names;
                for (const core::QueueEntry &entry : m_project->project.queues) {
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
            });
    });
}

QByteArray QueuesV2::jsonOf(const Queue &queue) const
{
    engine::QueueState served;
    if (m_engine != nullptr) {
        for (const engine::QueueState &each : m_engine->state().queues) {
            served = each.queue == queue.name ? each : served;
        }
    }
    const broker::QueueLimits limits = configured(m_project->project, queue.name);
    return ObjectWriter()
        .addText("name", queue.name)
        .addNumber("scheduled", queue.counts.scheduled)
        .addNumber("queued", queue.counts.queued)
        .addNumber("started", queue.counts.started)
        .add("oldest_queued", timeOrNull(queue.counts.oldestQueued))
        .addNumber("workers", served.workers)
        .add("paused", pauseJson(queue.settings))
        .add("configured", limitsJson(limits))
        .add("effective", limitsJson(queue.settings.over(limits)))
        .text();
}

QFuture<Response> QueuesV2::list() const
{
    return core::followedBy(all(), [this](const core::Result<QList<Queue>> &queues) {
        if (!queues) {
            return responseOf(queues.error());
        }
        QByteArrayList each;
        for (const Queue &queue : *queues) {
            each.append(jsonOf(queue));
        }
        return Response::json(200, "{\"queues\":[" + each.join(',') + "]}");
    });
}

QFuture<Response> QueuesV2::get(const QString &name) const
{
    return core::followedBy(all(), [this, name](const core::Result<QList<Queue>> &queues) {
        if (!queues) {
            return responseOf(queues.error());
        }
        QStringList names;
        for (const Queue &queue : *queues) {
            if (queue.name == name) {
                return Response::json(200, jsonOf(queue));
            }
            names.append(queue.name);
        }
        const QString near = core::nearMiss(name, names);
        return Response::detail(
            404, u"There is no queue “%1”%2."_s.arg(name, near.isEmpty() ? QString() : u"; “%1” is one"_s.arg(near)));
    });
}

QFuture<Response> QueuesV2::change(const QString &name, const Request &request) const
{
    QueuePatchOutcome outcome = readQueuePatch(request.body, m_broker.now());
    if (!outcome.problems.isEmpty()) {
        return ready(problemOfBody(outcome.problems));
    }
    outcome.patch.queue = name;
    return core::followedByFuture(get(name), [this, name, patch = outcome.patch](const Response &there) {
        if (there.status != 200) {
            return ready(there);
        }
        return core::followedByFuture(m_broker.changeQueue(patch),
                                      [this, name](const core::Result<broker::QueueSettings> &changed) {
                                          return changed ? get(name) : ready(responseOf(changed.error()));
                                      });
    });
}

} // namespace dragonscales::api
