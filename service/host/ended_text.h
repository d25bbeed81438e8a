// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "host/protocol.h"

namespace dragonscales::host {

// The exit status of a runner that cannot speak to the service any more.
inline constexpr int kExitChannelLost = 71;

// "SIGSEGV (segmentation fault)"
QString signalText(int signal);
// The sentence about a process that ended while it ran code: "The task crashed: SIGSEGV (segmentation fault)."
QString endedText(const protocol::Ended &ended);

} // namespace dragonscales::host
