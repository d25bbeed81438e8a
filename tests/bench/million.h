// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <QString>

namespace dragonscales::bench {

struct Crowd
{
    double residentMb = 0;  // of the service once its list has answered
    double getMs = 0;       // median GET of one job
    double firstPageMs = 0; // median GET of the newest 100 ids
};

// Of a process, in MB.
double residentMb(qint64 pid);

// The real dragonscales-service on a store with so many ended jobs.
Crowd measureCrowd(int jobs);

} // namespace dragonscales::bench
