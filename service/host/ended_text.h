// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "host/protocol.h"

namespace dragonscales::host {

// The exit status of a runner that cannot speak to the service any more.
inline constexpr int kExitChannelLost = 71;
// That of a monitor's child that could not become the guest that it was to be; standard error says why.
inline constexpr int kExitNoGuest = 72;

// "SIGSEGV (segmentation fault)"
QString signalText(int signal);
// The sentence about a process that ended while it ran code: "The task crashed: SIGSEGV (segmentation fault)."
QString endedText(const protocol::Ended &ended);

} // namespace dragonscales::host
