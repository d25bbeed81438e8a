// SPDX-License-Identifier: LGPL-3.0-or-later
#include "api/json_values.h"

#include "core/json/writer.h"
#include "core/rfc3339.h"

#include <QLocale>

namespace dragonscales::api {

QByteArray timeOrNull(core::TimePoint time)
{
    return time == core::TimePoint{} ? QByteArray("null") : '"' + core::timeText(time) + '"';
}

QByteArray textOrNull(const QString &text)
{
    return text.isEmpty() ? QByteArray("null") : core::json::quoted(text);
}

QByteArray secondsJson(std::chrono::milliseconds time)
{
    return numberJson(static_cast<double>(time.count()) / 1000);
}

QByteArray numberJson(double value)
{
    return QByteArray::number(value, 'g', QLocale::FloatingPointShortest);
}

} // namespace dragonscales::api
