// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "api/router.h"
#include "broker/broker.h"
#include "engine/engine.h"

#include <QObject>

#include <atomic>
#include <memory>

namespace dragonscales::api {

// Whether the service lives (/healthz) and whether it can take and run jobs (/readyz).
class Health final : public QObject
{
    Q_OBJECT

public:
    // `engine` may be null: this service runs no jobs.
    Health(broker::Broker &broker, const engine::Engine *engine);

    std::vector<Route> routes(); // they borrow this

private:
    QFuture<Response> readyz();

    broker::Broker &m_broker;
    const engine::Engine *m_engine;
    const std::shared_ptr<std::atomic<bool>> m_writable; // set by the broker's thread, which may outlive this
};

} // namespace dragonscales::api
