// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/problem_list.h"

namespace dragonscales::core {

// Reads an array of tags: at most 20, each a text of 1 to 100 visible characters; a repeated one counts once. What is
// wrong, `problems` tells.
QStringList readTags(const Place &tags, ProblemList &problems);

} // namespace dragonscales::core
