// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>

#include <sys/types.h>

namespace dragonscales::host {

// What /proc tells about processes. Everything here copes with processes that end meanwhile.

struct ProcessEntry
{
    pid_t pid = 0;
    QByteArray command; // its arguments, joined by spaces and cut; its name in brackets when it has none
};

// All living processes below `root`, without it; processes that have ended but were not waited for do not count.
QList<pid_t> descendantsOf(pid_t root);
qint64 residentBytes(pid_t pid); // 0 when it is gone
ProcessEntry processEntry(pid_t pid);

// Kills all descendants of `root`, without it, and answers who they were. They are stopped first, so that none can make
// another one meanwhile. Own children among them are not waited for.
QList<ProcessEntry> killDescendants(pid_t root);

} // namespace dragonscales::host
