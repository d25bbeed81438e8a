// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <QString>

namespace dragonscales::bench {

// Whole lives a second of `jobs` jobs through bare.sql, in a new file in `folder` with WAL and synchronous=FULL.
double bareLivesPerSecond(const QString &folder, int jobs);

// Median milliseconds of writing 4 KiB and fdatasync, over 200 times, in `folder`.
double fsyncMs(const QString &folder);

} // namespace dragonscales::bench
