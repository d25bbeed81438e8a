// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "api/json_body.h"
#include "api/router.h"
#include "broker/broker.h"
#include "core/job_request.h"
#include "index/index.h"

namespace dragonscales::api {

// Jobs as clients of version 1 know them.
class JobsV1
{
public:
    JobsV1(broker::Broker &broker, index::Index &index, const core::ProjectPointer &project, JsonBodies &bodies);

    std::vector<Route> routes(); // they borrow this

private:
    QFuture<Response> create(const Call &call);
    QFuture<Response> submit(const Request &request); // any thread
    QFuture<Response> list(const Call &call);
    QFuture<Response> get(const Call &call);
    QFuture<Response> remove(const Call &call);

    broker::Broker &m_broker;
    index::Index &m_index;
    const core::JobRequestReader m_reader;
    JsonBodies &m_bodies;
};

} // namespace dragonscales::api
