// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <QStringList>

namespace dragonscales::core {

// Where a service may have left the token for programs of its user: $XDG_RUNTIME_DIR/dragonscales, and
// ~/.local/state/dragonscales for those that were started without a session. It writes to the first.
QStringList localTokenFolders();

// The file of the service at this port.
QString localTokenPath(const QString &folder, int port);

} // namespace dragonscales::core
