// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "host/execution.h"

#include <functional>
#include <memory>

namespace dragonscales::host {
class Host;
}

namespace dragonscales::engine {

// Runs module code: the host, or what a test puts in its place. Called from any thread.
struct Code
{
    std::function<host::JobOutcome(const host::JobCall &, const std::shared_ptr<host::Control> &)> run;
    std::function<host::CallbackOutcome(const host::CallbackCall &, const std::shared_ptr<host::Control> &)> call;
    std::function<core::Isolation(const host::JobCall &)> isolationOf;
    std::function<int()> runnersAlive;

    static Code of(host::Host &host);
};

} // namespace dragonscales::engine
