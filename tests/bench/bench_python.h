// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <QString>

#include <functional>

namespace dragonscales::bench {

// Prints the rows of Python modules; `wanted` is asked for "process", "idle", "http" and "big".
void measurePython(int jobs, double bare, const std::function<bool(const char *)> &wanted);

} // namespace dragonscales::bench
