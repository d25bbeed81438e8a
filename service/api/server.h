// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "api/limits.h"
#include "broker/broker.h"
#include "engine/engine.h"
#include "host/host.h"
#include "index/index.h"

#include <QHostAddress>

namespace dragonscales::api {

struct ServerOptions
{
    QHostAddress address = QHostAddress::LocalHost;
    quint16 port = 5003; // 0: a free one
    bool insecure = false;
    QString tlsCertificate;
    QString tlsKey;
    QStringList allowedHosts;
    QStringList corsOrigins;
    QStringList trustedProxies;
    Limits limits;
    QString tokenFolder; // where the local token's file goes; empty: the user's runtime folder
};

// The HTTP API on a thread of its own.
class Server final : public QObject
{
    Q_OBJECT

public:
    // `engine` may be null (--no-workers).
    Server(broker::Broker &broker, index::Index &index, host::Host &host, engine::Engine *engine,
           core::ProjectPointer project, ServerOptions options, QObject *parent = nullptr);
    ~Server() override;
    Q_DISABLE_COPY_MOVE(Server)

    // The address that clients use, once it listens: "http://127.0.0.1:5003". Errors name the address and the remedy:
    // a port that is taken, an address that is not ours, no authorizer on a public address.
    core::Result<QString> start();
    // No new connections; answers under way are given a moment. May be called twice.
    void stop();
    QString url() const;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace dragonscales::api
