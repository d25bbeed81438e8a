// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "api/server.h"
#include "core/settings.h"

namespace dragonscales::assembly {

// What a service is to be, from flags and environment or from a GUI that hosts it.
struct ServiceOptions
{
    QString projectPath = QStringLiteral("project.json"); // naming it here means that its code is trusted
    QString storePath;                                    // empty: $XDG_DATA_HOME/dragonscales/<project id>/store.db
    QStringList pluginFolders;                            // besides the bundled ones and the project's own
    bool workers = true;                                  // run jobs and deliveries
    bool api = true;                                      // answer HTTP
    api::ServerOptions server;
    engine::EngineOptions engine;

    // Errors say which setting is wrong, and how to mend it.
    static core::Result<ServiceOptions> from(const core::Settings &settings);
};

} // namespace dragonscales::assembly
