// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <QtGlobal>

namespace dragonscales::broker::sqlite {

// deliveries.seq: made from its job's and the run, which saves an index for "one for each run".
inline constexpr int kRunBits = 16;

inline constexpr int kMostRuns = (1 << kRunBits) - 1; // of one job

constexpr qint64 deliverySeq(qint64 jobSeq, int run)
{
    return (jobSeq << kRunBits) + run;
}

constexpr int runOf(qint64 deliverySeq)
{
    return static_cast<int>(deliverySeq & ((1 << kRunBits) - 1));
}

} // namespace dragonscales::broker::sqlite
