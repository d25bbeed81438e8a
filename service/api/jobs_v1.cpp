// SPDX-License-Identifier: LGPL-3.0-or-later
#include "api/jobs_v1.h"

#include "api/errors.h"
#include "api/list_query_v1.h"
#include "core/continuation.h"
#include "core/ids.h"

namespace dragonscales::api {

using namespace Qt::Literals::StringLiterals;

namespace {

Response notFound()
{
    return Response::detail(404, u"Not found"_s);
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

JobsV1::JobsV1(broker::Broker &broker, index::Index &index, const core::ProjectPointer &project, JsonBodies &bodies)
    : m_broker(broker)
    , m_index(index)
    , m_reader(project)
    , m_bodies(bodies)
{
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
    return m_bodies.read(call.request, [this](const Request &request) { return submit(request); });
}

QFuture<Response> JobsV1::submit(const Request &request)
{
    core::RequestOutcome outcome = m_reader.readV1(request.body, m_broker.now());
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
