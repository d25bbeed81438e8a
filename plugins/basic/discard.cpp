// SPDX-License-Identifier: LGPL-3.0-or-later
#include "modules.h"

namespace dragonscales::plugins::basic {

sdk::Outcome<sdk::Json> Discard::store(const sdk::TaskResult &, const sdk::Json &, sdk::Context &)
{
    return sdk::Json();
}

} // namespace dragonscales::plugins::basic
