// SPDX-License-Identifier: LGPL-3.0-or-later
#include "modules.h"

namespace dragonscales::plugins::basic {

sdk::Outcome<sdk::TaskResult> Echo::run(const sdk::Json &params, sdk::Context &)
{
    return sdk::TaskResult(params.member("value").value_or(sdk::Json()));
}

} // namespace dragonscales::plugins::basic
