// SPDX-License-Identifier: LGPL-3.0-or-later
#include "modules.h"

#include <stdexcept>

namespace dragonscales::plugins::http {

using namespace Qt::Literals::StringLiterals;

Guard guardFrom(const sdk::Args &args)
{
    QStringList allow;
    for (const auto &entry : args.json.object().value("allow"_L1).toArray()) {
        allow.append(entry.toString());
    }
    auto guard = Guard::make(allow);
    if (!guard) {
        throw std::invalid_argument(guard.error().message.toStdString());
    }
    return std::move(*guard);
}

std::chrono::milliseconds timeoutFrom(const sdk::Args &args, double fallbackSec)
{
    const double seconds = args.json.object().value("timeout"_L1).toDouble(fallbackSec);
    if (!(seconds > 0 && seconds <= 3600)) {
        throw std::invalid_argument("\"timeout\" must be a number of seconds above 0 and up to 3600");
    }
    return std::chrono::milliseconds(static_cast<qint64>(seconds * 1000));
}

} // namespace dragonscales::plugins::http
