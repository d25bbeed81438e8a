// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QUrl>

#include <optional>

namespace dragonscales::client {

// What a service of this user on this machine left for programs of the same user.
struct LocalToken
{
    QByteArray token;
    QUrl url; // what to talk to: the address given, with a name for the loopback replaced by the service's number
};

// The token for a service at `url`, when that is a loopback address and the file there is this user's alone, tells this
// address, and its process lives and is this user's. Reads $XDG_RUNTIME_DIR/dragonscales/<port>.json, else
// ~/.local/state/dragonscales/<port>.json.
std::optional<LocalToken> findLocalToken(const QUrl &url);

} // namespace dragonscales::client
