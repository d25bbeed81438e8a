// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/result.h"

#include <QSslConfiguration>
#include <QTcpServer>

#include <functional>
#include <optional>

namespace dragonscales::api {

// Takes connections and hands on their descriptors.
class Listener final : public QTcpServer
{
    Q_OBJECT

public:
    using OnConnection = std::function<void(qintptr descriptor)>; // takes the descriptor

    explicit Listener(OnConnection onConnection);

    // The error names the address and how to mend it.
    core::Result<quint16> open(const QHostAddress &address, quint16 port);
    // Makes `socket` look like a connection of this server to whoever serves its pending connections.
    void handOver(QTcpSocket *socket) { addPendingConnection(socket); }

protected:
    void incomingConnection(qintptr descriptor) override { m_onConnection(descriptor); }

private:
    OnConnection m_onConnection;
};

// For the server's side. Errors name the file and what is wrong with it.
core::Result<QSslConfiguration> tlsConfiguration(const QString &certificateFile, const QString &keyFile);
// "127.0.0.1:5003", "[::1]:5003".
QString addressAndPort(const QHostAddress &address, quint16 port);

} // namespace dragonscales::api
