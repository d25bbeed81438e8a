// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "api/http.h"
#include "broker/broker.h"
#include "engine/engine.h"
#include "host/host.h"
#include "index/index.h"

#include <QFuture>

namespace dragonscales::api {

struct ApiOptions
{
    QByteArray localToken;      // admin, before any authorizer; empty: there is none
    QStringList corsOrigins;    // "https://example.org": may read answers from a browser
    QStringList trustedProxies; // addresses or networks ("10.0.0.0/8") whose X-Forwarded-* counts
    QByteArray scheme = "http"; // "https" where TLS ends here
};

// Answers requests: who is who, the origin rule, then the router. Knows nothing of sockets; the Host rule, framing and
// limits come before it.
class Api final
{
public:
    // All but the project are borrowed and outlive it. `engine` may be null (--no-workers).
    Api(broker::Broker &broker, index::Index &index, host::Host &host, engine::Engine *engine,
        const core::ProjectPointer &project, const ApiOptions &options);
    ~Api(); // waits for authorizers that are at work; their requests are answered first
    Q_DISABLE_COPY_MOVE(Api)

    // Thread-safe. Checks and reads the request in the calling thread and never waits there; the answer may come from
    // any thread (the broker's, the index's, an authorizer's), so take it with then(context, …). Always ends in exactly
    // one result, never in an exception. `request.clientAddress` is the socket's peer. HEAD gets the answer of GET,
    // body and all: who writes it to the socket leaves the body out.
    QFuture<Response> handle(const Request &request);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace dragonscales::api
