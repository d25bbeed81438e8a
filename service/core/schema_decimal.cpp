// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/schema_decimal.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace dragonscales::core::schema {

namespace {

// Exponents beyond this are taken for it: no text that fits into memory makes up for them with digits.
constexpr qint64 kExponentMax = qint64(1) << 60;
// Products of two such numbers fit into 64 bits.
constexpr qsizetype kShortDigits = 9;

qint64 readExponent(const char *begin, const char *end)
{
    const bool negative = begin != end && *begin == '-';
    if (begin != end && (*begin == '-' || *begin == '+'))
        ++begin;
    qint64 exponent = 0;
    if (std::from_chars(begin, end, exponent).ec == std::errc::result_out_of_range)
        exponent = kExponentMax;
    exponent = std::min(exponent, kExponentMax);
    return negative ? -exponent : exponent;
}

quint64 powerModulo(quint64 base, quint64 exponent, quint64 modulus)
{
    quint64 result = 1 % modulus;
    for (base %= modulus; exponent > 0; exponent >>= 1) {
        if (exponent & 1U)
            result = result * base % modulus;
        base = base * base % modulus;
    }
    return result;
}

} // namespace

Decimal::Decimal(const QByteArray &spelling)
{
    const char *const begin = spelling.data();
    const char *const end = begin + spelling.size();
    const char *at = begin;
    bool behindPoint = false;
    for (at += at != end && *at == '-' ? 1 : 0; at != end && *at != 'e' && *at != 'E'; ++at) {
        if (*at == '.') {
            behindPoint = true;
            continue;
        }
        const bool leadingZero = m_digits.isEmpty() && *at == '0';
        if (!leadingZero)
            m_digits += *at;
        if (behindPoint)
            m_exponent -= leadingZero ? 1 : 0;
        else
            m_exponent += leadingZero ? 0 : 1;
    }
    if (at != end)
        m_exponent += readExponent(at + 1, end);
    while (m_digits.endsWith('0'))
        m_digits.chop(1);
    if (m_digits.isEmpty())
        m_exponent = 0;
}

bool Decimal::isMultipleOf(const Decimal &divisor) const
{
    if (isZero() || divisor.isZero())
        return isZero();
    // As integers: m_digits × 10^zeros against divisor.m_digits. Digits behind those of the divisor make a remainder,
    // because our last one is not 0.
    const qint64 zeros = (m_exponent - m_digits.size()) - (divisor.m_exponent - divisor.m_digits.size());
    if (zeros < 0)
        return false;
    if (divisor.m_digits.size() > kShortDigits)
        return std::fmod(
                   QByteArray("0." + m_digits + 'e' + QByteArray::number(m_exponent)).toDouble(),
                   QByteArray("0." + divisor.m_digits + 'e' + QByteArray::number(divisor.m_exponent)).toDouble()) ==
               0.0;
    const quint64 modulus = divisor.m_digits.toULongLong();
    quint64 rest = 0;
    for (const char digit : m_digits)
        rest = (rest * 10 + static_cast<quint64>(digit - '0')) % modulus;
    return rest * powerModulo(10, static_cast<quint64>(zeros), modulus) % modulus == 0;
}

} // namespace dragonscales::core::schema
