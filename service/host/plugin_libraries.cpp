// SPDX-License-Identifier: LGPL-3.0-or-later
#include "host/plugin_libraries.h"

#include "host/guard.h"

#include <QPluginLoader>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::host {

tl::expected<const sdk::Plugin *, core::JobError> PluginLibraries::load(const QString &path)
{
    const std::lock_guard lock(m_mutex);
    if (const sdk::Plugin *known = m_loaded.value(path)) {
        return known;
    }
    auto plugin = open(path);
    if (plugin) {
        m_loaded.insert(path, *plugin);
    }
    return plugin;
}

tl::expected<const sdk::Plugin *, core::JobError> PluginLibraries::open(const QString &path)
{
    QPluginLoader loader(path);
    // A missing symbol shows now, in a sentence, and not as a crash at its first call.
    loader.setLoadHints(QLibrary::ResolveAllSymbolsHint);
    const auto root = guarded(u"The plugin %1"_s.arg(path), [&loader] { return loader.instance(); });
    if (!root) {
        return tl::unexpected(root.error());
    }
    core::JobError error;
    error.type = u"module"_s;
    if (*root == nullptr) {
        error.message = u"The plugin %1 cannot be loaded: %2"_s.arg(path, loader.errorString());
        return tl::unexpected(error);
    }
    const auto *plugin = qobject_cast<sdk::Plugin *>(*root);
    if (plugin == nullptr) {
        error.message =
            u"The plugin %1 is none of this version of dragonscales (%2); build it against the installed headers."_s
                .arg(path, QStringLiteral(DRAGONSCALES_PLUGIN_IID));
        return tl::unexpected(error);
    }
    return plugin;
}

} // namespace dragonscales::host
