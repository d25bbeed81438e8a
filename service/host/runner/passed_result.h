// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "host/protocol.h"

#include <dragonscales/context.h>
#include <dragonscales/result.h>

namespace dragonscales::host {

// A task's result on its way to the runner of the storage. What is large goes through a file in the context's scratch
// folder, so that the service's memory does not have to hold it.
tl::expected<protocol::PassedResult, core::JobError> passOn(const sdk::TaskResult &result, sdk::Context &context);
tl::expected<sdk::TaskResult, core::JobError> takePassed(const protocol::PassedResult &passed);

} // namespace dragonscales::host
