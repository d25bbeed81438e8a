// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "bench/bench_service.h"

namespace dragonscales::bench {

// Whole lives of jobs, submitted within the process.
double livesPerSecond(const BenchService::Options &options, int jobs);

// The median of the time from a POST to the recorded delivery, one job at a time.
double idleLatencyMs(const BenchService::Options &options, int jobs);

QString ratioToBare(double figure, double bare);

} // namespace dragonscales::bench
