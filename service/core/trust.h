// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/result.h"

namespace dragonscales::core {

// Whether code at `path`, a library or a folder of plugins, may be used: it, what it links to, and every folder above
// belong to root or to this user, and nobody else may write there (a sticky folder above, such as /tmp, is fine).
// Forbidden or NotFound; the message names the path at fault and the command that mends it.
Result<void> checkTrusted(const QString &path);

} // namespace dragonscales::core
