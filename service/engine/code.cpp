// SPDX-License-Identifier: LGPL-3.0-or-later
#include "engine/code.h"

#include "host/host.h"

namespace dragonscales::engine {

Code Code::of(host::Host &host)
{
    Code code;
    code.run = [&host](const host::JobCall &call, const std::shared_ptr<host::Control> &control) {
        return host.run(call, control);
    };
    code.call = [&host](const host::CallbackCall &call, const std::shared_ptr<host::Control> &control) {
        return host.call(call, control);
    };
    code.isolationOf = [&host](const host::JobCall &call) { return host.isolationOf(call); };
    code.runnersAlive = [&host] { return host.runnersAlive(); };
    return code;
}

} // namespace dragonscales::engine
