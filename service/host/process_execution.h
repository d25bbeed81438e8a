// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "host/execution.h"
#include "host/host.h"
#include "host/modules.h"
#include "host/runner_exchange.h"
#include "host/runner_pool.h"

namespace dragonscales::host {

// Runs module code in runners. Thread-safe; calls block until the answer or the end of the runner.
class ProcessExecution final
{
public:
    explicit ProcessExecution(const HostOptions &options);

    // Task and storage share a runner when code of both can be hosted by one.
    JobOutcome run(const JobCall &call, const JobPlan &plan, const QStringList &withheld, Control &control);
    CallbackOutcome call(const CallbackCall &call, const ModuleSpec &callback, const QStringList &withheld,
                         Control &control);
    using Verdicts = QList<tl::expected<sdk::Verdict, core::JobError>>;
    // One for each of the requests. One that ends or holds up the authorizer's process is alone in being refused for
    // it; when several hold it up, so may be others, since nobody is to wait longer than for three time limits.
    Verdicts authorize(const ModuleSpec &authorizer, const QList<sdk::Request> &requests, const QStringList &withheld);
    // False as well when it cannot tell.
    bool openToAll(const ModuleSpec &authorizer, const QStringList &withheld);

    // What a module of another language takes, by having its runner load it: title, description, schemas and file.
    tl::expected<core::ModuleInfo, core::JobError> describe(const ModuleSpec &module, const QStringList &withheld);

    RunnerPool &pool() { return m_pool; }

private:
    // Called while the runner that answered still waits for its next request.
    using Meanwhile = std::function<void(const ExchangeEnd &end)>;
    // How runners of a group come and go.
    struct Use
    {
        int requestsPerRunner = 1;
        std::chrono::milliseconds leastAge{0}; // then; a younger one goes on
        std::chrono::milliseconds patience{0}; // as RunnerPool::take() has it
        std::chrono::milliseconds loading{0};  // what a new runner's first request may take beyond the time limit
        bool isOver(const RunnerProcess &runner) const;
    };
    Use useForCalls() const; // of callbacks and authorizers

    ExchangeEnd exchange(const RunnerGroup &group, const protocol::Request &request, ExchangeLimits limits,
                         const Use &use, Control *control, const Meanwhile &meanwhile = {});
    ExchangeEnd askAuthorizer(const ModuleSpec &authorizer, const protocol::Request &request,
                              const QStringList &withheld);
    ExchangeEnd exchangeApart(const RunnerGroup &taskGroup, const RunnerGroup &storageGroup,
                              const protocol::JobRequest &job, const ExchangeLimits &limits, const Use &use,
                              Control *control);
    ExchangeLimits limitsFor(const QString &what) const;
    RunnerGroup groupOf(const QString &name, const ModuleSpec &spec, const QStringList &withheld) const;

    const HostOptions m_options;
    const QString m_pythonHost;
    RunnerPool m_pool;
};

} // namespace dragonscales::host
