// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/module_reference.h"

#include <QDir>
#include <QFileInfo>
#include <QRegularExpression>

#include <algorithm>
#include <array>
#include <utility>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::core {

namespace {

constexpr std::array<std::pair<QLatin1StringView, ModuleOrigin>, 3> kPrefixes{
    {{"native:"_L1, ModuleOrigin::Native}, {"python:"_L1, ModuleOrigin::Python}, {"exec:"_L1, ModuleOrigin::Exec}}};

bool isDotted(const QString &name)
{
    static const QRegularExpression dotted(u"^[^\\W\\d]\\w*(\\.[^\\W\\d]\\w*)*$"_s,
                                           QRegularExpression::UseUnicodePropertiesOption);
    return dotted.match(name).hasMatch();
}

QString pythonFile(const QString &name, const QStringList &folders)
{
    if (!isDotted(name)) {
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

// Whether one of the folders has the package that the dotted name begins with: then its author means Python, also where
// the rest of the name leads nowhere.
bool namesPackage(const QString &name, const QStringList &folders)
{
    const QString package = name.section(u'.', 0, 0);
    return package.size() < name.size() && isDotted(name) &&
           std::any_of(folders.begin(), folders.end(), [&](const QString &folder) {
               const QDir inside(QDir(folder).filePath(package));
               return inside.exists() && !inside.entryList({u"*.py"_s}, QDir::Files).isEmpty();
           });
}

} // namespace

ModuleReference resolveModule(const QString &module, const QStringList &folders, const QString &folder)
{
    ModuleReference reference;
    reference.folder = folder;
    reference.name = module;
    for (const auto &[prefix, origin] : kPrefixes) {
        if (module.startsWith(prefix)) {
            reference.origin = origin;
            reference.forced = true;
            reference.name = module.mid(prefix.size());
        }
    }
    if (reference.origin == ModuleOrigin::Exec) {
        reference.file = QDir::cleanPath(QDir(folder).absoluteFilePath(reference.name));
    } else if (reference.origin == ModuleOrigin::Python || !reference.forced) {
        reference.file = pythonFile(reference.name, folders);
    }
    if (!reference.forced && (!reference.file.isEmpty() || namesPackage(module, folders))) {
        reference.origin = ModuleOrigin::Python;
    }
    return reference;
}

} // namespace dragonscales::core
