// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/project.h"

#include <QProcessEnvironment>

namespace dragonscales::core {

struct LoadOutcome
{
    std::shared_ptr<LoadedProject> project; // null when there is an error among the problems
    QList<Problem> problems;                // all of them, in the order of the file

    bool ok() const { return project != nullptr; }
};

// Reads the file, without looking for modules. Problems here: missing, a folder, unreadable, over 16 MiB, binary,
// not JSON. `problems` gets them; null then.
std::unique_ptr<Project> readProject(const QString &path, QList<Problem> *problems);

// Structure (resources/schemas/project.json), names, references between entries, modules, their args against the
// modules' schemas, and ${NAME}s against `environment`: everything that can be said without running anybody's code.
LoadOutcome loadProject(const QString &path, const ModuleSource &modules, const QProcessEnvironment &environment);
// The same for a text that is not (yet) on disk; `path` says where it would be.
LoadOutcome loadProjectText(const QByteArray &text, const QString &path, const ModuleSource &modules,
                            const QProcessEnvironment &environment);

// One problem a line, as compilers print them: "project.json:12:5: error: … [/tasks/0/queue]".
QString compilerLine(const QString &path, const Problem &problem);

} // namespace dragonscales::core
