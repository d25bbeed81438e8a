// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "api/json_body.h"
#include "api/router.h"
#include "broker/broker.h"
#include "core/project.h"
#include "engine/engine.h"

namespace dragonscales::api {

// Queues as API v2 has them: what waits and runs, and what limits that.
class QueuesV2
{
public:
    // The engine may be null: nobody works here.
    QueuesV2(broker::Broker &broker, const engine::Engine *engine, core::ProjectPointer project, JsonBodies &bodies);

    std::vector<Route> routes(); // they borrow this

private:
    broker::Broker &m_broker;
    const engine::Engine *m_engine;
    const core::ProjectPointer m_project;
    JsonBodies &m_bodies;
};

} // namespace dragonscales::api
