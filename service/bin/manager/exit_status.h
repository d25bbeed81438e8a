// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/result.h"

namespace dragonscales::manager {

// What the program tells its caller.
enum class Exit : quint8 {
    Done = 0,
    Failed = 1, // the job failed or was canceled; a project has problems
    Usage = 2,
    NotFound = 3,
    Refused = 4,
    Unreachable = 5,
    TimedOut = 6,
};

Exit exitOf(core::ErrorCode code);
Exit exitOfHttp(int status);

} // namespace dragonscales::manager
