// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/json/value.h"

#include <tl/expected.hpp>

namespace dragonscales::core::json {

inline constexpr int kMaxDepth = 200;

// Why a text is not JSON, in the words and at the place of Python's decoder: "Expecting value", "Extra data", …
struct ParseError
{
    enum class Kind : quint8 { Syntax, NotUtf8, TooDeep };

    Kind kind = Kind::Syntax;
    QByteArray message;       // without the position
    qsizetype characters = 0; // "pos" of Python's decoder: code points before the fault
    Position position;

    QByteArray withPosition() const; // "Expecting value: line 1 column 9 (char 8)"
};

// Reads one whole text (RFC 8259). NaN and Infinity are refused. An escape of half a surrogate pair ("\ud800"), which
// JSON allows but UTF-8 cannot hold, reads as U+FFFD; the source text keeps it. In one pass, without recursion.
tl::expected<Value, ParseError> read(QByteArrayView text);

// Line and column of a byte offset.
Position positionOf(QByteArrayView text, qsizetype offset);

// The bytes of `value` within the text that it was read from.
inline QByteArray sourceOf(const QByteArray &text, const Value &value)
{
    return text.mid(value.begin(), value.end() - value.begin());
}

} // namespace dragonscales::core::json
