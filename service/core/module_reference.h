// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/module_info.h"

#include <QStringList>

namespace dragonscales::core {

// What a "module" of a project file stands for, as far as its text and the files beside the project tell.
struct ModuleReference
{
    ModuleOrigin origin = ModuleOrigin::Native;
    QString name;        // without "native:", "python:" or "exec:"
    QString file;        // the Python file, when it was found; the program's path, absolute
    bool forced = false; // by a prefix
    QString folder;      // the project file's
    QString interpreter; // of Python modules: what to start, a path or a name to be looked up in PATH
};

// "native:", "python:" and "exec:" force one. Else a dotted name is Python when one of the folders has a Python file of
// that name, or the package that it begins with; everything else is native. A program's path is relative to `folder`.
ModuleReference resolveModule(const QString &module, const QStringList &folders, const QString &folder = {});

} // namespace dragonscales::core
