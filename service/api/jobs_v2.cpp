// SPDX-License-Identifier: LGPL-3.0-or-later
#include "api/jobs_v2.h"

#include "api/errors.h"
#include "api/job_json.h"
#include "api/problem.h"
#include "core/continuation.h"
#include "core/ids.h"
#include "core/json/writer.h"

#include <QCryptographicHash>

#include <algorithm>

namespace dragonscales::api {

using namespace Qt::Literals::StringLiterals;

namespace {

const QString kJobs = u"/api/v2/jobs"_s;
constexpr int kLongestKey = 255;

Response notFound()
{
    return Response::detail(404, u"There is no such job."_s);
}

Response refused(const core::Error &error)
{
    return error.code == core::ErrorCode::NotFound ? notFound() : responseOf(error);
}

Response created(const core::Result<core::JobSummary> &answer)
{
    if (!answer) {
        return responseOf(answer.error());
    }
    Response response = Response::json(201, submittedJson(*answer));
    response.headers.emplaceBack("Location", kJobs.toLatin1() + '/' + core::idText(answer->id));
    return response;
}

// In the order of the requests: of each the job, or the problem that kept it out. When it kept out all, it is the
// answer.
Response createdAll(const QList<core::Result<core::JobSummary>> &answers)
{
    QByteArrayList each;
    qsizetype taken = 0;
    for (const auto &answer : answers) {
        each.append(answer ? submittedJson(*answer) : asProblem(responseOf(answer.error())).body);
        taken += answer ? 1 : 0;
    }
    if (taken == 0) {
        return responseOf(answers.first().error());
    }
    return Response::json(taken == answers.size() ? 201 : 207, '[' + each.join(',') + ']');
}

// What the header asks for; the error is for a person.
tl::expected<QByteArray, QString> idempotencyKeyOf(const Request &request)
{
    const QByteArray value = request.header("Idempotency-Key");
    if (value.isNull()) {
        return QByteArray();
    }
    const QByteArray key = value.trimmed();
    const bool plain = std::all_of(key.begin(), key.end(), [](char c) { return c > 0x20 && c < 0x7f; });
    if (!plain || key.isEmpty() || key.size() > kLongestKey) {
        return tl::unexpected(
            u"An Idempotency-Key must be 1 to %1 visible ASCII characters without spaces."_s.arg(kLongestKey));
    }
    return key;
}

QByteArray sha256(const QByteArrayList &parts)
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    for (const QByteArray &part : parts) {
        hash.addData(QByteArray::number(part.size()) + ':' + part);
    }
    return hash.result();
}

Response canceled(const QUuid &id, const core::Result<broker::CancelResult> &answer)
{
    if (!answer) {
        return responseOf(answer.error());
    }
    switch (*answer) {
    case broker::CancelResult::NotFound:
        return notFound();
    case broker::CancelResult::AlreadyEnded:
        return Response::detail(409, u"The job has ended already; only what waits or runs can be canceled."_s);
    case broker::CancelResult::Canceled:
    case broker::CancelResult::Requested:
        break;
    }
    const bool ended = *answer == broker::CancelResult::Canceled;
    return Response::json(ended ? 200 : 202, core::json::ObjectWriter()
                                                 .addText("id", QString::fromLatin1(core::idText(id)))
                                                 .addText("outcome", ended ? u"canceled"_s : u"requested"_s)
                                                 .text());
}

Response queued(const core::Result<core::JobSummary> &answer)
{
    if (!answer) {
        return refused(answer.error());
    }
    return Response::json(200, core::json::ObjectWriter()
                                   .addText("id", QString::fromLatin1(core::idText(answer->id)))
                                   .addText("status", QString::fromLatin1(core::statusWord(answer->status)))
                                   .addNumber("run", answer->run)
                                   .text());
}

Response removed(const core::Result<bool> &answer)
{
    if (!answer) {
        return responseOf(answer.error());
    }
    if (!*answer) {
        return notFound();
    }
    Response response;
    response.status = 204;
    return response;
}

} // namespace

JobsV2::JobsV2(broker::Broker &broker, const core::ProjectPointer &project, JsonBodies &bodies)
    : m_broker(broker)
    , m_reader(project)
    , m_bodies(bodies)
{
}

Route JobsV2::ofJob(const QByteArray &verb, const QString &below, Role least,
                    QFuture<Response> (JobsV2::*handler)(const QUuid &, const Caller &))
{
    return {verb, kJobs + u"/{id}"_s + below, least, [this, handler](const Call &call) {
                const QUuid id = core::idFromText(call.captured.front().toLatin1());
                return id.isNull() ? ready(notFound()) : (this->*handler)(id, call.caller);
            }};
}

std::vector<Route> JobsV2::routes()
{
    return {
        {"POST", kJobs, Role::Submitter,
         [this](const Call &call) {
             return m_bodies.read(call.request, [this, caller = call.caller](const Request &request) {
                 return submit(request, caller);
             });
         }},
        ofJob("GET", {}, Role::Viewer, &JobsV2::get),
        ofJob("GET", u"/logs"_s, Role::Viewer, &JobsV2::logs),
        ofJob("POST", u"/cancel"_s, Role::Submitter, &JobsV2::cancel),
        ofJob("POST", u"/retry"_s, Role::Operator, &JobsV2::retry),
        ofJob("POST", u"/run-now"_s, Role::Operator, &JobsV2::runNow),
        ofJob("DELETE", {}, Role::Submitter, &JobsV2::remove),
    };
}

QFuture<Response> JobsV2::submit(const Request &request, const Caller &caller)
{
    const auto key = idempotencyKeyOf(request);
    if (!key) {
        return ready(Response::detail(400, key.error()));
    }
    const core::TimePoint now = m_broker.now();
    core::SubmissionV2 submission = m_reader.read(request.body, now);
    if (!submission.problems.isEmpty()) {
        return ready(problemOfBody(submission.problems));
    }
    const QByteArray traceparent = traceparentOf(request);
    const QByteArray body = key->isEmpty() ? QByteArray() : sha256({request.body});
    const QByteArray owned = key->isEmpty() ? QByteArray() : sha256({caller.principal.toUtf8(), *key});
    QList<QFuture<core::Result<core::JobSummary>>> taken;
    for (core::JobSpec &spec : submission.specs) {
        spec.id = core::newJobId(now);
        spec.traceparent = traceparent;
        if (!key->isEmpty()) {
            spec.idempotency = core::IdempotencyKey{owned, body, static_cast<int>(taken.size())};
        }
        taken.append(m_broker.enqueue(std::move(spec)));
    }
    return submission.many ? core::followedBy(core::allOf(taken), createdAll)
                           : core::followedBy(taken.first(), created);
}

// What follows runs in the broker's threads, which may outlive this.
QFuture<Response> JobsV2::get(const QUuid &id, const Caller &caller)
{
    const JobView view{caller.role >= Role::Submitter};
    return core::followedByFuture(m_broker.job(id), [&broker = m_broker, id, view](const core::Result<core::Job> &job) {
        if (!job) {
            return ready(refused(job.error()));
        }
        return core::followedBy(
            broker.deliveriesOf(id), [job = *job, view](const core::Result<QList<core::Delivery>> &deliveries) {
                return deliveries ? Response::json(200, jobJson(job, *deliveries, view)) : refused(deliveries.error());
            });
    });
}

QFuture<Response> JobsV2::logs(const QUuid &id, const Caller & /*caller*/)
{
    return core::followedBy(m_broker.job(id), [](const core::Result<core::Job> &job) {
        if (!job) {
            return refused(job.error());
        }
        return Response::json(200, linesJson(job->log));
    });
}

QFuture<Response> JobsV2::cancel(const QUuid &id, const Caller & /*caller*/)
{
    return core::followedBy(m_broker.cancel(id),
                            [id](const core::Result<broker::CancelResult> &answer) { return canceled(id, answer); });
}

QFuture<Response> JobsV2::retry(const QUuid &id, const Caller & /*caller*/)
{
    return core::followedBy(m_broker.retry(id), queued);
}

QFuture<Response> JobsV2::runNow(const QUuid &id, const Caller & /*caller*/)
{
    return core::followedBy(m_broker.runNow(id), queued);
}

QFuture<Response> JobsV2::remove(const QUuid &id, const Caller & /*caller*/)
{
    return core::followedBy(m_broker.remove(id), removed);
}

} // namespace dragonscales::api
