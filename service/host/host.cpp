// SPDX-License-Identifier: LGPL-3.0-or-later
#include "host/host.h"

#include "core/json/reader.h"
#include "host/process_execution.h"
#include "host/runner_environment.h"
#include "host/thread_execution.h"

#include <QLoggingCategory>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::host {

namespace {

Q_LOGGING_CATEGORY(lcHost, "dragonscales.host")

core::Isolation isolationFor(core::Isolation wanted, const ModuleSpec &task, const ModuleSpec &storage)
{
    if (wanted == core::Isolation::Process || runnerOnly(task) || runnerOnly(storage)) {
        return core::Isolation::Process;
    }
    const bool threads =
        preferredIsolation(task) == core::Isolation::Thread && preferredIsolation(storage) == core::Isolation::Thread;
    return wanted == core::Isolation::Thread || threads ? core::Isolation::Thread : core::Isolation::Process;
}

// The reason may name files and addresses, which are nothing to strangers.
sdk::Verdict authorizerFailed(const QString &reason)
{
    qCWarning(lcHost).noquote() << "The authorizer failed:" << reason;
    sdk::Verdict verdict;
    verdict.allowed = false;
    verdict.status = 500;
    verdict.detail = u"The authorizer failed; the log of the service says why."_s;
    return verdict;
}

sdk::Verdict checkedVerdict(tl::expected<sdk::Verdict, core::JobError> verdict)
{
    if (!verdict) {
        return authorizerFailed(verdict.error().message + u' ' + verdict.error().detail);
    }
    if (!verdict->allowed && verdict->status == 500) {
        return authorizerFailed(verdict->detail);
    }
    if (!verdict->allowed && (verdict->status < 400 || verdict->status > 599)) {
        verdict->status = 403;
    }
    return std::move(*verdict);
}

core::Problem constructorProblem(const core::Project &project, const core::json::Value &root, const QByteArray &pointer,
                                 const core::JobError &error)
{
    core::Problem problem;
    problem.pointer = pointer + "/args";
    const core::json::Value *place = root.at(problem.pointer);
    if (place == nullptr) {
        problem.pointer = pointer;
        place = root.at(pointer);
    }
    if (place != nullptr) {
        problem.position = core::json::positionOf(project.text, place->begin());
    }
    problem.message = error.message;
    problem.remedy = error.type == "module"_L1 ? u"Install a library that works, or use another module."_s
                                               : u"Change the args so that the module accepts them."_s;
    return problem;
}

} // namespace

struct Host::Private
{
    Private(std::shared_ptr<const Catalog> modules, const HostOptions &options)
        : catalog(std::move(modules))
        , threads(options)
        , processes(options)
        , maxResultBytes(options.maxResultBytes)
    {
    }

    tl::expected<JobPlan, core::JobError> planOf(const JobCall &call) const;
    QStringList withheldFor(const core::ProjectPointer &project);

    std::shared_ptr<const Catalog> catalog;
    ThreadExecution threads;
    ProcessExecution processes;
    const qint64 maxResultBytes;

    std::mutex mutex;
    std::weak_ptr<const core::LoadedProject> scannedProject;
    QStringList withheld; // of that project
};

tl::expected<JobPlan, core::JobError> Host::Private::planOf(const JobCall &call) const
{
    auto task = specOf(call.project, core::ModuleKind::Task, call.task);
    if (!task) {
        return tl::unexpected(task.error());
    }
    auto storage = specOf(call.project, core::ModuleKind::Storage, call.storage);
    if (!storage) {
        return tl::unexpected(storage.error());
    }
    return JobPlan{std::move(*task), std::move(*storage), maxResultBytes};
}

QStringList Host::Private::withheldFor(const core::ProjectPointer &project)
{
    const std::lock_guard lock(mutex);
    if (scannedProject.lock() != project) {
        withheld = referencedNames(project->project);
        scannedProject = project;
    }
    return withheld;
}

Host::Host(std::shared_ptr<const Catalog> catalog, const HostOptions &options)
    : d(std::make_unique<Private>(std::move(catalog), options))
{
}

Host::~Host() = default;

JobOutcome Host::run(const JobCall &call, const std::shared_ptr<Control> &control)
{
    const auto plan = d->planOf(call);
    JobOutcome outcome;
    if (!plan) {
        outcome.kind = JobOutcome::Kind::Failed;
        outcome.error = plan.error();
        return outcome;
    }
    if (const auto requested = control->requested(); requested != Control::Request::None) {
        outcome.kind = requested == Control::Request::Cancel ? JobOutcome::Kind::Canceled : JobOutcome::Kind::Stopped;
        return outcome;
    }
    if (isolationFor(call.queue.isolation, plan->task, plan->storage) == core::Isolation::Thread) {
        return d->threads.run(call, *plan, control);
    }
    return d->processes.run(call, *plan, d->withheldFor(call.project), *control);
}

CallbackOutcome Host::call(const CallbackCall &call, const std::shared_ptr<Control> &control)
{
    const auto callback = specOf(call.project, core::ModuleKind::Callback, call.callback);
    if (!callback) {
        CallbackOutcome outcome;
        outcome.kind = CallbackOutcome::Kind::GiveUp;
        outcome.error = callback.error().message;
        return outcome;
    }
    if (preferredIsolation(*callback) == core::Isolation::Thread) {
        return d->threads.call(call, *callback, control);
    }
    return d->processes.call(call, *callback, d->withheldFor(call.project), *control);
}

sdk::Verdict Host::authorize(const core::ProjectPointer &project, const sdk::Request &request)
{
    return authorizeAll(project, {request}).first();
}

QList<sdk::Verdict> Host::authorizeAll(const core::ProjectPointer &project, const QList<sdk::Request> &requests)
{
    if (!project->project.authorizer) {
        sdk::Verdict everybody;
        everybody.allowed = true;
        return QList<sdk::Verdict>(requests.size(), everybody);
    }
    const auto spec = specOf(project, core::ModuleKind::Authorizer, {project->project.authorizer->name, "{}"});
    if (!spec) {
        return QList<sdk::Verdict>(requests.size(), authorizerFailed(spec.error().message));
    }
    QList<sdk::Verdict> verdicts;
    if (preferredIsolation(*spec) == core::Isolation::Thread) {
        for (const sdk::Request &request : requests) {
            verdicts.append(checkedVerdict(d->threads.authorize(*spec, request)));
        }
        return verdicts;
    }
    for (auto &verdict : d->processes.authorize(*spec, requests, d->withheldFor(project))) {
        verdicts.append(checkedVerdict(std::move(verdict)));
    }
    return verdicts;
}

bool Host::openToAll(const core::ProjectPointer &project)
{
    if (!project->project.authorizer) {
        return true;
    }
    const auto spec = specOf(project, core::ModuleKind::Authorizer, {project->project.authorizer->name, "{}"});
    if (!spec || spec->origin != core::ModuleOrigin::Native) {
        return false; // only a native one can say so
    }
    return preferredIsolation(*spec) == core::Isolation::Thread
               ? d->threads.openToAll(*spec)
               : d->processes.openToAll(*spec, d->withheldFor(project));
}

core::Isolation Host::isolationOf(const JobCall &call) const
{
    const auto plan = d->planOf(call);
    return plan ? isolationFor(call.queue.isolation, plan->task, plan->storage) : core::Isolation::Thread;
}

QList<core::Problem> Host::tryConstructors(const core::ProjectPointer &loaded)
{
    QList<core::Problem> problems;
    const core::Project &project = loaded->project;
    const auto root = core::json::read(project.text);
    const auto tryOne = [&](core::ModuleKind kind, const core::ModuleEntry &entry, const QByteArray &pointer) {
        const auto spec = specOf(loaded, kind, {entry.name, "{}"});
        if (!spec || preferredIsolation(*spec) != core::Isolation::Thread) {
            return; // code that belongs in a runner is not let into this process
        }
        if (const auto made = d->threads.tryConstructor(*spec); !made) {
            problems.append(constructorProblem(project, root ? *root : core::json::Value(), pointer, made.error()));
        }
    };
    const auto tryAll = [&](core::ModuleKind kind, const QList<core::ModuleEntry> &entries, const QByteArray &key) {
        for (qsizetype i = 0; i < entries.size(); ++i) {
            tryOne(kind, entries.at(i), '/' + key + '/' + QByteArray::number(i));
        }
    };
    tryAll(core::ModuleKind::Task, project.tasks, "tasks");
    tryAll(core::ModuleKind::Storage, project.storages, "storages");
    tryAll(core::ModuleKind::Callback, project.callbacks, "callbacks");
    if (project.authorizer) {
        tryOne(core::ModuleKind::Authorizer, *project.authorizer, "/authorizer");
    }
    return problems;
}

int Host::runnersAlive() const
{
    return d->processes.pool().alive();
}

void Host::endIdleRunners()
{
    d->processes.pool().endIdle();
}

} // namespace dragonscales::host
