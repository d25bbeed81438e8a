// SPDX-License-Identifier: LGPL-3.0-or-later
#include "engine/engine.h"

#include "engine/janitor.h"
#include "engine/log.h"
#include "engine/pools.h"

#include <QTimer>

#include <algorithm>

namespace dragonscales::engine {

namespace {

// Between two looks after what runs: time limits, progress, ends to write again.
constexpr std::chrono::milliseconds kTick{250};
// The same while somebody waits for the end.
constexpr std::chrono::milliseconds kStopTick{20};
// From the request to stop to the end of the code's patience, at an orderly stop.
constexpr std::chrono::milliseconds kStopTime{1'000};
// What threads get to come back after they were stopped for good.
constexpr std::chrono::milliseconds kReturnTime{2'000};
// What the store gets to take the last ends.
constexpr std::chrono::milliseconds kWriteTime{3'000};

enum class Phase : quint8 { New, Running, Draining, Stopping, Stopped };

struct ServedQueue
{
    QString name;
    std::chrono::milliseconds grace;
    std::shared_ptr<WorkPool> pool;
};

// Passes the store's events on to whom they concern, in the thread that they come from. Shared, since that thread may
// be in it while the engine goes.
struct EventRouter
{
    std::shared_ptr<Services> services;
    QHash<QString, std::shared_ptr<WorkPool>> queues;
    std::shared_ptr<WorkPool> deliveries;
    std::function<void()> lookSoon;

    void wakeQueues(const QList<core::JobSummary> &jobs) const
    {
        QSet<QString> woken;
        for (const core::JobSummary &job : jobs) {
            if (woken.contains(job.queue)) {
                continue;
            }
            woken.insert(job.queue);
            if (const auto pool = queues.value(job.queue)) {
                pool->wake();
            }
        }
    }

    void route(const broker::Commit &commit) const
    {
        using Kind = broker::Event::Kind;
        for (const broker::Event &event : commit.events) {
            switch (event.kind) {
            case Kind::JobQueued:
                wakeQueues(event.jobs);
                break;
            case Kind::QueueChanged:
                for (const QString &queue : event.queues) {
                    if (const auto pool = queues.value(queue)) {
                        pool->wake();
                    }
                }
                lookSoon(); // it may have another moment to wait for
                break;
            case Kind::DeliveryPending:
                deliveries->wake();
                break;
            case Kind::QueueWaits:
            case Kind::JobScheduled:
            case Kind::DeliveryRetry:
                lookSoon();
                break;
            case Kind::JobCancelRequested:
                for (const core::JobSummary &job : event.jobs) {
                    services->jobs.cancel(job.id, job.run);
                }
                break;
            default:
                break;
            }
        }
    }
};

} // namespace

struct Engine::Private
{
    Private(Engine &owner, broker::Broker &broker, Code code, core::ProjectPointer project, EngineOptions options);

    void listen(broker::Broker &broker);
    void start();
    void stop();
    void stopNow();
    void closePools();
    void tick();
    void tickStop(SteadyTime now);
    void finish();
    bool end();
    bool isAllBack() const;
    int pending() const { return services->ends->pending(); }
    template <typename F>
    void forEachPool(F f) const
    {
        for (const ServedQueue &queue : queues) {
            f(*queue.pool);
        }
        f(*deliveries);
    }

    Engine &q;
    std::shared_ptr<Services> services;
    QList<ServedQueue> queues;
    std::shared_ptr<WorkPool> deliveries;
    std::unique_ptr<LeaseKeeper> keeper;
    std::unique_ptr<Janitor> janitor;
    QTimer tickTimer;
    std::atomic<Phase> phase = Phase::New;
    SteadyTime stopAsked;
    SteadyTime stopForced;
    bool abandoned = false;
};

Engine::Private::Private(Engine &owner, broker::Broker &broker, Code code, core::ProjectPointer project,
                         EngineOptions options)
    : q(owner)
{
    auto alarm = std::make_shared<Alarm>(&owner, [this] {
        if (!tickTimer.isActive()) {
            tickTimer.start(phase == Phase::Running ? kTick : kStopTick);
        }
    });
    auto ends = std::make_shared<EndWriter>(alarm);
    services.reset(new Services{
        broker, broker.clock(), std::move(code), std::move(project), std::move(options), alarm, ends, {}, {}});
    for (const core::QueueEntry &queue : services->project->project.queues) {
        if (services->options.queues.isEmpty() || services->options.queues.contains(queue.name)) {
            queues.append({queue.name, queue.options.grace, makeQueuePool(services, queue)});
        }
    }
    for (const QString &former : services->options.formerQueues) {
        const core::QueueEntry queue{former, {}};
        queues.append({former, queue.options.grace, makeQueuePool(services, queue)});
    }
    deliveries = makeDeliveryPool(services);
    keeper = std::make_unique<LeaseKeeper>(services);
    JanitorOptions looks;
    looks.look = services->options.look;
    looks.recoverEvery = std::min(looks.recoverEvery, services->options.look);
    looks.purgeEvery = services->options.purgeEvery;
    janitor = std::make_unique<Janitor>(services, *keeper, looks);
    tickTimer.setSingleShot(true);
    QObject::connect(&tickTimer, &QTimer::timeout, &owner, [this] { tick(); });
    QObject::connect(janitor.get(), &Janitor::deliveriesDue, &owner, [this] { deliveries->wake(); });
    QObject::connect(janitor.get(), &Janitor::recovered, &owner, [this] {
        if (phase == Phase::Running) {
            forEachPool([](WorkPool &pool) { pool.start(); });
        }
    });
    listen(broker);
}

void Engine::Private::listen(broker::Broker &broker)
{
    auto router = std::make_shared<EventRouter>();
    router->services = services;
    router->deliveries = deliveries;
    router->lookSoon = janitor->lookSoon();
    for (const ServedQueue &queue : queues) {
        router->queues.insert(queue.name, queue.pool);
    }
    // Direct: a job that was just stored is claimed without a hop to another thread.
    QObject::connect(
        &broker, &broker::Broker::committed, &q, [router](const broker::Commit &commit) { router->route(commit); },
        Qt::DirectConnection);
    QObject::connect(
        &broker, &broker::Broker::writable, &q,
        [router](bool works) {
            if (works) {
                router->services->ends->wake();
            }
        },
        Qt::DirectConnection);
}

void Engine::Private::start()
{
    if (phase != Phase::New) {
        return;
    }
    phase = Phase::Running;
    keeper->start();
    janitor->start();
}

void Engine::Private::stop()
{
    if (phase == Phase::Draining || phase == Phase::Stopping) {
        stopNow();
        return;
    }
    if (phase == Phase::Stopped) {
        return;
    }
    stopAsked = std::chrono::steady_clock::now();
    phase = Phase::Draining;
    closePools();
    tickTimer.start(kStopTick);
}

void Engine::Private::stopNow()
{
    if (phase == Phase::Stopping || phase == Phase::Stopped) {
        return;
    }
    stopForced = std::chrono::steady_clock::now();
    phase = Phase::Stopping;
    closePools();
    forEachPool([](WorkPool &pool) { pool.stopRunning(true); });
    tickTimer.start(kStopTick);
}

void Engine::Private::closePools()
{
    janitor->stop();
    forEachPool([](WorkPool &pool) { pool.close(); });
}

bool Engine::Private::isAllBack() const
{
    bool back = true;
    forEachPool([&back](const WorkPool &pool) {
        const auto state = pool.state();
        back = back && state.running == 0 && !state.claiming;
    });
    return back;
}

void Engine::Private::tick()
{
    services->alarm->rearm();
    const auto now = std::chrono::steady_clock::now();
    bool more = services->ends->tick(now);
    forEachPool([&](WorkPool &pool) { more = pool.tick(now) || more; });
    if (phase == Phase::Draining || phase == Phase::Stopping) {
        tickStop(now);
        more = phase != Phase::Stopped;
    }
    if (more) {
        services->alarm->arm();
    }
}

void Engine::Private::tickStop(SteadyTime now)
{
    if (phase == Phase::Draining) {
        auto longest = std::chrono::milliseconds(0);
        for (const ServedQueue &queue : queues) {
            longest = std::max(longest, queue.grace);
            if (now >= stopAsked + queue.grace) {
                queue.pool->stopRunning(now >= stopAsked + queue.grace + kStopTime);
            }
        }
        if (now >= stopAsked + longest + kStopTime) {
            stopNow(); // for those who do not listen, and for a store that does not take the last ends
        }
    }
    if (phase == Phase::Stopping && now >= stopForced + kReturnTime && !abandoned) {
        abandoned = true;
        forEachPool([](WorkPool &pool) { pool.abandonRunning(); });
    }
    const bool written = pending() == 0 && services->jobs.size() == 0 && services->deliveries.size() == 0;
    const bool enough = phase == Phase::Stopping && now >= stopForced + kReturnTime + kWriteTime;
    if ((isAllBack() && written) || enough) {
        finish();
    }
}

void Engine::Private::finish()
{
    if (pending() > 0) {
        qCWarning(lcEngine) << pending() << "ends could not be stored; these jobs run again once their leases expire.";
    }
    keeper->stop();
    forEachPool([](WorkPool &pool) { pool.end(std::chrono::milliseconds(100)); });
    phase = Phase::Stopped;
    Q_EMIT q.stopped();
}

bool Engine::Private::end()
{
    services->alarm->disconnect();
    tickTimer.stop();
    keeper->stop();
    closePools();
    forEachPool([](WorkPool &pool) { pool.stopRunning(true); });
    const auto until = std::chrono::steady_clock::now() + kReturnTime;
    bool allBack = true;
    forEachPool([&](WorkPool &pool) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
        allBack = pool.end(std::max(left, std::chrono::milliseconds(0))) && allBack;
        pool.abandonRunning();
    });
    // Runs whose end was not stored hold what holds them.
    services->ends->close();
    services->jobs.close();
    services->deliveries.close();
    phase = Phase::Stopped;
    return allBack;
}

Engine::Engine(broker::Broker &broker, host::Host &host, core::ProjectPointer project, EngineOptions options,
               QObject *parent)
    : Engine(broker, Code::of(host), std::move(project), std::move(options), parent)
{
}

Engine::Engine(broker::Broker &broker, Code code, core::ProjectPointer project, EngineOptions options, QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>(*this, broker, std::move(code), std::move(project), std::move(options)))
{
}

Engine::~Engine()
{
    end();
}

bool Engine::end()
{
    return d->end();
}

void Engine::start()
{
    d->start();
}

void Engine::stop()
{
    d->stop();
}

void Engine::stopNow()
{
    d->stopNow();
}

EngineState Engine::state() const
{
    const Phase phase = d->phase;
    EngineState state;
    state.running = phase == Phase::Running;
    state.draining = phase == Phase::Draining || phase == Phase::Stopping;
    for (const ServedQueue &queue : d->queues) {
        const auto pool = queue.pool->state();
        state.queues.append({queue.name, queue.pool->options().workers, pool.running, pool.stuck});
    }
    state.delivering = d->deliveries->state().running;
    state.runners = d->services->code.runnersAlive ? d->services->code.runnersAlive() : 0;
    return state;
}

} // namespace dragonscales::engine
