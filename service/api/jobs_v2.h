// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "api/json_body.h"
#include "api/router.h"
#include "broker/broker.h"
#include "core/job_request_v2.h"

namespace dragonscales::api {

// Jobs as API v2 has them: strict requests with all options, whole jobs, logs, cancel and delete.
class JobsV2
{
public:
    JobsV2(broker::Broker &broker, const core::ProjectPointer &project, JsonBodies &bodies);

    std::vector<Route> routes(); // they borrow this

private:
    QFuture<Response> submit(const Request &request, const Caller &caller); // any thread
    QFuture<Response> get(const QUuid &id, const Caller &caller);
    QFuture<Response> logs(const QUuid &id, const Caller &caller);
    QFuture<Response> cancel(const QUuid &id, const Caller &caller);
    QFuture<Response> retry(const QUuid &id, const Caller &caller);
    QFuture<Response> runNow(const QUuid &id, const Caller &caller);
    QFuture<Response> remove(const QUuid &id, const Caller &caller);
    // The row of something that is done with one job.
    Route ofJob(const QByteArray &verb, const QString &below, Role least,
                QFuture<Response> (JobsV2::*handler)(const QUuid &, const Caller &));

    broker::Broker &m_broker;
    const core::JobRequestReaderV2 m_reader;
    JsonBodies &m_bodies;
};

} // namespace dragonscales::api
