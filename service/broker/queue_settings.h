// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/clock.h"

#include <QString>

#include <optional>

namespace dragonscales::broker {

// At most `count` jobs of a queue start within any time as long as `per`. Count 0: no limit.
struct QueueRate
{
    int count = 0;
    std::chrono::milliseconds per{0};
    bool operator==(const QueueRate &) const = default;
};

// How much of a queue may wait and run. 0: no limit.
struct QueueLimits
{
    int maxConcurrency = 0; // jobs that run at once, over all machines
    QueueRate rate;
    qint64 maxQueued = 0; // jobs that wait
};

// What an operator has set for a queue. It wins over the project's file.
struct QueueSettings
{
    QString queue;
    core::TimePoint pausedAt; // epoch: it is not paused
    QString reason;           // of the pause
    core::TimePoint resumeAt; // epoch: by hand only
    std::optional<int> maxConcurrency;
    std::optional<QueueRate> rate;
    std::optional<qint64> maxQueued;

    bool isPaused() const { return pausedAt != core::TimePoint{}; }
    QueueLimits over(const QueueLimits &configured) const
    {
        return {maxConcurrency.value_or(configured.maxConcurrency), rate.value_or(configured.rate),
                maxQueued.value_or(configured.maxQueued)};
    }
};

// A change of these: what is not named stays as it is.
struct QueuePatch
{
    struct Pause
    {
        bool paused = true;
        // Of a queue that is paused already, what is not there stays as it is.
        std::optional<QString> reason;
        std::optional<core::TimePoint> resumeAt; // epoch: by hand only
    };

    QString queue;
    std::optional<Pause> pause;
    // Nothing within: as the project says, from now on.
    std::optional<std::optional<int>> maxConcurrency;
    std::optional<std::optional<QueueRate>> rate;
    std::optional<std::optional<qint64>> maxQueued;
};

} // namespace dragonscales::broker
