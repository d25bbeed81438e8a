// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <QByteArray>

namespace dragonscales::core::schema {

// The amount of a number exactly as written, of any size, without its sign: 0.DIGITS × 10^exponent.
class Decimal
{
public:
    Decimal() = default;
    // The spelling of a JSON number.
    explicit Decimal(const QByteArray &spelling);

    bool isZero() const { return m_digits.isEmpty(); }
    bool isMultipleOf(const Decimal &divisor) const;

private:
    QByteArray m_digits; // neither the first nor the last is 0; none: the number is 0
    qint64 m_exponent = 0;
};

} // namespace dragonscales::core::schema
