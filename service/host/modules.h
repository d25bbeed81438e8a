// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "host/call_context.h"
#include "host/instances.h"

namespace dragonscales::host {

// What code is doing, for the sentence about its end.
enum class Phase : quint8 { Idle, Loading, Task, Storage, Callback, Authorizer };

// Why a result or a location cannot be taken; `what` says which. Nothing when it is JSON and not too large.
std::optional<core::JobError> resultFault(const ModuleSpec &spec, const QString &what, const QByteArray &text,
                                          qint64 most);

struct JobPlan
{
    ModuleSpec task;
    ModuleSpec storage;
    qint64 maxResultBytes = 0; // of a result that is no File, and of the location
};

// Runs module code in this thread: what a thread of the service and a runner have in common. Exceptions of any type
// become errors. Thread-safe; instances stay warm.
class Modules final
{
public:
    // What it does next, and the library that it loads for it. May be empty.
    using Tell = std::function<void(Phase, const QString &library)>;

    // The location, which is JSON.
    tl::expected<QByteArray, core::JobError> run(const JobPlan &plan, CallContext &context, const Tell &tell);
    // Its two halves, for jobs whose task and storage run in different processes. Json among them is at most so long.
    tl::expected<sdk::TaskResult, core::JobError> runTask(const ModuleSpec &task, qint64 most, CallContext &context,
                                                          const Tell &tell);
    tl::expected<QByteArray, core::JobError> store(const ModuleSpec &storage, const sdk::TaskResult &result,
                                                   qint64 most, CallContext &context, const Tell &tell);
    tl::expected<sdk::CallbackResult, core::JobError> call(const ModuleSpec &callback, const QByteArray &status,
                                                           CallContext &context, const Tell &tell);
    // A new instance, for whoever keeps one.
    tl::expected<std::unique_ptr<sdk::BaseAuthorizer>, core::JobError> authorizer(const ModuleSpec &spec);
    // Makes an instance and throws it away.
    tl::expected<void, core::JobError> tryConstructor(const ModuleSpec &spec);

private:
    PluginLibraries m_libraries;
    Instances<sdk::BaseTask> m_tasks;
    Instances<sdk::BaseStorage> m_storages;
    Instances<sdk::BaseCallback> m_callbacks;
};

tl::expected<sdk::Verdict, core::JobError> askAuthorizer(sdk::BaseAuthorizer &authorizer, const ModuleSpec &spec,
                                                         const sdk::Request &request);

} // namespace dragonscales::host
