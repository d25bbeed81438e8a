// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/ids.h"

#include <QRandomGenerator>

#include <algorithm>
#include <mutex>

namespace dragonscales::core {

namespace {

// RFC 9562, section 6.2, method 1: behind the milliseconds stands a counter of 26 bits, then 48 random bits. The
// counter starts anywhere in its lower half with each millisecond; when it runs out, the next millisecond is borrowed.
class IdSequence
{
public:
    struct Place
    {
        quint64 milliseconds;
        quint32 counter;
    };

    Place next(quint64 milliseconds)
    {
        const std::lock_guard lock(m_mutex);
        if (milliseconds > m_last.milliseconds) {
            m_last = {milliseconds, seed()};
        } else if (++m_last.counter > kCounterMax) {
            m_last = {m_last.milliseconds + 1, seed()};
        }
        return m_last;
    }

private:
    static constexpr quint32 kCounterMax = (1U << 26) - 1;

    static quint32 seed() { return QRandomGenerator::global()->generate() >> 7; }

    std::mutex m_mutex;
    Place m_last{0, 0};
};

constexpr quint64 kMillisecondsMax = (quint64(1) << 48) - 1;

bool isHex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

} // namespace

QUuid newJobId(TimePoint now)
{
    static IdSequence sequence;
    const auto wanted = std::clamp<qint64>(now.time_since_epoch().count(), 0, kMillisecondsMax);
    const auto [ms, counter] = sequence.next(static_cast<quint64>(wanted));
    const quint64 noise = QRandomGenerator::global()->generate64();
    const auto byte = [](quint64 value, int shift) { return static_cast<uchar>(value >> shift); };
    return {static_cast<uint>(ms >> 16),
            static_cast<ushort>(ms),
            static_cast<ushort>(0x7000U | (counter >> 14)),
            static_cast<uchar>(0x80U | ((counter >> 8) & 0x3FU)),
            static_cast<uchar>(counter),
            byte(noise, 0),
            byte(noise, 8),
            byte(noise, 16),
            byte(noise, 24),
            byte(noise, 32),
            byte(noise, 40)};
}

TimePoint timeOfId(const QUuid &jobId)
{
    const quint64 ms = (quint64(jobId.data1) << 16) | jobId.data2;
    return TimePoint(std::chrono::milliseconds(static_cast<qint64>(ms)));
}

QUuid deliveryId(const QUuid &jobId, int run)
{
    return QUuid::createUuidV5(jobId, QByteArray::number(run));
}

QByteArray idText(const QUuid &id)
{
    return id.toByteArray(QUuid::WithoutBraces);
}

QUuid idFromText(QByteArrayView text)
{
    if (text.size() != 36)
        return {};
    for (qsizetype i = 0; i < text.size(); ++i) {
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? text[i] != '-' : !isHex(text[i]))
            return {};
    }
    return QUuid::fromString(QLatin1StringView(text));
}

} // namespace dragonscales::core
