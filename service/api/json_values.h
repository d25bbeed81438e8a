// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/clock.h"

#include <QByteArray>
#include <QString>

namespace dragonscales::api {

// How API v2 writes values: times as RFC 3339 in UTC with milliseconds, durations in seconds, null for what is not
// there.
QByteArray timeOrNull(core::TimePoint time); // the epoch is not there
QByteArray textOrNull(const QString &text);  // nor is an empty text
QByteArray secondsJson(std::chrono::milliseconds time);
QByteArray numberJson(double value); // its shortest spelling; finite

} // namespace dragonscales::api
