// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "broker/broker.h"
#include "engine/end_writer.h"
#include "engine/engine.h"
#include "engine/lease_table.h"

namespace dragonscales::engine {

// What runs of jobs and deliveries need. Shared: each of them holds it until its thread is back, which may be long
// after the engine has gone. A run asks the broker only when it ends, which it does once, at the latest when the engine
// does; the host is asked by threads that are stuck in module code, and kept for them.
struct Services
{
    broker::Broker &broker;
    std::shared_ptr<const core::Clock> clock; // the broker's
    Code code;
    core::ProjectPointer project;
    EngineOptions options;
    std::shared_ptr<Alarm> alarm;
    std::shared_ptr<EndWriter> ends;
    LeaseTable jobs;
    LeaseTable deliveries;
};

} // namespace dragonscales::engine
