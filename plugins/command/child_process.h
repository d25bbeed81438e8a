// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <dragonscales/context.h>
#include <dragonscales/result.h>

#include <QStringList>

#include <chrono>

namespace dragonscales::plugins::command {

struct ChildSpec
{
    QString program;         // absolute path
    QStringList argv;        // argv[0] included
    QStringList environment; // "NAME=value"
    QString folder;
    std::chrono::milliseconds grace{5'000}; // between SIGTERM and SIGKILL
    qsizetype maxOutput = 1024LL * 1024;    // kept of each stream
};

struct ChildEnd
{
    int exitCode = 0;
    int signal = 0;       // that ended it; 0: it exited
    bool lost = false;    // somebody else in this process waited for it: nobody knows how it ended
    bool stopped = false; // because the context asked
    QByteArray output;
    QByteArray errors;
    bool outputCut = false;
    bool errorsCut = false;
};

// Runs one program to its end in the calling thread: standard input is empty, both outputs are read until the program
// has ended. It dies with this thread. It leads a process group of its own, which is gone when this returns. A failure:
// it could not be started.
sdk::Outcome<ChildEnd> runChild(const ChildSpec &spec, sdk::Context &context);

} // namespace dragonscales::plugins::command
