// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/problem_list.h"

namespace dragonscales::core {

// Makes a project of its text, which has been read as `root`, an object. Tells what is wrong with its structure, with
// names, and with references between entries; what cannot be read is left out.
class ProjectReader
{
public:
    // `text` is what `root` was read from. Both outlive it.
    ProjectReader(const json::Value &root, const QByteArray &text, ProblemList &problems);

    // Sets all but path, folder and text; the id stays empty unless the file tells one, plugin folders as written.
    void readInto(Project &project);

private:
    void readQueues(Project &project);
    void readEntries(ModuleKind kind, Project &project);
    void readAuthorizer(Project &project);
    void readSchedules();
    void readJobDefaults(const Place &place, ModuleEntry &entry);
    ModuleEntry readEntry(ModuleKind kind, const Place &place);
    void checkQueueOf(const Place &entry, const Project &project);
    // The key's array, or nothing; a missing one was told already.
    std::optional<Place> array(QByteArrayView key, const QString &what);

    const Place m_root;
    const QByteArray &m_text;
    ProblemList &m_problems;
};

// The array of the project file that entries of this kind are in: "tasks"; "authorizer" is no array.
QByteArray keyOf(ModuleKind kind);

} // namespace dragonscales::core
