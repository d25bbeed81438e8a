// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/job.h"

#include <dragonscales/plugin.h>

#include <QHash>

#include <mutex>

namespace dragonscales::host {

// The libraries that this process has loaded. They are never unloaded: a module's code may run until the process ends.
// Thread-safe.
class PluginLibraries final
{
public:
    // An error of type "module" says why the library cannot be used.
    tl::expected<const sdk::Plugin *, core::JobError> load(const QString &path);

private:
    static tl::expected<const sdk::Plugin *, core::JobError> open(const QString &path);

    std::mutex m_mutex;
    QHash<QString, const sdk::Plugin *> m_loaded;
};

} // namespace dragonscales::host
