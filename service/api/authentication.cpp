// SPDX-License-Identifier: LGPL-3.0-or-later
#include "api/authentication.h"

#include "api/local_token.h"

#include <QPromise>

namespace dragonscales::api {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int kBlockingAuthorizers = 8;

sdk::Request forAuthorizer(const Request &request)
{
    const qsizetype mark = request.target.indexOf('?');
    return {request.method, request.path, mark < 0 ? QByteArray() : request.target.mid(mark + 1), request.headers,
            request.clientAddress};
}

Response refusal(int status, const QString &detail)
{
    Response response = Response::detail(status, detail);
    if (status == 401) {
        response.headers.emplaceBack("WWW-Authenticate", "Bearer");
    }
    return response;
}

Authentication::Identity identityOf(const sdk::Verdict &verdict)
{
    if (!verdict.allowed) {
        return tl::unexpected(
            refusal(verdict.status, verdict.detail.isEmpty() ? u"Not authorized."_s : verdict.detail));
    }
    const auto role = verdict.role.isEmpty() ? Role::Submitter : roleFromWord(verdict.role);
    if (!role) {
        return tl::unexpected(refusal(500, u"The authorizer gave a role that does not exist."_s));
    }
    return Caller{*role};
}

QFuture<Authentication::Identity> at(Authentication::Identity identity)
{
    QPromise<Authentication::Identity> promise;
    promise.start();
    promise.addResult(std::move(identity));
    promise.finish();
    return promise.future();
}

} // namespace

QByteArray bearerToken(const Request &request)
{
    const QByteArray value = request.header("Authorization").trimmed();
    constexpr QByteArrayView kScheme = "bearer ";
    if (QByteArrayView(value).first(qMin(value.size(), kScheme.size())).compare(kScheme, Qt::CaseInsensitive) != 0) {
        return {};
    }
    return value.mid(kScheme.size()).trimmed();
}

Authentication::Authentication(host::Host &host, core::ProjectPointer project, QByteArray localToken)
    : m_host(host)
    , m_project(std::move(project))
    , m_localToken(std::move(localToken))
{
    m_pool.setMaxThreadCount(kBlockingAuthorizers);
}

Authentication::~Authentication()
{
    m_pool.waitForDone();
}

bool Authentication::hasLocalToken(const Request &request) const
{
    return !m_localToken.isEmpty() && equalSecrets(bearerToken(request), m_localToken);
}

QFuture<Authentication::Identity> Authentication::identify(const Request &request)
{
    if (hasLocalToken(request)) {
        return at(Caller{Role::Admin});
    }
    if (!m_project->project.authorizer) {
        return at(Caller{Role::Operator});
    }
    if (m_project->authorizer && m_project->authorizer->bundled) {
        return at(identityOf(m_host.authorize(m_project, forAuthorizer(request))));
    }
    auto promise = std::make_shared<QPromise<Identity>>();
    promise->start();
    m_pool.start([this, promise, asked = forAuthorizer(request)] {
        promise->addResult(identityOf(m_host.authorize(m_project, asked)));
        promise->finish();
    });
    return promise->future();
}

} // namespace dragonscales::api
