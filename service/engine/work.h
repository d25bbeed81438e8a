// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "broker/store.h"

#include <chrono>

namespace dragonscales::engine {

using SteadyTime = std::chrono::steady_clock::time_point;

// Something claimed under a lease that a pool's thread works off: one run of a job, or one try of a delivery. Whatever
// comes first (its own return, a cancel, a time limit, a lost lease, a stop) decides how it ends; the rest is ignored.
// Thread-safe.
class Work
{
public:
    virtual ~Work() = default;

    virtual const broker::Lease &lease() const = 0;
    // In a thread of the pool; returns at once when it has ended before it began.
    virtual void run() = 0;
    // It will not begin here: back to the store unharmed.
    virtual void giveBack() = 0;
    // What the store says of the lease: Stale and CancelRequested stop the code.
    virtual void onLease(broker::LeaseState state) = 0;
    // The service stops: end by yourself, soon; with `graceless` now.
    virtual void stop(bool graceless) = 0;
    // Called every now and then while it runs. False: it overran every allowance, and abandon() is due.
    virtual bool tick(SteadyTime now) = 0;
    // Ends it although run() has not returned; what run() brings later is ignored.
    virtual void abandon() = 0;
};

} // namespace dragonscales::engine
