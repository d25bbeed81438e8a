// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "host/execution.h"
#include "host/host.h"
#include "host/modules.h"
#include "host/scratch.h"

namespace dragonscales::host {

// What a callback said, as the engine takes it; long texts are cut.
CallbackOutcome outcomeOf(const sdk::CallbackResult &result);

// Runs module code in the calling thread. Its end cannot be forced: the control's request and the time limit only show
// in the context. Thread-safe.
class ThreadExecution final
{
public:
    explicit ThreadExecution(const HostOptions &options);

    JobOutcome run(const JobCall &call, const JobPlan &plan, const std::shared_ptr<Control> &control);
    CallbackOutcome call(const CallbackCall &call, const ModuleSpec &callback, const std::shared_ptr<Control> &control);
    tl::expected<sdk::Verdict, core::JobError> authorize(const ModuleSpec &authorizer, const sdk::Request &request);
    bool openToAll(const ModuleSpec &authorizer);
    tl::expected<void, core::JobError> tryConstructor(const ModuleSpec &spec) { return m_modules.tryConstructor(spec); }

private:
    using Authorizer = std::shared_ptr<sdk::BaseAuthorizer>;

    CallContext::Facts factsOf(const QUuid &job, std::chrono::milliseconds timeout, const QByteArray &traceparent,
                               const std::shared_ptr<Control> &control);
    tl::expected<Authorizer, core::JobError> authorizerOf(const ModuleSpec &spec);

    const HostOptions m_options;
    Modules m_modules;
    ScratchRoot m_scratch;
    std::atomic<quint64> m_scratchNumber = 0;
    std::mutex m_mutex;
    struct
    {
        InstanceKey key;
        Authorizer authorizer;
    } m_authorizer; // the project has one; its instance serves all threads at once
};

} // namespace dragonscales::host
