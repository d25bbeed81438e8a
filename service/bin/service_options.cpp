// SPDX-License-Identifier: LGPL-3.0-or-later
#include "bin/service_options.h"

#include "api/forwarded.h"
#include "api/origin_rule.h"

#include <QDir>
#include <QUrl>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::assembly {

namespace {

using core::ErrorCode;
using core::Result;

// Where --queue-url points: a file of the embedded store; empty for the default.
Result<QString> storePathOf(const QString &url)
{
    if (url.isEmpty()) {
        return QString();
    }
    for (const auto &scheme : {u"redis:"_s, u"rediss:"_s, u"unix:"_s, u"valkey:"_s}) {
        if (url.startsWith(scheme)) {
            return core::failure(ErrorCode::InvalidArgument,
                                 u"--queue-url %1: this version has the embedded store only; leave the setting out, or "
                                 "name a file as sqlite:PATH."_s.arg(url));
        }
    }
    if (!url.startsWith(u"sqlite:"_s)) {
        return core::failure(ErrorCode::InvalidArgument,
                             u"--queue-url %1: not understood; name a file as sqlite:PATH."_s.arg(url));
    }
    QString path = url.mid(7);
    if (path.startsWith(u"///"_s)) {
        path = path.mid(2); // sqlite:///absolute/path, as some write it
    }
    if (path.isEmpty()) {
        return core::failure(ErrorCode::InvalidArgument, u"--queue-url sqlite: names no file; write sqlite:PATH."_s);
    }
    return QDir::current().absoluteFilePath(path);
}

Result<void> readAddress(const QString &text, api::ServerOptions *server)
{
    const auto wrong = [&text] {
        return core::failure(ErrorCode::InvalidArgument,
                             u"--address %1: write HOST:PORT with a numeric host, such as 127.0.0.1:5003 or "
                             "[::1]:5003."_s.arg(text));
    };
    const auto colon = text.lastIndexOf(u':');
    if (colon <= 0) {
        return wrong();
    }
    QString host = text.left(colon);
    bool ok = false;
    const int port = QStringView(text).mid(colon + 1).toInt(&ok);
    if (!ok || port < 0 || port > 65535) {
        return wrong();
    }
    if (host.startsWith(u'[') && host.endsWith(u']')) {
        host = host.mid(1, host.size() - 2);
    }
    const QHostAddress address = host == u"localhost"_s ? QHostAddress(QHostAddress::LocalHost) : QHostAddress(host);
    if (address.isNull()) {
        return wrong();
    }
    server->address = address;
    server->port = static_cast<quint16>(port);
    return {};
}

Result<void> readPeers(const core::Settings &settings, api::ServerOptions *server)
{
    server->trustedProxies = settings.list(u"trusted-proxies"_s);
    for (const QString &item : server->trustedProxies) {
        if (!api::TrustedProxies::understands(item)) {
            return core::failure(ErrorCode::InvalidArgument,
                                 u"--trusted-proxies %1: write addresses or networks, such as 192.0.2.1 or "
                                 "10.0.0.0/8."_s.arg(item));
        }
    }
    server->corsOrigins = settings.list(u"DRAGONSCALES_CORS_ORIGINS"_s);
    for (const QString &item : server->corsOrigins) {
        if (!api::OriginRule::isOrigin(item)) {
            return core::failure(ErrorCode::InvalidArgument,
                                 u"DRAGONSCALES_CORS_ORIGINS %1: write origins, such as https://example.org or "
                                 "http://localhost:8080."_s.arg(item));
        }
    }
    return {};
}

api::Limits limitsOf(const core::Settings &settings)
{
    api::Limits limits;
    limits.headBytes = settings.integer(u"max-head"_s);
    limits.headFields = static_cast<int>(settings.integer(u"max-fields"_s));
    limits.urlBytes = settings.integer(u"max-url"_s);
    limits.bodyBytes = settings.integer(u"max-body"_s);
    limits.bufferedBytes = settings.integer(u"max-buffered"_s);
    limits.sendTime = std::chrono::seconds(settings.integer(u"send-timeout"_s));
    limits.idleTime = std::chrono::seconds(settings.integer(u"idle-timeout"_s));
    limits.connections = static_cast<int>(settings.integer(u"max-connections"_s));
    return limits;
}

} // namespace

Result<ServiceOptions> ServiceOptions::from(const core::Settings &settings)
{
    ServiceOptions options;
    options.projectPath = settings.text(u"project"_s);
    const auto store = storePathOf(settings.text(u"queue-url"_s));
    if (!store) {
        return tl::unexpected(store.error());
    }
    options.storePath = *store;
    if (const auto address = readAddress(settings.text(u"address"_s), &options.server); !address) {
        return tl::unexpected(address.error());
    }
    options.pluginFolders = settings.list(u"plugin-path"_s);
    options.workers = !settings.flag(u"no-workers"_s);
    options.api = !settings.flag(u"no-api"_s);
    if (!options.workers && !options.api) {
        return core::failure(ErrorCode::InvalidArgument,
                             u"--no-workers and --no-api together leave nothing to do; give one of them."_s);
    }
    options.engine.queues = settings.list(u"queues"_s);
    options.engine.workers = static_cast<int>(settings.integer(u"workers"_s));
    options.engine.lease = std::chrono::seconds(settings.integer(u"lease"_s));
    options.server.limits = limitsOf(settings);
    options.server.insecure = settings.flag(u"insecure"_s);
    options.server.tlsCertificate = settings.text(u"tls-cert"_s);
    options.server.tlsKey = settings.text(u"tls-key"_s);
    options.server.allowedHosts = settings.list(u"allowed-hosts"_s);
    if (const auto peers = readPeers(settings, &options.server); !peers) {
        return tl::unexpected(peers.error());
    }
    return options;
}

} // namespace dragonscales::assembly
