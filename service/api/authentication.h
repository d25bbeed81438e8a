// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "api/authorizer_queue.h"
#include "api/router.h"
#include "api/verdict_cache.h"
#include "host/host.h"

#include <tl/expected.hpp>

namespace dragonscales::api {

// Tells who a caller is. Whatever goes wrong on the way refuses.
class Authentication
{
public:
    using Identity = tl::expected<Caller, Response>; // or the refusal

    // `localToken` empty: there is none.
    Authentication(host::Host &host, core::ProjectPointer project, QByteArray localToken);
    ~Authentication() = default; // waits for authorizers that are at work
    Q_DISABLE_COPY_MOVE(Authentication)

    // Thread-safe. Bundled authorizers are asked at once, in this thread; others in threads of their own, since they
    // may block, unless an earlier verdict still holds. `request.clientAddress` is the client's, past trusted proxies.
    QFuture<Identity> identify(const Request &request);

private:
    bool hasLocalToken(const Request &request) const;
    bool answersAtOnce() const;

    host::Host &m_host;
    core::ProjectPointer m_project;
    QByteArray m_localToken;
    VerdictCache m_verdicts;
    AuthorizerQueue m_queue; // last: its threads use what is above
};

// The token of "Authorization: Bearer T"; empty when there is none.
QByteArray bearerToken(const Request &request);

} // namespace dragonscales::api
