// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QDateTime>

#include <chrono>
#include <optional>

namespace dragonscales::plugins::http {

// The value of a Retry-After header, seconds or an HTTP date, as a time to wait from `now`; at most a day. Nothing when
// it makes no sense; 0 for a date that is over.
std::optional<std::chrono::milliseconds> retryAfter(const QByteArray &value, const QDateTime &now);

} // namespace dragonscales::plugins::http
