// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "engine/services.h"

#include <QTimer>

namespace dragonscales::engine {

// Renews every lease that this service holds, all in one call, each third of their length. Lives in the engine's
// thread; start and stop may be called at any time, twice as well.
class LeaseKeeper final : public QObject
{
    Q_OBJECT

public:
    explicit LeaseKeeper(std::shared_ptr<Services> services, QObject *parent = nullptr);
    Q_DISABLE_COPY_MOVE(LeaseKeeper)

    void start();
    void stop();
    // Renews at once; whether the store took it. Always answered.
    QFuture<bool> renew();
    // Everything held was renewed so short a time ago that none can have expired, unless the clock was set.
    bool isFresh() const;

private:
    const std::shared_ptr<Services> m_services;
    QTimer m_timer;
    const std::shared_ptr<std::atomic<SteadyTime>> m_renewed = std::make_shared<std::atomic<SteadyTime>>();
};

} // namespace dragonscales::engine
