// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "broker/broker.h"
#include "engine/code.h"
#include "host/host.h"

namespace dragonscales::engine {

struct EngineOptions
{
    QStringList queues;       // serve only these; empty: all of the project
    QStringList formerQueues; // the project has them no more, but jobs may come back to them: these are worked off
    int workers = 0;          // instead of each queue's "workers"; 0: as the project says
    std::chrono::milliseconds lease{30'000};
    int deliveryWorkers = 16;
    QString worker; // "host:pid", names this service in attempts
    std::chrono::milliseconds callbackTimeout{60'000};
    std::chrono::milliseconds look{2'000};        // the longest time without a look at the clock and at what is due
    std::chrono::milliseconds purgeEvery{60'000}; // ended jobs whose time to live is over
};

struct QueueState
{
    QString queue;
    int workers = 0;
    int running = 0;
    int stuck = 0; // threads that overran their time limit and have not come back
};

struct EngineState
{
    bool running = false;
    bool draining = false;
    QList<QueueState> queues;
    int delivering = 0;
    int runners = 0;
};

// Moves jobs along: one pool per queue, one for deliveries, the lease keeper, recovery, retention. Lives in the thread
// that made it, which must run an event loop; answers of other threads' calls come from there.
class Engine final : public QObject
{
    Q_OBJECT

public:
    Engine(broker::Broker &broker, host::Host &host, core::ProjectPointer project, EngineOptions options,
           QObject *parent = nullptr);
    Engine(broker::Broker &broker, Code code, core::ProjectPointer project, EngineOptions options,
           QObject *parent = nullptr);
    ~Engine() override; // end()
    Q_DISABLE_COPY_MOVE(Engine)

    // Recovers expired leases, then begins to claim.
    void start();
    // Orderly: no new claims; running jobs get their queue's grace to end by themselves, then are stopped and go back
    // to their queue. stopped() follows. A second call, or stopNow(), ends the wait.
    void stop();
    void stopNow();
    // Stops within the call, which lasts up to some seconds. False: threads that are stuck in module code were left
    // behind, and the host must be kept for them as long as the process lives. May be called twice, also after
    // stopped().
    bool end();

    EngineState state() const; // thread-safe

Q_SIGNALS:
    void stopped();

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace dragonscales::engine
