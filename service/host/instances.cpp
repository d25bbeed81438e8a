// SPDX-License-Identifier: LGPL-3.0-or-later
#include "host/instances.h"

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::host {

namespace {

template <typename T>
std::unique_ptr<T> make(const sdk::Plugin &plugin, const QString &module, const sdk::Args &args)
{
    if constexpr (std::is_same_v<T, sdk::BaseTask>) {
        return plugin.task(module, args);
    } else if constexpr (std::is_same_v<T, sdk::BaseStorage>) {
        return plugin.storage(module, args);
    } else if constexpr (std::is_same_v<T, sdk::BaseCallback>) {
        return plugin.callback(module, args);
    } else {
        return plugin.authorizer(module, args);
    }
}

} // namespace

template <typename T>
tl::expected<std::unique_ptr<T>, core::JobError> makeInstance(PluginLibraries &libraries, const ModuleSpec &spec)
{
    const auto plugin = libraries.load(spec.library);
    if (!plugin) {
        return tl::unexpected(plugin.error());
    }
    const QString who =
        u"The constructor of %1 “%2” (module %3)"_s.arg(core::kindWord(spec.kind), spec.entry, spec.module);
    const sdk::Args args{sdk::Json(spec.args), spec.folder};
    auto made = guarded(who, [&] { return make<T>(**plugin, spec.module, args); });
    if (made && *made == nullptr) {
        core::JobError error;
        error.type = u"module"_s;
        error.message =
            u"The plugin %1 has no %2 “%3”, although its metadata lists it; add it in its constructor."_s.arg(
                spec.library, core::kindWord(spec.kind), spec.module);
        return tl::unexpected(error);
    }
    return made;
}

template tl::expected<std::unique_ptr<sdk::BaseTask>, core::JobError> makeInstance(PluginLibraries &,
                                                                                   const ModuleSpec &);
template tl::expected<std::unique_ptr<sdk::BaseStorage>, core::JobError> makeInstance(PluginLibraries &,
                                                                                      const ModuleSpec &);
template tl::expected<std::unique_ptr<sdk::BaseCallback>, core::JobError> makeInstance(PluginLibraries &,
                                                                                       const ModuleSpec &);
template tl::expected<std::unique_ptr<sdk::BaseAuthorizer>, core::JobError> makeInstance(PluginLibraries &,
                                                                                         const ModuleSpec &);

} // namespace dragonscales::host
