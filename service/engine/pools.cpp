// SPDX-License-Identifier: LGPL-3.0-or-later
#include "engine/pools.h"

#include "engine/delivery_run.h"
#include "engine/job_run.h"
#include "engine/reply.h"

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::engine {

namespace {

// Hands what was claimed to the pool as runs that hold their leases.
template <typename Run, typename Claimed>
void answerWith(const std::shared_ptr<Services> &services, QFuture<core::Result<QList<Claimed>>> reply,
                WorkPool::Claimed answer)
{
    whenReady(std::move(reply), [services, answer = std::move(answer)](core::Result<QList<Claimed>> claimed) {
        if (!claimed) {
            answer(tl::unexpected(std::move(claimed.error())));
            return;
        }
        WorkPool::Works works;
        works.reserve(claimed->size());
        for (Claimed &one : *claimed) {
            works.append(Run::make(services, std::move(one)));
        }
        answer(std::move(works));
    });
}

} // namespace

std::shared_ptr<WorkPool> makeQueuePool(const std::shared_ptr<Services> &services, const core::QueueEntry &queue)
{
    WorkPoolOptions options;
    options.name = u"queue “%1”"_s.arg(queue.name);
    options.workers = services->options.workers > 0 ? services->options.workers : queue.options.workers;
    const core::QueueOptions &limits = queue.options;
    auto claim = [services, name = queue.name,
                  most =
                      broker::QueueLimits{limits.maxConcurrency, {limits.rateCount, limits.ratePer}, limits.maxQueued}](
                     int n, WorkPool::Claimed answer) {
        const EngineOptions &settings = services->options;
        answerWith<JobRun, broker::ClaimedJob>(
            services, services->broker.claim(name, n, settings.worker, settings.lease, most), std::move(answer));
    };
    return WorkPool::make(std::move(options), std::move(claim), services->alarm);
}

std::shared_ptr<WorkPool> makeDeliveryPool(const std::shared_ptr<Services> &services)
{
    WorkPoolOptions options;
    options.name = u"the deliveries"_s;
    options.workers = services->options.deliveryWorkers;
    auto claim = [services](int n, WorkPool::Claimed answer) {
        const EngineOptions &settings = services->options;
        answerWith<DeliveryRun, broker::ClaimedDelivery>(
            services, services->broker.claimDeliveries(n, settings.worker, settings.lease), std::move(answer));
    };
    return WorkPool::make(std::move(options), std::move(claim), services->alarm);
}

} // namespace dragonscales::engine
