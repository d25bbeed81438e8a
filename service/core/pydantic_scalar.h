// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/json/value.h"

#include <optional>

// What pydantic 1.10 makes of a value that should be a text, a number or a boolean.
namespace dragonscales::core::pydantic {

struct TextValue
{
    bool changed = false; // it was none before
    QByteArray utf8;
};

struct NumberValue
{
    bool changed = false; // to be written as `spelling` instead of what came
    QByteArray spelling;  // as JSON
    double number = 0;    // may be infinite (or NaN, from a text): no JSON then
};

struct BooleanValue
{
    bool changed = false;
    bool value = false;
};

// Nothing where pydantic gives up.
std::optional<TextValue> toText(const json::Value &value);
std::optional<NumberValue> toInteger(const json::Value &value);
std::optional<NumberValue> toFloat(const json::Value &value);
std::optional<BooleanValue> toBoolean(const json::Value &value);

} // namespace dragonscales::core::pydantic
