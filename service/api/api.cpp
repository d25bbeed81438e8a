// SPDX-License-Identifier: LGPL-3.0-or-later
#include "api/api.h"
#include "core/continuation.h"

#include "api/authentication.h"
#include "api/docs_page.h"
#include "api/forwarded.h"
#include "api/health.h"
#include "api/jobs_v1.h"
#include "api/jobs_v2.h"
#include "api/origin_rule.h"
#include "api/problem.h"
#include "api/queues_v2.h"
#include "api/router.h"

namespace dragonscales::api {

using namespace Qt::Literals::StringLiterals;

namespace {

Response notAllowed(const QByteArray &allow)
{
    Response response = Response::detail(405, u"Method Not Allowed"_s);
    response.headers.emplaceBack("Allow", allow);
    return response;
}

QFuture<Response> permitted(const Route &route, Call call, const Authentication::Identity &who)
{
    if (!who) {
        return ready(who.error());
    }
    if (who->role < route.least) {
        return ready(Response::detail(
            403, u"This takes the role %1; yours is %2."_s.arg(roleWord(route.least), roleWord(who->role))));
    }
    call.caller = *who;
    return route.handler(call);
}

Response certainOf(QFuture<Response> done)
{
    try {
        if (done.resultCount() > 0) {
            return done.result();
        }
        done.waitForFinished(); // throws what the promise was given
    } catch (...) {
        return Response::detail(500, u"Internal Server Error"_s);
    }
    Response response = Response::detail(503, u"The service is stopping. Try again later."_s);
    response.headers.emplaceBack("Retry-After", "2");
    return response;
}

// A promise that was dropped, by a part that has stopped meanwhile, still gets its answer.
QFuture<Response> certain(QFuture<Response> future)
{
    if (future.isFinished() && !future.isCanceled()) {
        return future;
    }
    const auto promise = std::make_shared<QPromise<Response>>();
    promise->start();
    core::whenDone(std::move(future),
                   [promise](const QFuture<Response> &done) { core::resolve(*promise, certainOf(done)); });
    return promise->future();
}

bool isV2(const Request &request)
{
    return request.path == "/api/v2"_L1 || request.path.startsWith("/api/v2/"_L1);
}

template <typename... Lists>
std::vector<Route> joined(Lists &&...lists)
{
    std::vector<Route> all;
    (all.insert(all.end(), lists.begin(), lists.end()), ...);
    return all;
}

} // namespace

struct Api::Private
{
    Private(broker::Broker &broker, index::Index &index, host::Host &host, engine::Engine *engine,
            const core::ProjectPointer &project, const ApiOptions &options)
        : scheme(options.scheme)
        , proxies(options.trustedProxies)
        , origins(options.corsOrigins)
        , health(broker, engine)
        , jobs(broker, index, project, bodies)
        , jobsV2(broker, project, bodies)
        , queuesV2(broker, engine, project, bodies)
        , docs(*project)
        , router(joined(health.routes(), jobs.routes(), jobsV2.routes(), queuesV2.routes(), docs.routes()))
        , authentication(host, project, options.localToken)
    {
    }

    QFuture<Response> judged(const Request &request); // by where it comes from
    QFuture<Response> routed(const Request &request);

    QByteArray scheme;
    TrustedProxies proxies;
    OriginRule origins;
    Health health;
    JobsV1 jobs;
    JobsV2 jobsV2;
    QueuesV2 queuesV2;
    DocsPage docs;
    Router router;
    JsonBodies bodies; // this and the next are last: their threads use what is above
    Authentication authentication;
};

Api::Api(broker::Broker &broker, index::Index &index, host::Host &host, engine::Engine *engine,
         const core::ProjectPointer &project, const ApiOptions &options)
    : d(std::make_unique<Private>(broker, index, host, engine, project, options))
{
}

Api::~Api() = default;

QFuture<Response> Api::Private::routed(const Request &request)
{
    Router::Match match = router.find(request.method, request.path);
    if (!match.route) {
        return ready(match.allow.isEmpty() ? Response::detail(404, u"Not Found"_s) : notAllowed(match.allow));
    }
    Call call{request, std::move(match.captured), {}};
    if (match.route->least == Role::Nobody) {
        return match.route->handler(call);
    }
    QFuture<Authentication::Identity> who = authentication.identify(request);
    if (who.isFinished()) {
        return permitted(*match.route, std::move(call), who.result());
    }
    return core::followedByFuture(
        who, [route = match.route, call = std::move(call)](const Authentication::Identity &identity) {
            return permitted(*route, call, identity);
        });
}

QFuture<Response> Api::handle(const Request &request)
{
    QFuture<Response> answer = d->judged(request);
    return isV2(request) ? core::followedBy(answer, asProblem) : answer;
}

QFuture<Response> Api::Private::judged(const Request &request)
{
    const Origination origination = originationOf(request, scheme, proxies);
    if (!origins.allows(request, origination.scheme, origination.host)) {
        return ready(Response::detail(403, u"Pages of other sites may not use this service."_s));
    }
    if (origins.isPreflight(request)) {
        return ready(origins.preflight(request));
    }
    Request seen = request;
    seen.clientAddress = origination.clientAddress;
    QFuture<Response> answer = certain(routed(seen));
    if (request.header("Origin").isEmpty()) {
        return answer;
    }
    return core::followedBy(answer, [origins = origins, request](Response response) {
        origins.mark(request, &response);
        return response;
    });
}

} // namespace dragonscales::api
