// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <dragonscales/context.h>
#include <dragonscales/result.h>

namespace dragonscales::sdk {

// One unit of work. An instance is made from the entry's args and kept; it is used by one thread at a time, but not
// always by the same.
class BaseTask
{
public:
    virtual ~BaseTask() = default;
    // `params` has been checked against the module's schema.
    virtual Outcome<TaskResult> run(const Json &params, Context &context) = 0;
};

} // namespace dragonscales::sdk
