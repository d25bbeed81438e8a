// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <QByteArrayList>

namespace dragonscales::host {

// Becomes the program that speaks the protocol in the runner's place, below the monitor. Returns only as an end of the
// process, with a line on standard error and kExitNoGuest, when it cannot be started.
[[noreturn]] void becomeGuest(const QByteArrayList &command);

} // namespace dragonscales::host
