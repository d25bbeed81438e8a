// SPDX-License-Identifier: LGPL-3.0-or-later
#include "api/server.h"

#include "api/api.h"
#include "api/gate_thread.h"
#include "api/listener.h"
#include "api/local_token.h"

#include <algorithm>
#include <optional>

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace dragonscales::api {

namespace {

constexpr std::chrono::milliseconds kStopGrace = 5s;

// Where clients of this machine reach it; a wildcard is no address to go to.
QHostAddress reachable(const QHostAddress &address)
{
    if (address == QHostAddress::AnyIPv6) {
        return QHostAddress(QHostAddress::LocalHostIPv6);
    }
    const QHostAddress wildcards[] = {QHostAddress::Any, QHostAddress::AnyIPv4};
    return std::ranges::count(wildcards, address) > 0 ? QHostAddress(QHostAddress::LocalHost) : address;
}

} // namespace

struct Server::Private
{
    broker::Broker &broker;
    index::Index &index;
    host::Host &host;
    engine::Engine *engine;
    core::ProjectPointer project;
    ServerOptions options;

    std::optional<LocalToken> token;
    std::unique_ptr<Api> api;
    GateThread gate;
    QString url;

    bool tls() const { return !options.tlsCertificate.isEmpty() || !options.tlsKey.isEmpty(); }
    core::Result<void> mayListen() const;
    void makeApi();
    GateOptions gateOptions() const;
};

core::Result<void> Server::Private::mayListen() const
{
    if (options.address.isLoopback()) {
        return {};
    }
    const QString where = addressAndPort(options.address, options.port);
    if (!options.insecure && host.openToAll(project)) {
        return core::failure(core::ErrorCode::Forbidden,
                             u"%1 can be reached from other machines, and the project has no authorizer: anybody could "
                             u"run its tasks. Add an \"authorizer\" such as \"api-key\" to the project, listen on "
                             u"127.0.0.1, or take the risk with --insecure."_s.arg(where),
                             where);
    }
    if (!tls()) {
        qWarning("%s can be reached from other machines without TLS: keys, jobs and results can be read on the way. "
                 "Give --tls-cert and --tls-key, or put a proxy that speaks TLS in front.",
                 qUtf8Printable(where));
    }
    return {};
}

void Server::Private::makeApi()
{
    ApiOptions apiOptions;
    token.emplace();
    apiOptions.localToken = token->token();
    apiOptions.corsOrigins = options.corsOrigins;
    apiOptions.trustedProxies = options.trustedProxies;
    apiOptions.scheme = tls() ? "https" : "http";
    api = std::make_unique<Api>(broker, index, host, engine, project, apiOptions);
}

GateOptions Server::Private::gateOptions() const
{
    GateOptions gateOptions;
    gateOptions.address = options.address;
    gateOptions.port = options.port;
    gateOptions.limits = options.limits;
    gateOptions.allowedHosts = options.allowedHosts;
    gateOptions.tlsCertificate = options.tlsCertificate;
    gateOptions.tlsKey = options.tlsKey;
    return gateOptions;
}

Server::Server(broker::Broker &broker, index::Index &index, host::Host &host, engine::Engine *engine,
               core::ProjectPointer project, ServerOptions options, QObject *parent)
    : QObject(parent)
    , d(new Private{broker, index, host, engine, std::move(project), std::move(options), {}, {}, {}, {}})
{
}

Server::~Server()
{
    stop();
}

core::Result<QString> Server::start()
{
    if (d->api) {
        return core::failure(core::ErrorCode::Conflict, u"The HTTP service has been started already."_s);
    }
    if (const auto allowed = d->mayListen(); !allowed) {
        return tl::unexpected(allowed.error());
    }
    d->makeApi();
    const auto port =
        d->gate.start(d->gateOptions(), [api = d->api.get()](const Request &request) { return api->handle(request); });
    if (!port) {
        stop();
        return tl::unexpected(port.error());
    }
    d->url = (d->tls() ? u"https://"_s : u"http://"_s) + addressAndPort(reachable(d->options.address), *port);
    if (const auto written = d->token->write(d->options.tokenFolder, *port, d->url); !written) {
        stop();
        return tl::unexpected(written.error());
    }
    return d->url;
}

void Server::stop()
{
    d->gate.stop(kStopGrace);
    d->api.reset();
    d->token.reset(); // removes its file
    d->url.clear();
}

QString Server::url() const
{
    return d->url;
}

} // namespace dragonscales::api
