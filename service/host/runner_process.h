// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "host/descriptor.h"

#include <tl/expected.hpp>

#include <QByteArrayList>
#include <QStringList>

#include <chrono>
#include <memory>

#include <sys/types.h>

namespace dragonscales::host {

// One dragonscales-runner, alive until this object is destroyed: the monitor, which is our child, and below it the
// process that hosts the code, the leader of a process group. Used by one thread at a time.
class RunnerProcess final
{
public:
    // The sentence why it cannot be started. `guest`: the program, and its arguments, that speaks the protocol below
    // the monitor; empty: the runner does so itself.
    static tl::expected<std::unique_ptr<RunnerProcess>, QString> start(const QString &program, const QStringList &guest,
                                                                       const QByteArrayList &environment);
    ~RunnerProcess();
    Q_DISABLE_COPY_MOVE(RunnerProcess)

    // The service's ends: a stream socket for the protocol, two pipes that do not block.
    const Descriptor &channel() const { return m_channel; }
    Descriptor &output() { return m_output; }
    Descriptor &errors() { return m_errors; }
    pid_t monitor() const { return m_monitor; }

    // SIGTERM to the group.
    void terminate() const;
    // Ends everything below the monitor at once and waits for it. Safe to call twice.
    void kill();
    // False when an idle runner has ended or says what nobody asked for; what it wrote meanwhile is dropped.
    bool usable();

    std::chrono::steady_clock::time_point started() const { return m_started; }

    // What its users note about it.
    bool starting = false; // has not answered yet
    bool greeted = false;
    pid_t code = 0;   // the process that hosts the code; known once it has greeted
    int requests = 0; // sent to it
    std::chrono::steady_clock::time_point idleSince;

private:
    RunnerProcess() = default;
    bool waitForEnd(std::chrono::milliseconds most, int *status) const;

    Descriptor m_channel;
    Descriptor m_output;
    Descriptor m_errors;
    pid_t m_monitor = -1;
    QString m_scratch;
    std::chrono::steady_clock::time_point m_started = std::chrono::steady_clock::now();
};

} // namespace dragonscales::host
