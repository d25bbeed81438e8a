// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <QRegularExpression>

#include <tl/expected.hpp>

namespace dragonscales::core::schema {

// A regular expression of ECMAScript, run under a limit. Thread-safe.
class Pattern
{
public:
    enum class Verdict : quint8 { Match, NoMatch, GaveUp };

    // The error says what is wrong with it.
    static tl::expected<Pattern, QString> compile(const QString &ecmaScript);

    // GaveUp: the text would take too long.
    Verdict match(const QString &text) const;

private:
    Pattern(QRegularExpression fast, QRegularExpression patient);

    QRegularExpression m_fast;    // compiled to machine code, whose small stack long texts may exhaust
    QRegularExpression m_patient; // interpreted, for these
};

} // namespace dragonscales::core::schema
