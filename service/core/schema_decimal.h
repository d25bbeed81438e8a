// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <QByteArray>

namespace dragonscales::core::schema {

// A JSON number exactly as written, of any size: 0.DIGITS × 10^exponent.
class Decimal
{
public:
    Decimal() = default;
    // The spelling of a JSON number.
    explicit Decimal(const QByteArray &spelling);

    bool isZero() const { return m_digits.isEmpty(); }
    bool isNegative() const { return m_negative; }
    bool isIntegral() const { return m_digits.size() <= m_exponent || isZero(); }
    bool isMultipleOf(const Decimal &divisor) const;

    // Equal for equal numbers, whatever their spelling.
    QByteArray key() const;

    // Below 0, 0 or above 0, as this is less than, equal to or greater than the other.
    int compare(const Decimal &other) const;

private:
    bool m_negative = false;
    QByteArray m_digits; // neither the first nor the last is 0; none: the number is 0
    qint64 m_exponent = 0;
};

} // namespace dragonscales::core::schema
