// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/json/value.h"

#include <functional>
#include <vector>

// How a compiled JSON Schema looks inside. Each schema of the document is a Node, each keyword (or group of keywords
// that only make sense together) one Check of it.
namespace dragonscales::core::schema {

class Run;

// Judges one value; lets pass what it does not apply to.
using Check = std::function<void(Run &run, const json::Value &value)>;

struct Node
{
    std::vector<Check> checks;
    std::vector<const Node *> inPlace; // schemas that judge the same value as this one
};

} // namespace dragonscales::core::schema
