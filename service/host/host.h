// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "host/catalog.h"
#include "host/execution.h"

#include <dragonscales/authorizer.h>

namespace dragonscales::host {

struct HostOptions
{
    QString runnerProgram;                      // path of dragonscales-runner; empty: beside this program
    QString pythonHost;                         // path of host.py; empty: where it lies for this program
    std::chrono::milliseconds memoryCheck{100}; // how often a runner group's resident size is looked at
    int callsPerRunner = 1000;                  // of callbacks and authorizers (of jobs the queue says how many)
    std::chrono::milliseconds leastAge{10'000}; // of a runner that is replaced for its calls, which may be quick ones
    // How long a call waits for a runner that is at work, or starts, before another one is started: many call at once,
    // and an interpreter for each would take much memory.
    std::chrono::milliseconds callPatience{10};
    std::chrono::milliseconds startPatience{1'000};
    qint64 maxResultBytes = 64 * 1024 * 1024; // a larger location or result that is no File fails the job
    qint64 maxOutputBytes = 10 * 1024 * 1024; // of standard output and error of one job; more fails it
};

// Runs module code, in the calling thread or in a runner process, as the queue and the module's metadata say. Every
// way in which code can fail comes back as an outcome; nothing throws. All calls are synchronous and thread-safe: the
// caller's thread is the pool's worker.
//
// In a runner, a call returns soon after its time limit or the control's request and the grace, whatever the code does.
// In a thread nothing can end code that does not look at its context: the call returns when the code does. Whoever
// cannot wait keeps a clock of its own, asks through the control, and leaves the thread behind; what the call answers
// in the end is then of no interest. Host and control must outlive such a thread.
class Host final
{
public:
    Host(std::shared_ptr<const Catalog> catalog, const HostOptions &options);
    ~Host(); // ends all runners
    Q_DISABLE_COPY_MOVE(Host)

    // `control` is shared since code in a stuck thread may outlive the call's usefulness.
    JobOutcome run(const JobCall &call, const std::shared_ptr<Control> &control);
    CallbackOutcome call(const CallbackCall &call, const std::shared_ptr<Control> &control);
    // Refused with 500 when the authorizer fails or says so; its reason is logged. A refusal's status is always 400 to
    // 599. Bundled authorizers answer at once; others run in a runner.
    sdk::Verdict authorize(const core::ProjectPointer &project, const sdk::Request &request);
    // One for each. Where the authorizer has a process of its own, many at once cost little more than one.
    QList<sdk::Verdict> authorizeAll(const core::ProjectPointer &project, const QList<sdk::Request> &requests);
    // True without an authorizer, or with one that lets everybody in.
    bool openToAll(const core::ProjectPointer &project);

    // Where run() of this call would run: Thread or Process, never Auto.
    core::Isolation isolationOf(const JobCall &call) const;
    // Makes an instance of every entry's module that runs in a thread and throws it away, to find constructors that
    // throw before the first job does; problems name the entry.
    QList<core::Problem> tryConstructors(const core::ProjectPointer &project);

    int runnersAlive() const;
    // Ends idle runners; running ones are ended by their job's control.
    void endIdleRunners();

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace dragonscales::host
