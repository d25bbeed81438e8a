// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/json/value.h"

namespace dragonscales::core::schema {

// Equal for values that JSON Schema calls equal: numbers by their value, members in any order, true not 1.
// Takes time in proportion to the value, apart from sorting members.
QByteArray keyOf(const json::Value &value);

} // namespace dragonscales::core::schema
