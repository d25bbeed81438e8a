// SPDX-License-Identifier: LGPL-3.0-or-later
#include "host/runner/guest.h"

#include "host/ended_text.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <vector>

#include <unistd.h>

namespace dragonscales::host {

void becomeGuest(const QByteArrayList &command)
{
    QByteArrayList texts = command;
    std::vector<char *> arguments;
    for (QByteArray &text : texts) {
        arguments.push_back(text.data());
    }
    arguments.push_back(nullptr);
    ::execvp(arguments.front(), arguments.data());
    std::fprintf(stderr, "“%s” cannot be run: %s.\n", arguments.front(), std::strerror(errno));
    std::fflush(stderr);
    ::_exit(kExitNoGuest);
}

} // namespace dragonscales::host
