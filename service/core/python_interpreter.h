// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <QProcessEnvironment>
#include <QString>

namespace dragonscales::core {

// Which Python runs a project's modules, the first that is named: DRAGONSCALES_PYTHON, `key` (the project's "python"),
// that of the active virtual environment (VIRTUAL_ENV), "python3". A path, absolute (the variable's from the working
// directory, the key's from `folder`), or a bare name to be looked up in PATH.
QString pythonInterpreter(const QProcessEnvironment &environment, const QString &key, const QString &folder);

} // namespace dragonscales::core
