// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/problem_list.h"

namespace dragonscales::core {

// The "args" of a queue. What is wrong with them goes to `problems` and keeps its default.
QueueOptions readQueueOptions(const Place &args, ProblemList &problems);

} // namespace dragonscales::core
