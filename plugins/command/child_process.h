// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "child_launch.h"

namespace dragonscales::plugins::command {

struct ChildEnd
{
    int exitCode = 0;
    int signal = 0;       // that ended it; 0: it exited
    bool lost = false;    // somebody else in this process waited for it: nobody knows how it ended
    bool stopped = false; // because the caller asked
    QByteArray output;
    QByteArray errors;
    bool outputCut = false;
    bool errorsCut = false;
};

// Runs one program to its end in the calling thread; what it prints is read until it has ended, not until its last pipe
// is closed. Its process group is gone when this returns. `stop` is asked often. A failure: it could not be started.
sdk::Outcome<ChildEnd> runChild(const ChildSpec &spec, const std::function<bool()> &stop);

// The sentence for a program that did not exit by itself; nothing for one that did, whatever its status.
std::optional<QString> abnormalEnd(const QString &program, const ChildEnd &end);

} // namespace dragonscales::plugins::command
