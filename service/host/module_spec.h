// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/job.h"
#include "core/project.h"

#include <tl/expected.hpp>

namespace dragonscales::host {

// A module of the project and all that its code needs: where it comes from, the constructor's args, this call's params.
struct ModuleSpec
{
    core::ModuleKind kind = core::ModuleKind::Task;
    core::ModuleOrigin origin = core::ModuleOrigin::Native;
    QString entry;       // its name in the project
    QString module;      // its name in the library
    QString library;     // absolute path; of a Python module its file, empty when only the import finds it
    QString folder;      // the project file's
    QString queue;       // tasks only
    QString interpreter; // Python only
    QByteArray args = "{}";
    QByteArray params = "{}";
    core::Isolation preferred = core::Isolation::Process; // Thread or Process
    bool bundled = false;
};

// The entry `call` names; an error of type "missing" when the project has none.
tl::expected<ModuleSpec, core::JobError> specOf(const core::ProjectPointer &project, core::ModuleKind kind,
                                                const core::ModuleCall &call);

// Bundled modules run in a thread unless they ask for a runner, all others in a runner.
core::Isolation preferredIsolation(const ModuleSpec &spec);
// A bundled module that asks for a runner has a reason, and Python and programs have no other place: then nobody's
// option puts it into a thread.
bool runnerOnly(const ModuleSpec &spec);

} // namespace dragonscales::host
