// SPDX-License-Identifier: LGPL-3.0-or-later
#include "host/catalog.h"

#include "core/near_miss.h"

#include <QCoreApplication>
#include <QDir>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::host {

namespace {

// Faults of libraries that may have had the module; a folder full of strange files is not to fill the screen.
constexpr int kMostFaults = 3;

} // namespace

QList<Catalog::Folder> Catalog::bundledFolders()
{
    const QDir programs(QCoreApplication::applicationDirPath());
    QList<Folder> folders;
    for (const QString &path : {u"plugins"_s, QStringLiteral(DRAGONSCALES_PLUGINS_FROM_PROGRAM)}) {
        const QString folder = QDir::cleanPath(programs.absoluteFilePath(path));
        if (QDir(folder).exists()) {
            folders.append({folder, true});
        }
    }
    return folders;
}

core::Result<core::ModuleInfo> Catalog::find(core::ModuleKind kind, const QString &name) const
{
    if (name.contains(u':')) {
        return core::failure(core::ErrorCode::NotFound,
                             u"There is no kind of module “%1:”, only “native:”, “python:” and “exec:”."_s.arg(
                                 name.section(u':', 0, 0)));
    }
    const auto found = std::find_if(m_modules.begin(), m_modules.end(), [&](const core::ModuleInfo &info) {
        return info.kind == kind && info.name == name;
    });
    if (found != m_modules.end()) {
        return *found;
    }
    return core::failure(core::ErrorCode::NotFound, notFound(kind, name));
}

QString Catalog::notFound(core::ModuleKind kind, const QString &name) const
{
    QStringList sentences{u"There is no %1 module “%2”."_s.arg(core::kindWord(kind), name)};
    QStringList names;
    for (const core::ModuleInfo &info : m_modules) {
        if (info.kind == kind) {
            names.append(info.name);
        } else if (info.name == name) {
            sentences.append(u"“%1” is a %2."_s.arg(name, core::kindWord(info.kind)));
        }
    }
    if (const QString near = core::nearMiss(name, names); !near.isEmpty()) {
        sentences.append(u"Did you mean “%1”?"_s.arg(near));
    } else if (!names.isEmpty()) {
        sentences.append(u"There are %1."_s.arg(core::quotedList(names)));
    }
    const QString wanted = core::kindWord(kind) + u' ' + name;
    int told = 0;
    for (const CatalogFault &fault : m_faults) {
        if ((fault.modules.isEmpty() || fault.modules.contains(wanted)) && told < kMostFaults) {
            sentences.append(u"%1 cannot be used: %2"_s.arg(fault.path, fault.message));
            ++told;
        }
    }
    return sentences.join(u' ');
}

} // namespace dragonscales::host
