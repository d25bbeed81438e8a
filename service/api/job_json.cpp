// SPDX-License-Identifier: LGPL-3.0-or-later
#include "api/job_json.h"

#include "api/json_values.h"
#include "core/ids.h"
#include "core/json/writer.h"

namespace dragonscales::api {

using core::json::ObjectWriter;
using core::json::quoted;
using namespace Qt::Literals::StringLiterals;

namespace {

template <typename T, typename Write>
QByteArray arrayOf(const QList<T> &values, Write write)
{
    QByteArrayList each;
    each.reserve(values.size());
    for (const T &value : values) {
        each.append(write(value));
    }
    return '[' + each.join(',') + ']';
}

QByteArray callJson(const core::ModuleCall &call, const JobView &view)
{
    return ObjectWriter().addText("name", call.name).add("params", view.secrets ? call.params : "null").text();
}

QByteArray errorJson(const std::optional<core::JobError> &error)
{
    if (!error) {
        return "null";
    }
    return ObjectWriter()
        .addText("type", error->type)
        .addText("message", error->message)
        .add("detail", textOrNull(error->detail))
        .addText("fingerprint", error->fingerprint)
        .text();
}

QByteArray retryJson(const std::optional<core::RetryPolicy> &retry)
{
    if (!retry) {
        return "null";
    }
    ObjectWriter json;
    json.addNumber("max", retry->max);
    if (retry->backoff) {
        json.add("backoff", ObjectWriter()
                                .add("first", secondsJson(retry->backoff->first))
                                .add("factor", numberJson(retry->backoff->factor))
                                .add("longest", secondsJson(retry->backoff->longest))
                                .add("jitter", numberJson(retry->backoff->jitter))
                                .text());
    } else {
        json.add("delays", arrayOf(retry->delays, secondsJson));
    }
    return json.text();
}

QByteArray dependenciesJson(const core::JobSpec &spec)
{
    if (spec.dependsOn.isEmpty()) {
        return "null";
    }
    return ObjectWriter()
        .add("jobs", arrayOf(spec.dependsOn, [](const QUuid &job) { return '"' + core::idText(job) + '"'; }))
        .addText("on_failure", QString::fromLatin1(core::onFailureWord(spec.onFailure)))
        .text();
}

QByteArray attemptJson(const core::Attempt &attempt)
{
    return ObjectWriter()
        .addNumber("run", attempt.run)
        .add("worker", textOrNull(attempt.worker))
        .add("started", timeOrNull(attempt.started))
        .add("ended", timeOrNull(attempt.ended))
        .addText("outcome", QString::fromLatin1(core::outcomeWord(attempt.outcome)))
        .add("error", errorJson(attempt.error))
        .text();
}

QByteArray progressJson(const core::Job &job)
{
    if (job.progress < 0 && job.progressText.isEmpty()) {
        return "null";
    }
    return ObjectWriter()
        .add("fraction", job.progress < 0 ? QByteArray("null") : numberJson(job.progress))
        .add("text", textOrNull(job.progressText))
        .text();
}

// Of what a receiver answered, which need not be text.
QByteArray tryJson(const core::DeliveryAttempt &attempt, const JobView &view)
{
    return ObjectWriter()
        .add("time", timeOrNull(attempt.time))
        .add("duration", secondsJson(attempt.duration))
        .addBool("delivered", attempt.delivered)
        .add("http_status", attempt.httpStatus == 0 ? QByteArray("null") : QByteArray::number(attempt.httpStatus))
        .add("error", textOrNull(attempt.error))
        .add("answer", view.secrets ? quoted(QString::fromUtf8(attempt.answer)) : "null")
        .text();
}

// Its callback's params are the job's.
QByteArray deliveryJson(const core::Delivery &delivery, const JobView &view)
{
    const bool waits = delivery.status == core::DeliveryStatus::Pending;
    return ObjectWriter()
        .addText("id", QString::fromLatin1(core::idText(delivery.id)))
        .addText("job", QString::fromLatin1(core::idText(delivery.job)))
        .addNumber("run", delivery.run)
        .addText("callback", delivery.callback.name)
        .addText("status", QString::fromLatin1(core::deliveryStatusWord(delivery.status)))
        .add("created", timeOrNull(delivery.created))
        .add("next_try", waits ? timeOrNull(delivery.nextTry) : QByteArray("null"))
        .addNumber("tries", delivery.tries)
        .add("attempts",
             arrayOf(delivery.attempts, [&](const core::DeliveryAttempt &attempt) { return tryJson(attempt, view); }))
        .text();
}

} // namespace

QByteArray jobJson(const core::Job &job, const QList<core::Delivery> &deliveries, const JobView &view)
{
    const core::JobSpec &spec = job.spec;
    return ObjectWriter()
        .addText("id", QString::fromLatin1(core::idText(spec.id)))
        .addText("status", QString::fromLatin1(core::statusWord(job.status)))
        .addNumber("run", job.run)
        .addText("queue", spec.queue)
        .add("task", callJson(spec.task, view))
        .add("storage", callJson(spec.storage, view))
        .add("callback", callJson(spec.callback, view))
        .addNumber("priority", spec.priority)
        .add("tags", arrayOf(spec.tags, [](const QString &tag) { return quoted(tag); }))
        .add("created", timeOrNull(job.created))
        .add("run_at", timeOrNull(spec.runAt))
        .add("started", timeOrNull(job.started))
        .add("ended", timeOrNull(job.ended))
        .add("timeout", spec.timeout ? secondsJson(*spec.timeout) : QByteArray("null"))
        .add("retry", retryJson(spec.retry))
        .add("depends_on", dependenciesJson(spec))
        .addNumber("tries", job.tries)
        .addNumber("lost", job.lost)
        .addBool("cancel_requested", job.cancelRequested)
        .add("progress", progressJson(job))
        .add("location", job.location.isEmpty() ? QByteArray("null") : job.location)
        .add("error", errorJson(job.error))
        .add("attempts", arrayOf(job.attempts, attemptJson))
        .add("deliveries",
             arrayOf(deliveries, [&](const core::Delivery &delivery) { return deliveryJson(delivery, view); }))
        .text();
}

QByteArray linesJson(const QList<core::LogLine> &lines)
{
    return ObjectWriter()
        .add("lines", arrayOf(lines,
                              [](const core::LogLine &line) {
                                  return ObjectWriter()
                                      .add("time", timeOrNull(line.time))
                                      .addText("level", line.level)
                                      .addText("text", line.text)
                                      .text();
                              }))
        .text();
}

QByteArray submittedJson(const core::JobSummary &job)
{
    return ObjectWriter()
        .addText("id", QString::fromLatin1(core::idText(job.id)))
        .addText("status", QString::fromLatin1(core::statusWord(job.status)))
        .addText("queue", job.queue)
        .addNumber("priority", job.priority)
        .add("created", timeOrNull(job.created))
        .add("run_at", timeOrNull(job.runAt))
        .text();
}

} // namespace dragonscales::api
