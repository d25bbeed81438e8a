// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "api/gate.h"

#include <QThread>

namespace dragonscales::api {

// A gate on a thread of its own. Used from one other thread.
class GateThread final
{
public:
    GateThread();
    ~GateThread(); // stops
    Q_DISABLE_COPY_MOVE(GateThread)

    // The port, once it listens. `handler` is called in the gate's thread until stop() has returned.
    core::Result<quint16> start(GateOptions options, RequestHandler handler, Gate::MakeBackend makeBackend = {});
    // No new connections; answers under way get `grace`, then everything is closed. May be called twice or before
    // start().
    void stop(std::chrono::milliseconds grace);

private:
    QThread m_thread;
    std::unique_ptr<Gate> m_gate; // of that thread
};

} // namespace dragonscales::api
