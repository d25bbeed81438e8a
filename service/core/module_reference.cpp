// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/module_reference.h"

#include <QDir>
#include <QFileInfo>
#include <QRegularExpression>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::core {

namespace {

QString pythonFile(const QString &name, const QStringList &folders)
{
    static const QRegularExpression dotted(u"^[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_][A-Za-z0-9_]*)*$"_s);
    if (!dotted.match(name).hasMatch()) {
        return {};
    }
    const QString path = QString(name).replace(u'.', u'/');
    for (const QString &folder : folders) {
        for (const QString &file : {path + u".py"_s, path + u"/__init__.py"_s}) {
            const QString full = QDir(folder).filePath(file);
            if (QFileInfo(full).isFile()) {
                return full;
            }
        }
    }
    return {};
}

} // namespace

ModuleReference resolveModule(const QString &module, const QStringList &folders)
{
    if (module.startsWith(u"native:"_s)) {
        return {ModuleOrigin::Native, module.mid(7), {}};
    }
    if (module.startsWith(u"exec:"_s)) {
        return {ModuleOrigin::Exec, module.mid(5), {}};
    }
    if (module.startsWith(u"python:"_s)) {
        return {ModuleOrigin::Python, module.mid(7), pythonFile(module.mid(7), folders)};
    }
    const QString file = pythonFile(module, folders);
    return {file.isEmpty() ? ModuleOrigin::Native : ModuleOrigin::Python, module, file};
}

} // namespace dragonscales::core
