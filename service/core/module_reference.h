// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/module_info.h"

#include <QStringList>

namespace dragonscales::core {

// What a "module" of a project file stands for, as far as its text and the files beside the project tell.
struct ModuleReference
{
    ModuleOrigin origin = ModuleOrigin::Native;
    QString name; // without "native:", "python:" or "exec:"
    QString file; // the Python file or program, when it was found
};

// "native:", "python:" and "exec:" force one. Else a dotted name for which one of the folders has a Python file is
// Python, and everything else native.
ModuleReference resolveModule(const QString &module, const QStringList &folders);

} // namespace dragonscales::core
