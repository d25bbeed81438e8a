// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/python_interpreter.h"

#include <QDir>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::core {

namespace {

// Not cleaned up, since a virtual environment is known by the link that its Python is.
QString from(const QString &folder, const QString &named)
{
    return named.contains(u'/') ? QDir(folder).absoluteFilePath(named) : named;
}

} // namespace

QString pythonInterpreter(const QProcessEnvironment &environment, const QString &key, const QString &folder)
{
    if (const QString named = environment.value(u"DRAGONSCALES_PYTHON"_s); !named.isEmpty()) {
        return from(QDir::currentPath(), named);
    }
    if (!key.isEmpty()) {
        return from(folder, key);
    }
    if (const QString active = environment.value(u"VIRTUAL_ENV"_s); !active.isEmpty()) {
        return from(QDir::currentPath(), active + u"/bin/python3"_s);
    }
    return u"python3"_s;
}

} // namespace dragonscales::core
