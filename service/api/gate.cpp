// SPDX-License-Identifier: LGPL-3.0-or-later
#include "api/gate.h"

#include "api/gate_backend.h"
#include "api/gate_connection.h"
#include "api/gate_host_rule.h"
#include "api/gate_plain_transport.h"
#include "api/gate_tls_transport.h"
#include "api/listener.h"
#include "api/qt_http_server.h"

#include <QHash>
#include <QPointer>
#include <QTimer>

#include <algorithm>
#include <optional>
#include <utility>

#include <unistd.h>

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace dragonscales::api {

namespace {

constexpr int kRefusedAtOnce = 64; // connections beyond the limit that are told so; further ones are just closed

bool isHealthCheck(const QString &path)
{
    return path == u"/healthz"_s || path == u"/readyz"_s;
}

// How often time limits are looked at: often enough to keep them within a quarter, seldom enough to cost nothing.
std::chrono::milliseconds tickFor(const Limits &limits)
{
    return std::clamp<std::chrono::milliseconds>(std::min(limits.sendTime, limits.idleTime) / 4, 10ms, 1000ms);
}

} // namespace

struct Gate::Private final : Connection::Owner
{
    Private(Gate &gate, GateOptions &&take)
        : q(gate)
        , options(std::move(take))
    {
    }

    const Limits &limits() const override { return options.limits; }
    void ask(quint64 id, const Request &request, const AnswerForm &form) override { backend->ask(id, request, form); }
    bool allowsHost(const Request &request, const QString &localAddress) const override
    {
        return isHealthCheck(request.path) || hosts->allows(request.header("host"), localAddress);
    }
    bool draining() const override { return isDraining; }
    bool hold(qint64 bytes) override
    {
        held += bytes;
        return held <= std::max(options.limits.bufferedBytes, options.limits.bodyBytes);
    }
    void retire(quint64 id) override;

    void accept(qintptr descriptor);
    void startListening(std::unique_ptr<Listener> listener);
    void keepTime();

    Gate &q;
    GateOptions options;
    RequestHandler handler;
    MakeBackend makeBackend;
    std::optional<QSslConfiguration> tls;
    std::optional<HostRule> hosts;
    Poller poller;
    QPointer<Listener> listener; // the backend's
    std::unique_ptr<Backend> backend;
    QHash<quint64, Connection *> connections; // children of the gate
    quint64 lastId = 0;
    QTimer timer;
    qint64 held = 0; // bytes of requests that are not whole yet
    bool isDraining = false;
    bool saidDrained = false;
};

void Gate::Private::accept(qintptr descriptor)
{
    const bool full = connections.size() >= options.limits.connections;
    if (isDraining || connections.size() >= options.limits.connections + kRefusedAtOnce) {
        ::close(static_cast<int>(descriptor));
        return;
    }
    const quint64 id = ++lastId;
    auto *connection = new Connection(id, *this);
    connection->setParent(&q);
    connections.insert(id, connection);
    std::unique_ptr<Transport> transport;
    if (tls) {
        transport = std::make_unique<TlsTransport>(descriptor, *tls, connection->listener());
    } else {
        transport = std::make_unique<PlainTransport>(static_cast<int>(descriptor), poller, connection->listener());
    }
    connection->start(std::move(transport));
    if (full) {
        connection->refuse({503, u"The service has as many connections as it may have (%1); try again later."_s.arg(
                                     options.limits.connections)});
    }
}

void Gate::Private::retire(quint64 id)
{
    if (Connection *connection = connections.take(id)) {
        connection->deleteLater();
    }
    if (isDraining && connections.isEmpty() && !std::exchange(saidDrained, true)) {
        QMetaObject::invokeMethod(&q, &Gate::drained, Qt::QueuedConnection);
    }
}

void Gate::Private::keepTime()
{
    const Connection::Clock::time_point now = Connection::Clock::now();
    for (Connection *connection : connections.values()) { // a copy: connections may close
        connection->keepTime(now);
    }
}

Gate::Gate(GateOptions options, RequestHandler handler, MakeBackend makeBackend, QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>(*this, std::move(options)))
{
    d->handler = std::move(handler);
    d->makeBackend = std::move(makeBackend);
    if (!d->makeBackend) {
        d->makeBackend = [](RequestHandler h, Listener *listener) -> std::unique_ptr<Backend> {
            return std::make_unique<QtHttpServer>(std::move(h), listener);
        };
    }
}

Gate::~Gate()
{
    d->isDraining = true;
    d->saidDrained = true;
    if (d->listener) {
        d->listener->close();
    }
    qDeleteAll(findChildren<Connection *>(Qt::FindDirectChildrenOnly)); // those that have retired too
}

core::Result<quint16> Gate::listen()
{
    if (!d->options.tlsCertificate.isEmpty() || !d->options.tlsKey.isEmpty()) {
        auto configuration = tlsConfiguration(d->options.tlsCertificate, d->options.tlsKey);
        if (!configuration) {
            return tl::unexpected(configuration.error());
        }
        d->tls = *configuration;
    }
    auto listener = std::make_unique<Listener>([this](qintptr descriptor) { d->accept(descriptor); });
    const auto port = listener->open(d->options.address, d->options.port);
    if (port) {
        d->hosts.emplace(d->options.address.toString(), *port, d->tls.has_value(), d->options.allowedHosts);
        d->startListening(std::move(listener));
    }
    return port;
}

void Gate::Private::startListening(std::unique_ptr<Listener> open)
{
    listener = open.get();
    backend = makeBackend(handler, open.release());
    backend->setOnAnswer([this](quint64 id, const Answer &answer) {
        if (Connection *connection = connections.value(id)) {
            connection->answer(answer);
        }
    });
    timer.setInterval(tickFor(options.limits));
    QObject::connect(&timer, &QTimer::timeout, &q, [this] { keepTime(); });
    timer.start();
}

void Gate::drain()
{
    if (d->isDraining) {
        return;
    }
    d->isDraining = true;
    if (d->listener) {
        d->listener->close();
    }
    for (Connection *connection : d->connections.values()) {
        connection->drain();
    }
    if (d->connections.isEmpty() && !std::exchange(d->saidDrained, true)) {
        QMetaObject::invokeMethod(this, &Gate::drained, Qt::QueuedConnection);
    }
}

int Gate::connections() const
{
    return static_cast<int>(d->connections.size());
}

} // namespace dragonscales::api
