// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/problem_list.h"
#include "core/project_fields.h"

namespace dragonscales::core {

// Reads {"max": n, "delays": [s, …]} of a project file or a request, or with "backoff" in place of the delays:
// {"first": s, "factor": x, "longest": s, "jitter": 0…1}. Nothing, or a policy of no use, when it is wrong, which
// `problems` then tells.
std::optional<RetryPolicy> readRetry(const Place &retry, UnknownKeys unknown, ProblemList &problems);

} // namespace dragonscales::core
