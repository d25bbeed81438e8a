// SPDX-License-Identifier: LGPL-3.0-or-later
#include "engine/lease_keeper.h"

#include "engine/log.h"
#include "engine/reply.h"

#include <QPromise>

#include <algorithm>

namespace dragonscales::engine {

namespace {

using States = core::Result<QList<broker::LeaseState>>;

bool tell(LeaseTable &table, const QList<broker::Lease> &leases, const States &states)
{
    if (!states) {
        qCWarning(lcEngine).noquote() << "Leases could not be renewed:" << states.error().message;
        return false;
    }
    for (qsizetype i = 0; i < std::min(leases.size(), states->size()); ++i) {
        if (states->at(i) != broker::LeaseState::Held) {
            table.tell(leases.at(i), states->at(i));
        }
    }
    return true;
}

void renewDeliveries(const std::shared_ptr<Services> &services, const std::function<void(bool)> &done)
{
    const auto leases = services->deliveries.leases();
    if (leases.isEmpty()) {
        done(true);
        return;
    }
    whenReady(services->broker.renewDeliveries(leases, services->options.lease),
              [services, leases, done](const States &states) { done(tell(services->deliveries, leases, states)); });
}

} // namespace

LeaseKeeper::LeaseKeeper(std::shared_ptr<Services> services, QObject *parent)
    : QObject(parent)
    , m_services(std::move(services))
{
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, [this] { renew(); });
}

void LeaseKeeper::start()
{
    m_timer.start(m_services->options.lease / 3);
}

void LeaseKeeper::stop()
{
    m_timer.stop();
}

bool LeaseKeeper::isFresh() const
{
    return std::chrono::steady_clock::now() - m_renewed->load() < m_services->options.lease / 2;
}

QFuture<bool> LeaseKeeper::renew()
{
    const auto promise = std::make_shared<QPromise<bool>>();
    promise->start();
    auto done = [promise, last = m_renewed, begun = std::chrono::steady_clock::now()](bool renewed) {
        if (renewed) {
            *last = begun;
        }
        promise->addResult(renewed);
        promise->finish();
    };
    const auto leases = m_services->jobs.leases();
    if (leases.isEmpty()) {
        renewDeliveries(m_services, done);
        return promise->future();
    }
    whenReady(m_services->broker.renew(leases, m_services->options.lease),
              [services = m_services, leases, done](const States &states) {
                  const bool jobs = tell(services->jobs, leases, states);
                  renewDeliveries(services, [jobs, done](bool deliveries) { done(jobs && deliveries); });
              });
    return promise->future();
}

} // namespace dragonscales::engine
