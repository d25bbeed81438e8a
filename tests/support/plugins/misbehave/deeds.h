// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <dragonscales/context.h>
#include <dragonscales/json.h>

namespace misbehave {

// Does what the member "do" of params says: crash, hang, print, … Most deeds do not return; those that do leave a mess.
// "note" names a file that gets the number of this process, and of those that it starts, one a line.
void perform(const dragonscales::sdk::Json &params, dragonscales::sdk::Context *context);

} // namespace misbehave
