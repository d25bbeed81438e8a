// SPDX-License-Identifier: LGPL-3.0-or-later
#include "modules.h"

#include <thread>

namespace dragonscales::plugins::basic {

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

sdk::Outcome<sdk::TaskResult> Sleep::run(const sdk::Json &params, sdk::Context &context)
{
    const sdk::Json seconds = params.member("seconds").value_or(sdk::Json("0"));
    const std::chrono::duration<double> wanted(seconds.value().toDouble());
    const auto start = SteadyClock::now();
    auto nextReport = start + 1s;
    while (true) {
        if (context.stopRequested()) {
            return sdk::fail(u"stopped before the %1 seconds were over"_s.arg(wanted.count()));
        }
        const auto now = SteadyClock::now();
        const std::chrono::duration<double> left = wanted - (now - start);
        if (left.count() <= 0) {
            return sdk::TaskResult(sdk::Json("{\"slept\":" + seconds.text() + '}'));
        }
        if (now >= nextReport) {
            nextReport += 1s;
            context.progress(1 - left / wanted);
        }
        std::this_thread::sleep_for(std::min(left, std::chrono::duration<double>(20ms)));
    }
}

} // namespace dragonscales::plugins::basic
