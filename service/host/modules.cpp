// SPDX-License-Identifier: LGPL-3.0-or-later
#include "host/modules.h"

#include "core/json/reader.h"

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::host {

namespace {

// Of what a module says about its failure, which is stored with the job.
constexpr qsizetype kMaxMessage = 8'192;
constexpr qsizetype kMaxDetail = 65'536;

QString whoIs(const ModuleSpec &spec)
{
    return u"The %1 “%2” (module %3)"_s.arg(core::kindWord(spec.kind), spec.entry, spec.module);
}

core::JobError errorOf(const sdk::Failure &failure, const ModuleSpec &spec)
{
    core::JobError error;
    error.type = failure.type.isEmpty() ? u"failure"_s : failure.type;
    error.message = failure.message.isEmpty() ? u"%1 failed without saying why."_s.arg(whoIs(spec))
                                              : failure.message.left(kMaxMessage);
    error.detail = failure.detail.left(kMaxDetail);
    error.permanent = failure.permanent;
    return error;
}

core::JobError resultError(const QString &message)
{
    core::JobError error;
    error.type = u"result"_s;
    error.message = message;
    return error;
}

core::JobError stopped(CallContext &context)
{
    core::JobError error;
    error.type = context.overdue() ? u"timeout"_s : u"stopped"_s;
    error.message = u"Stopped before the result was stored."_s;
    return error;
}

// Guards the call of an instance and keeps the instance warm unless it threw.
template <typename T, typename F>
auto withInstance(Instances<T> &instances, PluginLibraries &libraries, const ModuleSpec &spec,
                  const Modules::Tell &tell, Phase phase, F &&code)
    -> tl::expected<typename std::invoke_result_t<F, T &>::value_type, core::JobError>
{
    if (tell) {
        tell(Phase::Loading, spec.library);
    }
    auto instance = instances.take(libraries, spec);
    if (!instance) {
        return tl::unexpected(instance.error());
    }
    if (tell) {
        tell(phase, {});
    }
    auto outcome = guarded(whoIs(spec), [&] { return code(**instance); });
    if (!outcome) {
        return tl::unexpected(outcome.error());
    }
    instances.giveBack(spec, std::move(*instance));
    if (!*outcome) {
        return tl::unexpected(errorOf(outcome->error(), spec));
    }
    return std::move(**outcome);
}

} // namespace

std::optional<core::JobError> resultFault(const ModuleSpec &spec, const QString &what, const QByteArray &text,
                                          qint64 most)
{
    if (text.size() > most) {
        return resultError(u"%1 answered a %2 of %3 bytes; at most %4 are allowed. Let the task answer a File."_s
                               .arg(whoIs(spec), what)
                               .arg(text.size())
                               .arg(most));
    }
    if (const auto json = core::json::read(text); !json) {
        return resultError(u"%1 answered a %2 that is no JSON: %3."_s.arg(
            whoIs(spec), what, QString::fromUtf8(json.error().withPosition())));
    }
    return std::nullopt;
}

tl::expected<sdk::TaskResult, core::JobError> Modules::runTask(const ModuleSpec &task, qint64 most,
                                                               CallContext &context, const Tell &tell)
{
    context.setEntry(task.entry);
    const sdk::Json params(task.params);
    auto result = withInstance(m_tasks, m_libraries, task, tell, Phase::Task,
                               [&](sdk::BaseTask &code) { return code.run(params, context); });
    const auto *json = result ? std::get_if<sdk::Json>(&*result) : nullptr;
    if (json != nullptr) {
        if (const auto fault = resultFault(task, u"result"_s, json->text(), most)) {
            return tl::unexpected(*fault);
        }
    }
    if (result && context.stopRequested()) {
        return tl::unexpected(stopped(context));
    }
    return result;
}

tl::expected<QByteArray, core::JobError> Modules::store(const ModuleSpec &storage, const sdk::TaskResult &result,
                                                        qint64 most, CallContext &context, const Tell &tell)
{
    context.setEntry(storage.entry);
    const sdk::Json params(storage.params);
    const auto location = withInstance(m_storages, m_libraries, storage, tell, Phase::Storage,
                                       [&](sdk::BaseStorage &code) { return code.store(result, params, context); });
    if (!location) {
        return tl::unexpected(location.error());
    }
    if (const auto fault = resultFault(storage, u"location"_s, location->text(), most)) {
        return tl::unexpected(*fault);
    }
    return location->text();
}

tl::expected<QByteArray, core::JobError> Modules::run(const JobPlan &plan, CallContext &context, const Tell &tell)
{
    return runTask(plan.task, plan.maxResultBytes, context, tell).and_then([&](const sdk::TaskResult &result) {
        return store(plan.storage, result, plan.maxResultBytes, context, tell);
    });
}

tl::expected<sdk::CallbackResult, core::JobError> Modules::call(const ModuleSpec &callback, const QByteArray &status,
                                                                CallContext &context, const Tell &tell)
{
    context.setEntry(callback.entry);
    const sdk::Json statusJson(status);
    const sdk::Json params(callback.params);
    return withInstance(m_callbacks, m_libraries, callback, tell, Phase::Callback,
                        [&](sdk::BaseCallback &code) { return code.call(statusJson, params, context); });
}

tl::expected<std::unique_ptr<sdk::BaseAuthorizer>, core::JobError> Modules::authorizer(const ModuleSpec &spec)
{
    return makeInstance<sdk::BaseAuthorizer>(m_libraries, spec);
}

tl::expected<void, core::JobError> Modules::tryConstructor(const ModuleSpec &spec)
{
    const auto done = [](const auto &) {};
    switch (spec.kind) {
    case core::ModuleKind::Task:
        return makeInstance<sdk::BaseTask>(m_libraries, spec).map(done);
    case core::ModuleKind::Storage:
        return makeInstance<sdk::BaseStorage>(m_libraries, spec).map(done);
    case core::ModuleKind::Callback:
        return makeInstance<sdk::BaseCallback>(m_libraries, spec).map(done);
    case core::ModuleKind::Authorizer:
        return makeInstance<sdk::BaseAuthorizer>(m_libraries, spec).map(done);
    }
    return {};
}

tl::expected<sdk::Verdict, core::JobError> askAuthorizer(sdk::BaseAuthorizer &authorizer, const ModuleSpec &spec,
                                                         const sdk::Request &request)
{
    auto outcome = guarded(whoIs(spec), [&] { return authorizer.authorize(request); });
    if (!outcome) {
        return tl::unexpected(outcome.error());
    }
    if (!*outcome) {
        return tl::unexpected(errorOf(outcome->error(), spec));
    }
    return std::move(**outcome);
}

} // namespace dragonscales::host
