// SPDX-License-Identifier: LGPL-3.0-or-later
#include "host/catalog_scan.h"

#include "core/trust.h"
#include "host/plugin_metadata.h"

#include <QDir>
#include <QFileInfo>
#include <QLibrary>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::host {

namespace {

// Why code from this folder or library must not be run; empty when it may.
QString trustFault(const QString &path)
{
    const auto trusted = core::checkTrusted(path);
    return trusted ? QString() : trusted.error().message;
}

} // namespace

std::shared_ptr<const Catalog> Catalog::scan(const QList<Folder> &folders)
{
    CatalogScan scan;
    for (const bool bundled : {true, false}) {
        for (const Folder &folder : folders) {
            if (folder.bundled == bundled) {
                scan.addFolder(folder);
            }
        }
    }
    return scan.finish();
}

void CatalogScan::addFolder(const Catalog::Folder &folder)
{
    const QFileInfo info(folder.path);
    if (!info.exists() || !info.isDir()) {
        addFault(folder.path, info.exists() ? u"It is no folder; name the folder that holds the plugins."_s
                                            : u"There is no such folder; make it, or do not name it."_s);
        return;
    }
    if (!info.isReadable()) {
        addFault(folder.path, u"The folder cannot be read; give this user the right to."_s);
        return;
    }
    if (const QString fault = trustFault(folder.path); !fault.isEmpty()) {
        addFault(folder.path, fault);
        return;
    }
    const QDir dir(folder.path);
    for (const QString &name : dir.entryList(QDir::AllEntries | QDir::System | QDir::NoDotAndDotDot, QDir::Name)) {
        if (QLibrary::isLibrary(name)) {
            addLibrary(dir.absoluteFilePath(name), folder.bundled);
        }
    }
}

void CatalogScan::addLibrary(const QString &path, bool bundled)
{
    const QString canonical = QFileInfo(path).canonicalFilePath();
    if (canonical.isEmpty() || !QFileInfo::exists(canonical)) { // a link to itself has itself for a canonical path
        addFault(path, u"It is a link that leads nowhere; remove it."_s);
        return;
    }
    if (!QFileInfo(canonical).isFile()) {
        addFault(path, u"It is no regular file; remove it."_s);
        return;
    }
    if (m_seen.contains(canonical)) {
        return;
    }
    m_seen.insert(canonical);
    if (!QFileInfo(canonical).isReadable()) {
        addFault(path, u"The library cannot be read; give this user the right to."_s);
        return;
    }
    if (const QString fault = trustFault(canonical); !fault.isEmpty()) {
        addFault(path, fault);
        return;
    }
    if (QFileInfo(canonical).size() == 0) {
        addFault(path, u"The file is empty; copy it again."_s);
        return;
    }
    auto modules = readMetadata(canonical);
    if (!modules) {
        addFault(path, modules.error().message, modules.error().modules);
        return;
    }
    for (core::ModuleInfo &info : *modules) {
        info.bundled = bundled;
        addModule(std::move(info));
    }
}

void CatalogScan::addModule(core::ModuleInfo info)
{
    const QString name = core::kindWord(info.kind) + u' ' + info.name;
    auto &modules = m_catalog->m_modules;
    const auto other = std::find_if(modules.begin(), modules.end(), [&](const core::ModuleInfo &one) {
        return one.kind == info.kind && one.name == info.name;
    });
    if (other == modules.end() && !m_refused.contains(name)) {
        modules.append(std::move(info));
        return;
    }
    if (other != modules.end() && other->bundled) {
        addFault(info.library,
                 u"Its %1 comes with dragonscales, in %2, and is not replaced; give it another name."_s.arg(
                     name, other->library),
                 {name});
        return;
    }
    const QString both = u"The %1 is in two libraries, %2 and %3, so neither is used; remove one of them."_s;
    if (other != modules.end()) {
        addFault(info.library, both.arg(name, other->library, info.library), {name});
        modules.erase(other);
        m_refused.insert(name);
    } else {
        addFault(info.library,
                 u"The %1 is in other libraries as well, so none is used; remove all but one."_s.arg(name), {name});
    }
}

void CatalogScan::addFault(const QString &path, const QString &message, const QStringList &modules)
{
    m_catalog->m_faults.append({path, message, modules});
}

std::shared_ptr<const Catalog> CatalogScan::finish()
{
    return m_catalog;
}

} // namespace dragonscales::host
