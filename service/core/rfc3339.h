// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/clock.h"

#include <QByteArray>

#include <optional>

namespace dragonscales::core {

// Moments as RFC 3339 writes them: "2026-11-26T20:21:00.123Z". A zone is part of it ("Z" or "+01:00", at most 14 hours
// off); what comes after milliseconds is cut off. Years 1970 to 9999. Nothing for anything else.
std::optional<TimePoint> timeFromText(QByteArrayView text);

// In UTC, with milliseconds.
QByteArray timeText(TimePoint time);

} // namespace dragonscales::core
