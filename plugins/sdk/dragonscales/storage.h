// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <dragonscales/context.h>
#include <dragonscales/result.h>

namespace dragonscales::sdk {

// Keeps a result and answers where. Threads as with BaseTask.
class BaseStorage
{
public:
    virtual ~BaseStorage() = default;
    // The location: any JSON value that tells the client where the result lies.
    virtual Outcome<Json> store(const TaskResult &result, const Json &params, Context &context) = 0;
};

} // namespace dragonscales::sdk
