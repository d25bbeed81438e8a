// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "api/gate_backend.h"
#include "api/listener.h"

#include <memory>

namespace dragonscales::api {

// Qt's HTTP server between the gate and the handler: its missing-handler takes every request, its responder makes the
// answer's bytes. It never parses what came from the network: a request waits under a number, and what goes through
// Qt's parser is "GET /<number>", so its leniency cannot matter. It hears these on lanes, QTcpSockets without a
// network, one for each request that is being answered, used again and again.
class QtHttpServer final : public Backend
{
public:
    // Takes the listener over, which must be listening.
    QtHttpServer(RequestHandler handler, Listener *listener);
    ~QtHttpServer() override;
    Q_DISABLE_COPY_MOVE(QtHttpServer)

    void ask(quint64 ticket, const Request &request, const AnswerForm &form) override;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace dragonscales::api
