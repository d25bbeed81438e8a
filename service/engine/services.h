// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "broker/broker.h"
#include "engine/end_writer.h"
#include "engine/engine.h"
#include "engine/lease_table.h"

namespace dragonscales::engine {

// What runs of jobs and deliveries need. Shared: each of them holds it until it has ended. Nothing uses the broker once
// the engine has stopped, and the host only threads that are stuck in module code.
struct Services
{
    broker::Broker &broker;
    Code code;
    core::ProjectPointer project;
    EngineOptions options;
    std::shared_ptr<Alarm> alarm;
    std::shared_ptr<EndWriter> ends;
    LeaseTable jobs;
    LeaseTable deliveries;
};

} // namespace dragonscales::engine
