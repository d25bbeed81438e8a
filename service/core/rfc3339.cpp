// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/rfc3339.h"

#include <QDateTime>
#include <QRegularExpression>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::core {

namespace {

constexpr int kFarthestZoneMin = 14 * 60;
constexpr qint64 kLastMs = 253'402'300'799'999; // of the year 9999

// Minutes east of UTC.
std::optional<int> zoneOf(const QString &text)
{
    if (text.compare(u'Z', Qt::CaseInsensitive) == 0) {
        return 0;
    }
    const int hours = text.mid(1, 2).toInt();
    const int minutes = text.mid(4, 2).toInt();
    const int all = hours * 60 + minutes;
    if (minutes > 59 || all > kFarthestZoneMin) {
        return std::nullopt;
    }
    return text.startsWith(u'-') ? -all : all;
}

} // namespace

std::optional<TimePoint> timeFromText(QByteArrayView text)
{
    static const QRegularExpression form(
        u"\\A([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt]([0-9]{2}:[0-9]{2}:[0-9]{2})(?:\\.([0-9]{1,9}))?([Zz]|[+-][0-9]{2}:[0-9]{2})\\z"_s);
    const auto match = form.match(QString::fromLatin1(text));
    if (!match.hasMatch()) {
        return std::nullopt;
    }
    const QDate date = QDate::fromString(match.captured(1), u"yyyy-MM-dd"_s);
    const QTime time = QTime::fromString(match.captured(2), u"HH:mm:ss"_s);
    const std::optional<int> zone = zoneOf(match.captured(4));
    if (!date.isValid() || !time.isValid() || !zone) {
        return std::nullopt;
    }
    const int ms = match.captured(3).leftJustified(3, u'0', true).toInt();
    const qint64 since = QDateTime(date, time, Qt::UTC).toMSecsSinceEpoch() + ms - qint64(*zone) * 60'000;
    return since < 0 || since > kLastMs ? std::nullopt : std::optional(TimePoint(std::chrono::milliseconds(since)));
}

QByteArray timeText(TimePoint time)
{
    return QDateTime::fromMSecsSinceEpoch(time.time_since_epoch().count(), Qt::UTC)
        .toString(Qt::ISODateWithMs)
        .toLatin1();
}

} // namespace dragonscales::core
