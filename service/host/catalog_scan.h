// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "host/catalog.h"

#include <QSet>

namespace dragonscales::host {

// Fills a catalog from folders, in their order.
class CatalogScan final
{
public:
    void addFolder(const Catalog::Folder &folder);
    std::shared_ptr<const Catalog> finish();

private:
    void addLibrary(const QString &path, bool bundled);
    void addModule(core::ModuleInfo info);
    void addFault(const QString &path, const QString &message, const QStringList &modules = {});

    std::shared_ptr<Catalog> m_catalog = std::make_shared<Catalog>();
    QSet<QString> m_seen;    // canonical paths of libraries
    QSet<QString> m_refused; // "task echo": provided by two libraries, so by none
};

} // namespace dragonscales::host
