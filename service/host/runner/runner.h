// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "host/protocol.h"
#include "host/runner/runner_channel.h"
#include "host/runner/shared_phase.h"

namespace dragonscales::host {

// The process that hosts plugin code: reads a request, runs it in this, the only thread, answers, and so on until the
// service's end closes.
class Runner final
{
public:
    Runner(RunnerChannel &channel, SharedPhase &phase, QString scratch);
    Q_DISABLE_COPY_MOVE(Runner)

    void run();

private:
    protocol::Answer answerTo(const protocol::JobRequest &job);
    protocol::Answer answerTo(const protocol::TaskRequest &request);
    protocol::Answer answerTo(const protocol::StoreRequest &request);
    protocol::Answer answerTo(const protocol::DescribeRequest &ask);
    protocol::Answer answerTo(const protocol::CallbackRequest &call);
    protocol::Answer answerTo(const protocol::AuthorizeRequest &ask);
    protocol::Answer answerTo(const protocol::OpenRequest &ask);
    CallContext::Facts factsOf(const protocol::Header &header);
    tl::expected<sdk::BaseAuthorizer *, core::JobError> authorizerOf(const ModuleSpec &spec);
    void reportProgress(double fraction, const QString &text);
    Modules::Tell tellPhase();

    RunnerChannel &m_channel;
    SharedPhase &m_phase;
    const QString m_scratch;
    Modules m_modules;
    std::mutex m_mutex;
    std::chrono::steady_clock::time_point m_nextProgress;
    int m_scratchNumber = 0;
    std::unique_ptr<CallContext> m_passing; // of a task whose result is with another runner: keeps its scratch folder
    InstanceKey m_authorizerKey;
    std::unique_ptr<sdk::BaseAuthorizer> m_authorizer;
};

} // namespace dragonscales::host
