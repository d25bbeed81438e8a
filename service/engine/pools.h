// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "engine/services.h"
#include "engine/work_pool.h"

namespace dragonscales::engine {

// The pool that works off one queue.
std::shared_ptr<WorkPool> makeQueuePool(const std::shared_ptr<Services> &services, const core::QueueEntry &queue);
// The pool of all deliveries, which never wait behind tasks.
std::shared_ptr<WorkPool> makeDeliveryPool(const std::shared_ptr<Services> &services);

} // namespace dragonscales::engine
