// SPDX-License-Identifier: LGPL-3.0-or-later
#include "host/runner/guest.h"

#include "host/ended_text.h"

#include <QString>

#include <cerrno>
#include <cstdio>
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
    std::fprintf(stderr, "“%s” cannot be run: %s.\n", arguments.front(), qUtf8Printable(qt_error_string(errno)));
    std::fflush(stderr);
    ::_exit(kExitNoGuest);
}

} // namespace dragonscales::host
