// SPDX-License-Identifier: LGPL-3.0-or-later
#include "api/authentication.h"
#include "core/continuation.h"

#include "api/local_token.h"

#include <QPromise>

#include <algorithm>

namespace dragonscales::api {

using namespace Qt::Literals::StringLiterals;

namespace {

sdk::Request forAuthorizer(const Request &request)
{
    const qsizetype mark = request.target.indexOf('?');
    return {request.method, request.path, mark < 0 ? QByteArray() : request.target.mid(mark + 1), request.headers,
            request.clientAddress};
}

constexpr qsizetype kLongestField = 4096;
constexpr qsizetype kMostFields = 32;

// A field name is a token (RFC 9110, 5.6.2). Framing is the service's own, whatever an authorizer says.
bool mayBeSent(const QByteArray &name, const QByteArray &value)
{
    static const QByteArrayList own{"content-length", "content-type", "transfer-encoding", "connection", "date"};
    constexpr QByteArrayView kMarks = "!#$%&'*+-.^_`|~";
    const auto isToken = [&](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || kMarks.contains(c);
    };
    return !name.isEmpty() && std::all_of(name.begin(), name.end(), isToken) && !own.contains(name.toLower()) &&
           name.size() + value.size() <= kLongestField;
}

Response refusal(const sdk::Verdict &verdict)
{
    Response response =
        Response::detail(verdict.status, verdict.detail.isEmpty() ? u"Not authorized."_s : verdict.detail);
    bool challenged = false;
    for (const auto &[name, value] : verdict.headers) {
        if (response.headers.size() < kMostFields && mayBeSent(name, value)) {
            response.headers.emplaceBack(name, value);
            challenged = challenged || name.compare("WWW-Authenticate", Qt::CaseInsensitive) == 0;
        }
    }
    if (verdict.status == 401 && !challenged) {
        response.headers.emplaceBack("WWW-Authenticate", "Bearer");
    }
    return response;
}

Authentication::Identity identityOf(const sdk::Verdict &verdict)
{
    if (!verdict.allowed) {
        return tl::unexpected(refusal(verdict));
    }
    const auto role = verdict.role.isEmpty() ? Role::Submitter : roleFromWord(verdict.role);
    if (!role) {
        return tl::unexpected(Response::detail(500, u"The authorizer gave a role that does not exist."_s));
    }
    return Caller{*role, verdict.principal};
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
    , m_queue([this](const QList<sdk::Request> &requests) { return m_host.authorizeAll(m_project, requests); })
{
}

bool Authentication::answersAtOnce() const
{
    return m_project->authorizer && m_project->authorizer->bundled &&
           m_project->authorizer->isolation == core::Isolation::Thread;
}

bool Authentication::hasLocalToken(const Request &request) const
{
    return !m_localToken.isEmpty() && equalSecrets(bearerToken(request), m_localToken);
}

QFuture<Authentication::Identity> Authentication::identify(const Request &request)
{
    if (hasLocalToken(request)) {
        return at(Caller{Role::Admin, u"local"_s});
    }
    if (!m_project->project.authorizer) {
        return at(Caller{Role::Operator, {}});
    }
    const sdk::Request asked = forAuthorizer(request);
    if (answersAtOnce()) {
        return at(identityOf(m_host.authorize(m_project, asked)));
    }
    if (const auto kept = m_verdicts.find(asked, std::chrono::steady_clock::now())) {
        return at(identityOf(*kept));
    }
    auto promise = std::make_shared<QPromise<Identity>>();
    promise->start();
    m_queue.ask(asked, [this, promise, asked, now = std::chrono::steady_clock::now()](const sdk::Verdict &verdict) {
        m_verdicts.keep(asked, verdict, now);
        core::resolve(*promise, identityOf(verdict));
    });
    return promise->future();
}

} // namespace dragonscales::api
