// SPDX-License-Identifier: LGPL-3.0-or-later
#include "host/thread_execution.h"

#include "core/ids.h"

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::host {

namespace {

constexpr qsizetype kMaxSentence = 8192;
constexpr double kMiB = 1024.0 * 1024.0;

core::JobError timeoutError(const QString &what, std::chrono::milliseconds timeout)
{
    core::JobError error;
    error.type = u"timeout"_s;
    error.message = u"The %1 ran longer than its time limit of %2 s."_s.arg(what).arg(
        static_cast<double>(timeout.count()) / 1000.0);
    return error;
}

core::JobError outputError(qint64 most)
{
    core::JobError error;
    error.type = u"output"_s;
    error.message =
        u"The job wrote more than %1 MiB of output; write less, or to a file."_s.arg(static_cast<double>(most) / kMiB);
    return error;
}

} // namespace

CallbackOutcome outcomeOf(const sdk::CallbackResult &result)
{
    CallbackOutcome outcome;
    outcome.kind = static_cast<CallbackOutcome::Kind>(result.kind);
    outcome.httpStatus = result.httpStatus;
    outcome.answer = result.answer.left(core::kMaxAnswer);
    outcome.error = result.error.left(kMaxSentence);
    outcome.retryAfter = result.retryAfter;
    if (outcome.kind != CallbackOutcome::Kind::Delivered && outcome.error.isEmpty()) {
        outcome.error = u"The callback failed without saying why."_s;
    }
    return outcome;
}

ThreadExecution::ThreadExecution(const HostOptions &options)
    : m_options(options)
{
}

CallContext::Facts ThreadExecution::factsOf(const QUuid &job, std::chrono::milliseconds timeout,
                                            const QByteArray &traceparent, const std::shared_ptr<Control> &control)
{
    CallContext::Facts facts;
    facts.jobId = QString::fromLatin1(core::idText(job));
    facts.traceparent = traceparent;
    facts.maxOutputBytes = m_options.maxOutputBytes;
    if (timeout.count() > 0) {
        facts.deadline = std::chrono::steady_clock::now() + timeout;
    }
    facts.scratchPath = [this] {
        const QString root = m_scratch.path();
        return root.isEmpty() ? root : u"%1/%2"_s.arg(root).arg(++m_scratchNumber);
    };
    facts.log = [control](sdk::LogLevel level, const QString &line) {
        if (control->onLog) {
            control->onLog(core::LogLine{core::SystemClock().now(), levelWord(level), line});
        }
    };
    facts.progress = [control](double fraction, const QString &text) {
        if (control->onProgress) {
            control->onProgress(fraction, text);
        }
    };
    facts.stop = [control] { return control->requested() != Control::Request::None; };
    return facts;
}

JobOutcome ThreadExecution::run(const JobCall &call, const JobPlan &plan, const std::shared_ptr<Control> &control)
{
    CallContext context(factsOf(call.job, call.timeout, call.traceparent, control));
    auto location = m_modules.run(plan, context, {});
    JobOutcome outcome;
    if (location && !context.overdue() && !context.outputOverflowed()) {
        outcome.location = std::move(*location);
        return outcome;
    }
    const Control::Request requested = control->requested();
    if (!location && requested != Control::Request::None) {
        outcome.kind = requested == Control::Request::Cancel ? JobOutcome::Kind::Canceled : JobOutcome::Kind::Stopped;
        return outcome;
    }
    outcome.kind = JobOutcome::Kind::Failed;
    if (context.overdue()) {
        outcome.error = timeoutError(u"job"_s, call.timeout);
    } else if (context.outputOverflowed()) {
        outcome.error = outputError(m_options.maxOutputBytes);
    } else {
        outcome.error = location.error();
    }
    return outcome;
}

CallbackOutcome ThreadExecution::call(const CallbackCall &call, const ModuleSpec &callback,
                                      const std::shared_ptr<Control> &control)
{
    auto facts = factsOf(call.job, call.timeout, call.traceparent, control);
    facts.deliveryId = QString::fromLatin1(core::idText(call.delivery));
    CallContext context(std::move(facts));
    auto result = m_modules.call(callback, call.payload, context, {});
    if (result) {
        return outcomeOf(*result); // also when it was late: the receiver has been told
    }
    CallbackOutcome outcome;
    outcome.kind = CallbackOutcome::Kind::Retry;
    outcome.error = context.overdue() ? timeoutError(u"callback"_s, call.timeout).message
                                      : result.error().message.left(kMaxSentence);
    return outcome;
}

tl::expected<ThreadExecution::Authorizer, core::JobError> ThreadExecution::authorizerOf(const ModuleSpec &spec)
{
    const std::lock_guard lock(m_mutex);
    const InstanceKey key = InstanceKey::of(spec);
    if (!m_authorizer.authorizer || !(m_authorizer.key == key)) {
        auto made = m_modules.authorizer(spec);
        if (!made) {
            return tl::unexpected(made.error());
        }
        m_authorizer.key = key;
        m_authorizer.authorizer = std::move(*made);
    }
    return m_authorizer.authorizer;
}

tl::expected<sdk::Verdict, core::JobError> ThreadExecution::authorize(const ModuleSpec &authorizer,
                                                                      const sdk::Request &request)
{
    const auto instance = authorizerOf(authorizer);
    if (!instance) {
        return tl::unexpected(instance.error());
    }
    return askAuthorizer(**instance, authorizer, request);
}

bool ThreadExecution::openToAll(const ModuleSpec &authorizer)
{
    const auto instance = authorizerOf(authorizer);
    if (!instance) {
        return false;
    }
    const auto open = guarded(u"The authorizer"_s, [&] { return (*instance)->open(); });
    return open && *open;
}

} // namespace dragonscales::host
