// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/problem_list.h"

namespace dragonscales::core {

// The JSON Schema of project files: what other tools check them with.
QByteArray projectSchemaText();

// What the schema finds fault with where nothing has been told yet in better words.
void checkProjectSchema(const json::Value &root, ProblemList &problems);

} // namespace dragonscales::core
