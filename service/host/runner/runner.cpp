// SPDX-License-Identifier: LGPL-3.0-or-later
#include "host/runner/runner.h"

#include "host/process_tree.h"
#include "host/runner/passed_result.h"

#include <atomic>
#include <csignal>
#include <cstdio>
#include <iostream>

#include <sys/wait.h>
#include <unistd.h>

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace dragonscales::host {

namespace {

constexpr auto kBetweenProgress = 100ms;

std::atomic<bool> g_stop = false;
static_assert(std::atomic<bool>::is_always_lock_free);

extern "C" void onTerminate(int)
{
    g_stop.store(true, std::memory_order_relaxed);
}

// Without SA_RESTART, so that code that waits in a system call wakes and looks at the stop flag.
void catchTerminate()
{
    struct sigaction action
    {
    };
    action.sa_handler = &onTerminate;
    ::sigaction(SIGTERM, &action, nullptr);
}

// What the code printed goes before the answer.
void flushOutput()
{
    std::fflush(nullptr);
    std::cout.flush();
    std::clog.flush();
}

// Kills what the request's code started and did not wait for; empty when there is nothing, which costs one system call.
QString killLeftBehind()
{
    pid_t ended = 0;
    while ((ended = ::waitpid(-1, nullptr, WNOHANG | __WALL)) > 0) {
    }
    if (ended < 0) {
        return {}; // no children at all
    }
    QStringList processes;
    for (const ProcessEntry &entry : killDescendants(::getpid())) {
        processes.append(u"%1 (%2)"_s.arg(entry.pid).arg(QString::fromUtf8(entry.command)));
    }
    return processes.join(u", "_s);
}

} // namespace

Runner::Runner(RunnerChannel &channel, SharedPhase &phase, QString scratch)
    : m_channel(channel)
    , m_phase(phase)
    , m_scratch(std::move(scratch))
{
}

void Runner::run()
{
    catchTerminate();
    std::setvbuf(stdout, nullptr, _IOLBF, 0); // a crash loses half a line at most
    const protocol::Hello hello{protocol::kVersion, QStringLiteral(DRAGONSCALES_VERSION), ::getpid()};
    m_channel.write(protocol::lineOf(protocol::Answer(hello)));
    while (const auto line = m_channel.readLine()) {
        const auto request = protocol::requestOf(*line);
        protocol::Answer answer =
            protocol::Failed{{u"protocol"_s, u"The runner does not understand what the service asks for."_s, {}, {}}};
        if (g_stop.load(std::memory_order_relaxed)) {
            return; // told to end before it began: another runner takes the request
        }
        if (request) {
            m_passing.reset();
            m_phase.countRequest();
            m_phase.set(Phase::Loading);
            answer = std::visit([this](const auto &message) { return answerTo(message); }, *request);
            flushOutput();
            if (const QString left = killLeftBehind(); !left.isEmpty()) {
                answer = protocol::LeftBehind{left};
            }
        }
        m_channel.write(protocol::lineOf(answer));
        m_phase.set(Phase::Idle);
    }
}

Modules::Tell Runner::tellPhase()
{
    return [this](Phase phase, const QString &library) {
        m_phase.setLoading(library);
        m_phase.set(phase);
    };
}

CallContext::Facts Runner::factsOf(const protocol::Header &header)
{
    CallContext::Facts facts;
    facts.jobId = header.id;
    facts.traceparent = header.traceparent;
    if (header.timeout.count() > 0) {
        facts.deadline = std::chrono::steady_clock::now() + header.timeout;
    }
    facts.scratchPath = [this] {
        return m_scratch.isEmpty() ? QString() : u"%1/%2"_s.arg(m_scratch).arg(++m_scratchNumber);
    };
    facts.log = [this](sdk::LogLevel level, const QString &line) {
        m_channel.write(protocol::lineOf(protocol::Answer(protocol::Log{levelWord(level), line})));
    };
    facts.progress = [this](double fraction, const QString &text) { reportProgress(fraction, text); };
    facts.stop = [] { return g_stop.load(std::memory_order_relaxed); };
    return facts;
}

// Code may tell its progress in its innermost loop; people need it a few times a second.
void Runner::reportProgress(double fraction, const QString &text)
{
    {
        const std::lock_guard lock(m_mutex);
        const auto now = std::chrono::steady_clock::now();
        if (now < m_nextProgress && fraction < 1) {
            return;
        }
        m_nextProgress = now + kBetweenProgress;
    }
    m_channel.write(protocol::lineOf(protocol::Answer(protocol::Progress{fraction, text})));
}

protocol::Answer Runner::answerTo(const protocol::JobRequest &job)
{
    CallContext context(factsOf(job.header));
    m_nextProgress = {};
    auto location = m_modules.run(job.plan, context, tellPhase());
    if (!location) {
        return protocol::Failed{std::move(location.error())};
    }
    return protocol::Done{std::move(*location)};
}

protocol::Answer Runner::answerTo(const protocol::TaskRequest &request)
{
    m_passing = std::make_unique<CallContext>(factsOf(request.header));
    m_nextProgress = {};
    const auto result = m_modules.runTask(request.task, request.maxResultBytes, *m_passing, tellPhase());
    if (!result) {
        return protocol::Failed{result.error()};
    }
    auto passed = passOn(*result, *m_passing);
    if (!passed) {
        return protocol::Failed{passed.error()};
    }
    return protocol::TaskResult{std::move(*passed)};
}

protocol::Answer Runner::answerTo(const protocol::StoreRequest &request)
{
    CallContext context(factsOf(request.header));
    m_nextProgress = {};
    auto location = takePassed(request.result).and_then([&](const sdk::TaskResult &result) {
        return m_modules.store(request.storage, result, request.maxResultBytes, context, tellPhase());
    });
    if (!location) {
        return protocol::Failed{std::move(location.error())};
    }
    return protocol::Done{std::move(*location)};
}

protocol::Answer Runner::answerTo(const protocol::DescribeRequest &ask)
{
    return protocol::Failed{
        {u"protocol"_s, u"The metadata of “%1” tells what it takes."_s.arg(ask.module.library), {}, {}}};
}

protocol::Answer Runner::answerTo(const protocol::CallbackRequest &call)
{
    auto facts = factsOf(call.header);
    facts.deliveryId = call.delivery;
    CallContext context(std::move(facts));
    auto result = m_modules.call(call.callback, call.status, context, tellPhase());
    if (!result) {
        return protocol::Failed{std::move(result.error())};
    }
    return protocol::Called{std::move(*result)};
}

tl::expected<sdk::BaseAuthorizer *, core::JobError> Runner::authorizerOf(const ModuleSpec &spec)
{
    const InstanceKey key = InstanceKey::of(spec);
    if (!m_authorizer || !(m_authorizerKey == key)) {
        auto made = m_modules.authorizer(spec);
        if (!made) {
            return tl::unexpected(made.error());
        }
        m_authorizerKey = key;
        m_authorizer = std::move(*made);
    }
    m_phase.set(Phase::Authorizer);
    return m_authorizer.get();
}

protocol::Answer Runner::answerTo(const protocol::AuthorizeRequest &ask)
{
    const auto authorizer = authorizerOf(ask.authorizer);
    if (!authorizer) {
        return protocol::Failed{authorizer.error()};
    }
    protocol::Decided decided;
    for (const sdk::Request &request : ask.requests) {
        decided.verdicts.append(askAuthorizer(**authorizer, ask.authorizer, request));
    }
    return decided;
}

protocol::Answer Runner::answerTo(const protocol::OpenRequest &ask)
{
    const auto authorizer = authorizerOf(ask.authorizer);
    if (!authorizer) {
        return protocol::Failed{authorizer.error()};
    }
    const auto open = guarded(u"The authorizer"_s, [&] { return (*authorizer)->open(); });
    return protocol::Open{open && *open};
}

} // namespace dragonscales::host
