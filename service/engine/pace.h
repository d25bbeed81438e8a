// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <chrono>

namespace dragonscales::engine {

struct PaceOptions
{
    std::chrono::nanoseconds horizon = std::chrono::milliseconds(50); // claim what is worked off within this time
    int most = 256;                                                   // claimed beyond the free slots, at most
};

// How much to claim ahead: as much as recent run times say will be worked off soon. Long jobs are never claimed ahead,
// since another service could run them meanwhile; trivial ones are, so that one transaction serves many.
class Pace final
{
public:
    explicit Pace(PaceOptions options = {});

    void record(std::chrono::nanoseconds runTime);
    // For `workers` threads that are not held up by a long job.
    int ahead(int workers) const;
    std::chrono::nanoseconds horizon() const { return m_options.horizon; }

private:
    PaceOptions m_options;
    double m_average = -1; // ns; below 0: nothing known
};

} // namespace dragonscales::engine
