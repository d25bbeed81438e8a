// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

namespace dragonscales::core {

// Before the Qt application is made: where the environment names no locale at all, as in containers, or “C”, Qt 6 wants
// UTF-8 and says so on standard error at each start. Then this and all child processes get C.UTF-8.
void useUtf8Locale();

} // namespace dragonscales::core
