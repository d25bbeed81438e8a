// SPDX-License-Identifier: LGPL-3.0-or-later
#include "host/module_spec.h"

#include "core/json/writer.h"
#include "core/trust.h"

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::host {

namespace {

// A program is run by the bundled module "program", whose args tell which.
void makeProgramSpec(const core::ModuleInfo &info, ModuleSpec *spec)
{
    spec->module = u"program"_s;
    spec->args = core::json::ObjectWriter()
                     .addText("program", info.program)
                     .addText("entry", spec->entry)
                     .add("args", spec->args)
                     .text();
}

// What was wrong with a Python module or a program when the project was read may be mended by now, and whoever runs it
// says so if not; but they do not look at who else may write to a file.
std::optional<core::JobError> stillRefused(const core::ModuleInfo &info)
{
    const QString &file = info.origin == core::ModuleOrigin::Exec ? info.program : info.library;
    const auto trusted = file.isEmpty() ? core::Result<void>() : core::checkTrusted(file);
    if (trusted || trusted.error().code != core::ErrorCode::Forbidden) {
        return std::nullopt;
    }
    return core::JobError{u"module"_s, trusted.error().message, {}, {}};
}

} // namespace

tl::expected<ModuleSpec, core::JobError> specOf(const core::ProjectPointer &project, core::ModuleKind kind,
                                                const core::ModuleCall &call)
{
    const core::ModuleInfo *info = project ? project->module(kind, call.name) : nullptr;
    if (info == nullptr) {
        core::JobError error;
        error.type = u"missing"_s;
        error.message = u"The project has no %1 “%2”."_s.arg(core::kindWord(kind), call.name);
        return tl::unexpected(error);
    }
    if (!info->fault.isEmpty()) {
        if (auto refused = stillRefused(*info)) {
            return tl::unexpected(std::move(*refused));
        }
    }
    const core::ModuleEntry *entry = project->project.entry(kind, call.name);
    ModuleSpec spec;
    spec.kind = kind;
    spec.origin = info->origin;
    spec.entry = call.name;
    spec.module = info->name;
    spec.library = info->library;
    spec.queue = entry == nullptr ? QString() : entry->queue;
    spec.interpreter = info->interpreter;
    spec.folder = project->project.folder;
    spec.args = project->argsOf(kind, call.name);
    spec.params = call.params;
    spec.preferred = info->isolation;
    spec.bundled = info->bundled;
    if (info->origin == core::ModuleOrigin::Exec) {
        makeProgramSpec(*info, &spec);
    }
    return spec;
}

core::Isolation preferredIsolation(const ModuleSpec &spec)
{
    return spec.bundled && spec.preferred != core::Isolation::Process ? core::Isolation::Thread
                                                                      : core::Isolation::Process;
}

bool runnerOnly(const ModuleSpec &spec)
{
    return spec.origin != core::ModuleOrigin::Native || (spec.bundled && spec.preferred == core::Isolation::Process);
}

} // namespace dragonscales::host
