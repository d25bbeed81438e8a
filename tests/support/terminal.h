// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <cstdlib>

#include <fcntl.h>
#include <unistd.h>

namespace dragonscales::test {

// False where /dev/pts is not mounted, as in a bare root: script(1) has no terminal to give there.
inline bool canOpenTerminals()
{
    const int terminal = ::posix_openpt(O_RDWR | O_NOCTTY);
    if (terminal < 0) {
        return false;
    }
    const char *name = ::unlockpt(terminal) == 0 ? ::ptsname(terminal) : nullptr;
    const bool can = name != nullptr && ::access(name, R_OK | W_OK) == 0;
    ::close(terminal);
    return can;
}

} // namespace dragonscales::test
