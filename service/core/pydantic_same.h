// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/json/value.h"

#include <vector>

namespace dragonscales::core::pydantic {

// Python's ==: 1, 1.0 and true are equal, members count in any order.
bool same(const json::Value &a, const json::Value &b);

// Two of these are the same. Takes time in proportion to their size.
bool hasTwins(const std::vector<json::Value> &items);

} // namespace dragonscales::core::pydantic
