// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/json/value.h"

#include <optional>
#include <vector>

namespace dragonscales::core::pydantic {

struct DictEntry
{
    QByteArray name;
    const json::Value *value = nullptr; // within the value that it was made from
};

// A value as Python's dict(value) sees it: each name once, where it came first, with the value that came last.
struct Dict
{
    std::vector<DictEntry> entries;
    bool changed = false; // it was no object, or names were repeated

    const json::Value *find(QByteArrayView name) const;
};

// An object, or a list of pairs; nothing for all else.
std::optional<Dict> toDict(const json::Value &value);

} // namespace dragonscales::core::pydantic
