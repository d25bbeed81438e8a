// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "api/gate_answer.h"
#include "api/limits.h"
#include "core/result.h"

#include <QHostAddress>
#include <QObject>

#include <memory>

namespace dragonscales::api {

class Backend;
class Listener;

struct GateOptions
{
    QHostAddress address = QHostAddress::LocalHost;
    quint16 port = 0; // 0: a free one
    Limits limits;
    QStringList allowedHosts;
    QString tlsCertificate; // files in PEM form; both empty: plain HTTP
    QString tlsKey;
};

// The way in: takes connections, frames their requests within limits, refuses what is not for this service, has the
// rest answered and writes the answers. Lives in the thread that makes it, which must run an event loop; all calls come
// from there.
class Gate final : public QObject
{
    Q_OBJECT

public:
    // Makes what carries requests to the handler; it takes the listener over.
    using MakeBackend = std::function<std::unique_ptr<Backend>(RequestHandler handler, Listener *listener)>;

    // Without `makeBackend` it is Qt's HTTP server.
    Gate(GateOptions options, RequestHandler handler, MakeBackend makeBackend = {}, QObject *parent = nullptr);
    ~Gate() override; // closes everything at once
    Q_DISABLE_COPY_MOVE(Gate)

    // The port. Errors say what is wrong with the address, the certificate or the key.
    core::Result<quint16> listen();
    // No new connections; idle ones close; answers under way are finished, then drained() follows, at once if there are
    // none. May be called twice.
    void drain();
    int connections() const;

Q_SIGNALS:
    void drained();

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace dragonscales::api
