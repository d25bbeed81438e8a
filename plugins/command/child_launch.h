// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "files/descriptor.h"

#include <dragonscales/result.h>

#include <QStringList>

#include <chrono>
#include <functional>
#include <optional>

#include <sys/types.h>

namespace dragonscales::plugins::command {

struct ChildSpec
{
    using Sink = std::function<void(QByteArrayView bytes)>;

    QString program;            // absolute path
    QStringList argv;           // argv[0] included
    QByteArrayList environment; // "NAME=value"
    QString folder;
    std::chrono::milliseconds grace{5'000}; // between SIGTERM and SIGKILL
    qsizetype maxOutput = 1024LL * 1024;    // kept of each stream
    bool endWhenCut = false;                // more than that on standard output ends it
    std::optional<QByteArray> input{};      // what standard input holds; without it: nothing
    Sink onErrors{};                        // gets standard error as it comes, which is not kept then
    Sink onReports{};                       // gets what comes on descriptor 3; without it there is none
};

// A program that has begun, and the ends of its pipes that are ours. It has to be waited for.
struct LaunchedChild
{
    pid_t process = -1;
    Descriptor output;
    Descriptor errors;
    Descriptor reports; // not valid without onReports
};

// Starts the program in a process group of its own; it dies with this thread. No descriptor of this process but the
// standard ones, and 3 where asked for, reaches it.
sdk::Outcome<LaunchedChild> launchChild(const ChildSpec &spec);

} // namespace dragonscales::plugins::command
