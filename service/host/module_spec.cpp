// SPDX-License-Identifier: LGPL-3.0-or-later
#include "host/module_spec.h"

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::host {

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
    ModuleSpec spec;
    spec.kind = kind;
    spec.entry = call.name;
    spec.module = info->name;
    spec.library = info->library;
    spec.folder = project->project.folder;
    spec.args = project->argsOf(kind, call.name);
    spec.params = call.params;
    spec.preferred = info->isolation;
    spec.bundled = info->bundled;
    return spec;
}

core::Isolation preferredIsolation(const ModuleSpec &spec)
{
    return spec.bundled && spec.preferred != core::Isolation::Process ? core::Isolation::Thread
                                                                      : core::Isolation::Process;
}

bool runnerOnly(const ModuleSpec &spec)
{
    return spec.bundled && spec.preferred == core::Isolation::Process;
}

} // namespace dragonscales::host
