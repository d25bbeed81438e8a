// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/project.h"

#include <QStringList>

#include <memory>

namespace dragonscales::host {

// A library, script or program that was found but cannot be used, and why.
struct CatalogFault
{
    QString path;
    QString message;     // what is wrong and how to mend it
    QStringList modules; // "task echo": what it says it provides; empty: nobody can know
};

// All native modules, by reading plugin metadata without loading any library. Immutable once made; thread-safe.
class Catalog final
{
public:
    // Bundled plugins' folders come first in the list; a later library never shadows a module found earlier there.
    struct Folder
    {
        QString path;
        bool bundled = false;
    };

    // Folders and libraries that others can write to are refused, as are those that cannot be read; each is a fault.
    static std::shared_ptr<const Catalog> scan(const QList<Folder> &folders);
    // Where bundled plugins lie for this program: beside it (bin/plugins), else the installed plugin folder.
    static QList<Folder> bundledFolders();

    // NotFound with a sentence that names near misses or the fault of the library that should have it.
    core::Result<core::ModuleInfo> find(core::ModuleKind kind, const QString &name) const;
    QList<core::ModuleInfo> modules() const { return m_modules; }
    const QList<CatalogFault> &faults() const { return m_faults; }

private:
    friend class CatalogScan;

    QString notFound(core::ModuleKind kind, const QString &name) const;

    QList<core::ModuleInfo> m_modules;
    QList<CatalogFault> m_faults;
};

} // namespace dragonscales::host
