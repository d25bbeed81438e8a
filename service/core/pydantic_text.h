// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/json/value.h"

// How Python writes values: v1 shows its spelling to clients, in messages, in "ctx", and in what was coerced to text.
namespace dragonscales::core::pydantic {

// repr(float): "2.5", "100.0", "1e+16", "inf".
QByteArray floatText(double value);

// str() of a JSON number: integers of any size as they are, others by floatText().
QByteArray numberText(const json::Value &number);

// Digits of a finite double without its fraction, as int(float) gives them.
QByteArray truncated(double value);

// repr(): 'text', True, None, [1, 'a'], {'k': 1}.
QByteArray repr(const json::Value &value);
QByteArray reprOfText(const QByteArray &utf8);

// json.dumps(value, ensure_ascii=False, separators=(",", ":")).
QByteArray dumps(const json::Value &value);

} // namespace dragonscales::core::pydantic
