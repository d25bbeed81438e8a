// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "host/runner/shared_phase.h"

#include <QByteArray>

#include <csignal>

#include <sys/types.h>

namespace dragonscales::host {

// The parent of the process that hosts plugin code. It has one thread and no foreign code, so it is there when the code
// has crashed, spins, blocks signals or was stopped:
//   - when the code's process ends, it kills what that left behind and tells the service how it ended;
//   - when the service's end of the channel closes, orderly or because the service died, it kills everything at once;
//   - SIGTERM it passes on to the code's process group.
// Everything below it ends before it does, also what has made sessions of its own: it is their subreaper.
class Monitor final
{
public:
    // Forks. Returns in the child only, which leads a new process group and has the signals of before.
    static void split(int in, int out, const QByteArray &scratch, const SharedPhase &phase);

private:
    Monitor(pid_t code, int in, int out, QByteArray scratch, const SharedPhase &phase);
    [[noreturn]] void run();
    [[noreturn]] void killAll();
    void onSignal(int signals);
    void onCodeEnded();
    [[noreturn]] void leave();

    const pid_t m_code;
    const int m_in;
    const int m_out;
    const QByteArray m_scratch;
    const SharedPhase &m_phase;
};

} // namespace dragonscales::host
