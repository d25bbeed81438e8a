// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "api/http.h"
#include "core/result.h"

namespace dragonscales::api {

// The HTTP status of each error code.
int statusOf(core::ErrorCode code);

// {"detail":"…"} with that status, and Retry-After where it may work later. Errors of the store are worded for clients
// without what they say of the machine.
Response responseOf(const core::Error &error);

} // namespace dragonscales::api
