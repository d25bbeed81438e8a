// SPDX-License-Identifier: LGPL-3.0-or-later
#include "host/process_execution.h"

#include "core/ids.h"
#include "host/process_tree.h"
#include "host/thread_execution.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace dragonscales::host {

namespace {

constexpr auto kCallbackGrace = 3s;
constexpr auto kAuthorizerTime = 5s;
constexpr auto kLoadTime = 10s;     // what the Python host allows an import
constexpr auto kDescribeTime = 15s; // longer than the runner itself allows an import, since it knows where that hangs
constexpr qint64 kMiB = 1024 * 1024;

QString runnerProgram(const HostOptions &options)
{
    return options.runnerProgram.isEmpty() ? QCoreApplication::applicationDirPath() + u"/dragonscales-runner"_s
                                           : options.runnerProgram;
}

QString pythonHost(const HostOptions &options)
{
    if (!options.pythonHost.isEmpty()) {
        return options.pythonHost;
    }
    const QDir programs(QCoreApplication::applicationDirPath());
    const QString beside = programs.absoluteFilePath(u"python/host.py"_s);
    return QFileInfo::exists(beside) ? beside
                                     : QDir::cleanPath(programs.absoluteFilePath(
                                           QStringLiteral(DRAGONSCALES_PYTHON_FROM_PROGRAM "/host.py")));
}

core::JobError leftBehindError(const QString &what, const QString &processes)
{
    core::JobError error;
    error.type = u"child"_s;
    error.message = u"The %1 left processes behind, which were killed: %2. Code must wait for what it starts."_s.arg(
        what, processes);
    return error;
}

core::JobError protocolError(const QString &what)
{
    core::JobError error;
    error.type = u"protocol"_s;
    error.message = u"The runner of the %1 answered something else than was asked."_s.arg(what);
    return error;
}

using OneVerdict = tl::expected<sdk::Verdict, core::JobError>;

bool isTimeout(const OneVerdict &verdict)
{
    return !verdict && verdict.error().type == "timeout"_L1;
}

// Then it is not known which of several requests did it.
bool endsTheRunner(const OneVerdict &verdict)
{
    static const QStringList types{u"timeout"_s, u"crash"_s, u"child"_s, u"output"_s, u"protocol"_s};
    return !verdict && types.contains(verdict.error().type);
}

// The error of an end that brought no T.
template <typename T>
tl::expected<T, core::JobError> expectedAnswer(ExchangeEnd &end, const QString &what)
{
    if (!end.answer) {
        return tl::unexpected(end.error);
    }
    if (auto *wanted = std::get_if<T>(&*end.answer)) {
        return std::move(*wanted);
    }
    if (auto *failed = std::get_if<protocol::Failed>(&*end.answer)) {
        return tl::unexpected(std::move(failed->error));
    }
    if (const auto *left = std::get_if<protocol::LeftBehind>(&*end.answer)) {
        return tl::unexpected(leftBehindError(what, left->processes));
    }
    return tl::unexpected(protocolError(what));
}

protocol::Header headerOf(const QUuid &job, std::chrono::milliseconds timeout, const QByteArray &traceparent)
{
    return {QString::fromLatin1(core::idText(job)), timeout, traceparent};
}

QString queueOf(const JobCall &call)
{
    const core::ModuleEntry *task = call.project->project.entry(core::ModuleKind::Task, call.task.name);
    return u"queue "_s + (task == nullptr ? QString() : task->queue);
}

} // namespace

ProcessExecution::ProcessExecution(const HostOptions &options)
    : m_options(options)
    , m_pythonHost(pythonHost(options))
    , m_pool(runnerProgram(options), options.startPatience)
{
}

ExchangeLimits ProcessExecution::limitsFor(const QString &what) const
{
    ExchangeLimits limits;
    limits.what = what;
    limits.memoryCheck = m_options.memoryCheck;
    limits.maxOutputBytes = m_options.maxOutputBytes;
    limits.maxLineBytes = 2 * m_options.maxResultBytes + kMiB; // in a text, quotes and backslashes count twice
    return limits;
}

RunnerGroup ProcessExecution::groupOf(const QString &name, const ModuleSpec &spec, const QStringList &withheld) const
{
    QStringList guest;
    if (spec.origin == core::ModuleOrigin::Python) {
        guest = QStringList{spec.interpreter, m_pythonHost};
    }
    return {name, guest, withheld};
}

ProcessExecution::Use ProcessExecution::useForCalls() const
{
    return {m_options.callsPerRunner, m_options.leastAge, m_options.callPatience, {}};
}

bool ProcessExecution::Use::isOver(const RunnerProcess &runner) const
{
    return runner.requests >= requestsPerRunner && std::chrono::steady_clock::now() - runner.started() >= leastAge;
}

ExchangeEnd ProcessExecution::exchange(const RunnerGroup &group, const protocol::Request &request,
                                       ExchangeLimits limits, const Use &use, Control *control,
                                       const Meanwhile &meanwhile)
{
    const auto timeout = limits.timeout;
    const QByteArray line = protocol::lineOf(request);
    while (true) {
        auto runner = m_pool.take(group, use.patience);
        if (!runner) {
            ExchangeEnd failed;
            failed.error = runner.error();
            return failed;
        }
        const bool fresh = (*runner)->requests++ == 0;
        limits.timeout = fresh && timeout.count() > 0 ? timeout + use.loading : timeout;
        ExchangeEnd end = RunnerExchange(**runner, limits, control).run(line);
        if (!(*runner)->greeted && !group.guest.isEmpty() && !end.error.message.contains(group.guest.first())) {
            end.error.message = u"“%1” did not start as the Python of modules (DRAGONSCALES_PYTHON, or the project's "
                                "\"python\", names it): %2"_s.arg(group.guest.first(), end.error.message);
        }
        if (meanwhile) {
            meanwhile(end);
        }
        // What a job left in memory must not count for the next one.
        const bool heavy =
            end.reusable && limits.memoryBytes > 0 && residentBytes((*runner)->code) > limits.memoryBytes / 2;
        if (end.reusable && !heavy && !use.isOver(**runner)) {
            m_pool.giveBack(group, std::move(*runner));
        } else {
            m_pool.end(group, std::move(*runner));
        }
        // A fresh one that ends before it begins would do so again.
        if (end.begun || fresh) {
            return end;
        }
    }
}

// The task's runner is kept until the storage has taken what may lie in that runner's scratch folder.
ExchangeEnd ProcessExecution::exchangeApart(const RunnerGroup &taskGroup, const RunnerGroup &storageGroup,
                                            const protocol::JobRequest &job, const ExchangeLimits &limits,
                                            const Use &use, Control *control)
{
    const auto begun = std::chrono::steady_clock::now();
    const protocol::TaskRequest task{job.header, job.plan.task, job.plan.maxResultBytes};
    std::optional<ExchangeEnd> stored;
    ExchangeEnd end = exchange(taskGroup, task, limits, use, control, [&](const ExchangeEnd &taskEnd) {
        const auto *done = taskEnd.answer ? std::get_if<protocol::TaskResult>(&*taskEnd.answer) : nullptr;
        if (done == nullptr) {
            return;
        }
        ExchangeLimits rest = limits;
        rest.spent = std::chrono::ceil<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begun);
        protocol::StoreRequest store{job.header, job.plan.storage, done->result, job.plan.maxResultBytes};
        if (rest.timeout.count() > 0) {
            store.header.timeout = qMax(rest.timeout - rest.spent, std::chrono::milliseconds(1));
        }
        stored = exchange(storageGroup, store, rest, use, control);
    });
    return stored ? std::move(*stored) : std::move(end);
}

JobOutcome ProcessExecution::run(const JobCall &call, const JobPlan &plan, const QStringList &withheld,
                                 Control &control)
{
    ExchangeLimits limits = limitsFor(u"job"_s);
    limits.timeout = call.timeout;
    limits.grace = call.queue.grace;
    limits.memoryBytes = call.queue.memoryMiB * kMiB;
    const protocol::JobRequest request{headerOf(call.job, call.timeout, call.traceparent), plan};
    const RunnerGroup taskGroup = groupOf(queueOf(call), plan.task, withheld);
    const RunnerGroup storageGroup = groupOf(queueOf(call), plan.storage, withheld);
    Use use;
    use.requestsPerRunner = qMax(1, call.queue.jobsPerRunner);
    ExchangeEnd end = taskGroup == storageGroup
                          ? exchange(taskGroup, request, limits, use, &control)
                          : exchangeApart(taskGroup, storageGroup, request, limits, use, &control);
    JobOutcome outcome;
    if (end.kind == ExchangeEnd::Kind::Requested) {
        outcome.kind =
            control.requested() == Control::Request::Cancel ? JobOutcome::Kind::Canceled : JobOutcome::Kind::Stopped;
        return outcome;
    }
    const auto done = expectedAnswer<protocol::Done>(end, u"job"_s);
    if (!done) {
        outcome.kind = JobOutcome::Kind::Failed;
        outcome.error = done.error();
        return outcome;
    }
    outcome.location = done->location;
    if (const auto fault = resultFault(plan.storage, u"location"_s, done->location, m_options.maxResultBytes)) {
        outcome.kind = JobOutcome::Kind::Failed;
        outcome.error = *fault;
        outcome.location.clear();
    }
    return outcome;
}

CallbackOutcome ProcessExecution::call(const CallbackCall &call, const ModuleSpec &callback,
                                       const QStringList &withheld, Control &control)
{
    ExchangeLimits limits = limitsFor(u"callback"_s);
    limits.timeout = call.timeout;
    limits.grace = kCallbackGrace;
    const protocol::CallbackRequest request{headerOf(call.job, call.timeout, call.traceparent),
                                            QString::fromLatin1(core::idText(call.delivery)), callback, call.payload};
    ExchangeEnd end = exchange(groupOf(u"callbacks"_s, callback, withheld), request, limits, useForCalls(), &control);
    CallbackOutcome outcome;
    outcome.kind = CallbackOutcome::Kind::Retry;
    if (end.kind == ExchangeEnd::Kind::Requested) {
        outcome.error = u"The callback was stopped."_s;
        return outcome;
    }
    auto called = expectedAnswer<protocol::Called>(end, u"callback"_s);
    if (!called) {
        outcome.error = called.error().message;
        return outcome;
    }
    return outcomeOf(called->result);
}

ExchangeEnd ProcessExecution::askAuthorizer(const ModuleSpec &authorizer, const protocol::Request &request,
                                            const QStringList &withheld)
{
    ExchangeLimits limits = limitsFor(u"authorizer"_s);
    limits.timeout = kAuthorizerTime;
    const RunnerGroup group = groupOf(u"authorizer"_s, authorizer, withheld);
    // A library is there at once; what a guest imports may take its time.
    Use use = useForCalls();
    use.loading = group.guest.isEmpty() ? 0ms : kLoadTime;
    return exchange(group, request, limits, use, nullptr);
}

ProcessExecution::Verdicts ProcessExecution::authorize(const ModuleSpec &authorizer,
                                                       const QList<sdk::Request> &requests, const QStringList &withheld)
{
    const auto ask = [&](const QList<sdk::Request> &some) {
        ExchangeEnd end = askAuthorizer(authorizer, protocol::AuthorizeRequest{authorizer, some}, withheld);
        auto decided = expectedAnswer<protocol::Decided>(end, u"authorizer"_s);
        if (decided && decided->verdicts.size() == some.size()) {
            return std::move(decided->verdicts);
        }
        return Verdicts(some.size(), tl::unexpected(decided ? protocolError(u"authorizer"_s) : decided.error()));
    };
    Verdicts all = ask(requests);
    if (all.size() < 2 || !endsTheRunner(all.first())) {
        return all;
    }
    for (qsizetype i = 0; i < requests.size(); ++i) {
        all[i] = ask({requests.at(i)}).first();
        if (isTimeout(all.at(i)) && i + 1 < requests.size()) {
            // Either it alone hangs, or whatever the authorizer asks hangs for all.
            const Verdicts rest = ask(requests.mid(i + 1));
            std::copy(rest.begin(), rest.end(), all.begin() + i + 1);
            break;
        }
    }
    return all;
}

bool ProcessExecution::openToAll(const ModuleSpec &authorizer, const QStringList &withheld)
{
    ExchangeEnd end = askAuthorizer(authorizer, protocol::OpenRequest{authorizer}, withheld);
    const auto answer = expectedAnswer<protocol::Open>(end, u"authorizer"_s);
    return answer && answer->open;
}

tl::expected<core::ModuleInfo, core::JobError> ProcessExecution::describe(const ModuleSpec &module,
                                                                          const QStringList &withheld)
{
    ExchangeLimits limits = limitsFor(u"module"_s);
    limits.timeout = kDescribeTime;
    ExchangeEnd end = exchange(groupOf(u"descriptions"_s, module, withheld), protocol::DescribeRequest{module}, limits,
                               useForCalls(), nullptr);
    return expectedAnswer<protocol::Described>(end, u"module"_s).map([](protocol::Described &&described) {
        return std::move(described.info);
    });
}

} // namespace dragonscales::host
