// SPDX-License-Identifier: LGPL-3.0-or-later
#include "engine/pace.h"

#include <algorithm>

namespace dragonscales::engine {

namespace {

// Weight of the latest run: a long job is noticed at once, and forgotten after some twenty short ones.
constexpr double kWeight = 0.2;

} // namespace

Pace::Pace(PaceOptions options)
    : m_options(options)
{
}

void Pace::record(std::chrono::nanoseconds runTime)
{
    const auto latest = static_cast<double>(runTime.count());
    m_average = m_average < 0 ? latest : m_average + kWeight * (latest - m_average);
}

int Pace::ahead(int workers) const
{
    const auto horizon = static_cast<double>(m_options.horizon.count());
    if (m_average < 0 || m_average > horizon || workers <= 0) {
        return 0;
    }
    const double jobs = workers * horizon / std::max(m_average, 1.0);
    return static_cast<int>(std::min<double>(m_options.most, jobs));
}

} // namespace dragonscales::engine
