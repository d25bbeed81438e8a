// SPDX-License-Identifier: LGPL-3.0-or-later
#include "api/jobs_v1.h"

#include "api/errors.h"
#include "api/list_query_v1.h"
#include "core/continuation.h"
#include "core/ids.h"

#include <QPromise>

#include <exception>

namespace dragonscales::api {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr qsizetype kMaxTraceparent = 256;
constexpr qsizetype kLongBody = 64 * 1024; // is read beside the gate's thread, which all requests go through
constexpr int kLongBodiesAtOnce = 16;      // waiting and being read

Response notFound()
{
    return Response::detail(404, u"Not found"_s);
}

// JSON, said so or not said at all. A web page of anybody can post a form or plain text without being asked first.
bool isJson(const QByteArray &contentType)
{
    const QByteArray type = contentType.split(';').first().trimmed().toLower();
    return type.isEmpty() || type == "application/json" || (type.startsWith("application/") && type.endsWith("+json"));
}

bool isCompressed(const Request &request)
{
    return std::any_of(request.headers.begin(), request.headers.end(), [](const auto &field) {
        return field.first.compare("Content-Encoding", Qt::CaseInsensitive) == 0 &&
               field.second.trimmed().compare("identity", Qt::CaseInsensitive) != 0;
    });
}

// What goes on into other headers must be one plain word.
QByteArray traceparentOf(const Request &request)
{
    const QByteArray value = request.header("traceparent");
    const bool plain = std::all_of(value.begin(), value.end(), [](char c) { return c > 0x20 && c < 0x7f; });
    return plain && value.size() <= kMaxTraceparent ? value : QByteArray();
}

Response created(const core::Result<core::JobSummary> &answer)
{
    if (!answer) {
        return responseOf(answer.error());
    }
    return Response::json(200, "{\"id\":\"" + core::idText(answer->id) +
                                   "\",\"status\":\"queued\",\"result\":{},\"info\":null}");
}

Response shown(const core::Result<core::Job> &answer)
{
    if (!answer) {
        return responseOf(answer.error());
    }
    return Response::json(200, core::statusObject(answer->spec.id, answer->status, answer->location, answer->error));
}

Response removed(const core::Result<bool> &answer)
{
    if (!answer) {
        return responseOf(answer.error());
    }
    return *answer ? Response::json(200, "null") : notFound();
}

} // namespace

JobsV1::JobsV1(broker::Broker &broker, index::Index &index, const core::ProjectPointer &project)
    : m_broker(broker)
    , m_index(index)
    , m_reader(project)
{
    m_longReader.setMaxThreadCount(1);
}

std::vector<Route> JobsV1::routes()
{
    return {
        {"GET", u"/api/v1/jobs"_s, Role::Viewer, [this](const Call &call) { return list(call); }},
        {"POST", u"/api/v1/jobs"_s, Role::Submitter, [this](const Call &call) { return create(call); }},
        {"GET", u"/api/v1/jobs/{id}"_s, Role::Viewer, [this](const Call &call) { return get(call); }},
        {"DELETE", u"/api/v1/jobs/{id}"_s, Role::Submitter, [this](const Call &call) { return remove(call); }},
    };
}

QFuture<Response> JobsV1::create(const Call &call)
{
    if (!isJson(call.request.header("Content-Type"))) {
        return ready(Response::detail(415, u"The body must be JSON: send Content-Type: application/json."_s));
    }
    if (isCompressed(call.request)) {
        return ready(Response::detail(415, u"The body must not be compressed: leave Content-Encoding out."_s));
    }
    return call.request.body.size() <= kLongBody ? submit(call.request) : submitLong(call.request);
}

// One at a time: a body of 10 MiB can be read into a gigabyte of values.
QFuture<Response> JobsV1::submitLong(const Request &request)
{
    if (m_longBodies.fetch_add(1) >= kLongBodiesAtOnce) {
        --m_longBodies;
        return ready(Response::detail(503, u"Too many long requests wait to be read; try again later."_s));
    }
    const auto promise = std::make_shared<QPromise<Response>>();
    promise->start();
    m_longReader.start([this, request, promise] {
        try {
            core::resolve(*promise, submit(request).result());
        } catch (...) {
            promise->setException(std::current_exception());
            promise->finish();
        }
        --m_longBodies;
    });
    return promise->future();
}

QFuture<Response> JobsV1::submit(const Request &request)
{
    core::RequestOutcome outcome = m_reader.readV1(request.body);
    if (outcome.unreadable) {
        return ready(Response::detail(400, u"There was an error parsing the body"_s));
    }
    if (!outcome.spec) {
        return ready(refused(outcome.faults));
    }
    outcome.spec->id = core::newJobId(m_broker.now());
    outcome.spec->traceparent = traceparentOf(request);
    return core::followedBy(m_broker.enqueue(std::move(*outcome.spec)), created);
}

QFuture<Response> JobsV1::get(const Call &call)
{
    const QUuid id = core::idFromText(call.captured.front().toLatin1());
    return id.isNull() ? ready(notFound()) : core::followedBy(m_broker.job(id), shown);
}

QFuture<Response> JobsV1::remove(const Call &call)
{
    const QUuid id = core::idFromText(call.captured.front().toLatin1());
    return id.isNull() ? ready(notFound()) : core::followedBy(m_broker.remove(id), removed);
}

QFuture<Response> JobsV1::list(const Call &call)
{
    const ListRequestV1 asked = readListQuery(call.request.query);
    if (!asked.faults.isEmpty()) {
        return ready(refused(asked.faults));
    }
    return core::followedBy(
        m_index.list(asked.query), [query = call.request.query](const core::Result<index::IdPage> &page) {
            return page ? listed(*page, query)
                        : Response::detail(503, u"The list of jobs cannot be made now. Try again later."_s);
        });
}

} // namespace dragonscales::api
