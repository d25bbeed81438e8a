// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "bin/service_options.h"

#include <QUrl>

namespace dragonscales::app {

// The flags of the service that mean something to a window, and --url.
const QList<core::Setting> &windowSettings();

struct WindowOptions
{
    QUrl url; // of a service to show; empty: run one with `service`
    assembly::ServiceOptions service;
    bool projectNamed = false; // by flag or environment

    // Errors say which setting is wrong, and how to mend it.
    static core::Result<WindowOptions> from(const core::Settings &settings);
};

} // namespace dragonscales::app
