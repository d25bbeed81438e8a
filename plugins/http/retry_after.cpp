// SPDX-License-Identifier: LGPL-3.0-or-later
#include "retry_after.h"

#include <QLocale>
#include <QTimeZone>

#include <algorithm>

namespace dragonscales::plugins::http {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr std::chrono::milliseconds kLongest = std::chrono::hours(24);

// The three forms that RFC 9110 knows.
QDateTime httpDate(const QByteArray &value)
{
    const QString text = QString::fromLatin1(value).simplified();
    for (const QString &format :
         {u"ddd, dd MMM yyyy HH:mm:ss 'GMT'"_s, u"dddd, dd-MMM-yy HH:mm:ss 'GMT'"_s, u"ddd MMM d HH:mm:ss yyyy"_s}) {
        QDateTime date = QLocale::c().toDateTime(text, format);
        if (date.isValid()) {
            date.setTimeZone(QTimeZone::utc());
            return date;
        }
    }
    return {};
}

} // namespace

std::optional<std::chrono::milliseconds> retryAfter(const QByteArray &value, const QDateTime &now)
{
    const QByteArray text = value.trimmed();
    if (!text.isEmpty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; })) {
        bool ok = false;
        const qint64 seconds = text.toLongLong(&ok);
        return ok && seconds < kLongest / std::chrono::seconds(1) ? std::chrono::seconds(seconds) : kLongest;
    }
    const QDateTime date = httpDate(text);
    if (!date.isValid()) {
        return std::nullopt;
    }
    return std::clamp(std::chrono::milliseconds(now.msecsTo(date)), std::chrono::milliseconds(0), kLongest);
}

} // namespace dragonscales::plugins::http
