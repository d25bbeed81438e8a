// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/problem_list.h"
#include "core/project.h"
#include "core/schema.h"

#include <QMap>
#include <QProcessEnvironment>
#include <QStringList>

#include <map>

namespace dragonscales::core {

// Finds the module of each entry of a project file and checks the entry's args against the module's schema, with the
// environment's values in place of references. Runs no code but what `modules` runs to learn about a module.
class ModuleLinker
{
public:
    // All outlive it. `folders`: where Python files are looked for.
    ModuleLinker(const ModuleSource &modules, const QProcessEnvironment &environment, QStringList folders,
                 ProblemList &problems);

    // `root` was read from `project.project.text`. Fills the modules and args of `project`.
    void link(const json::Value &root, LoadedProject &project);

private:
    void linkEntry(ModuleKind kind, const Place &entry, LoadedProject &project);
    std::optional<ModuleInfo> findModule(ModuleKind kind, const Place &module, const Project &project);
    void checkPythonSchema(const Place &place, ModuleInfo *module);
    // The schema of its args; an error as well when that of its params is none.
    const Result<Schema> &schemaOf(const ModuleInfo &module);
    // `filled`: the args with the environment's values; `secrets`: those values, by name.
    void checkArgs(const ModuleInfo &module, const Place &args, const QByteArray &filled,
                   const QMap<QByteArray, QByteArray> &secrets);

    const ModuleSource &m_modules;
    const QProcessEnvironment &m_environment;
    const QStringList m_folders;
    ProblemList &m_problems;
    std::map<std::tuple<ModuleKind, QString, QByteArray>, Result<Schema>> m_schemas; // by kind, name, params
};

} // namespace dragonscales::core
