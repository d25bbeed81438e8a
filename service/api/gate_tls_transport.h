// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "api/gate_transport.h"

#include <QSslConfiguration>
#include <QSslSocket>

namespace dragonscales::api {

// The server's side of a TLS connection. A peer that ends its side ends the connection, as TLS up to 1.2 demands.
class TlsTransport final : public Transport
{
public:
    // Takes the descriptor.
    TlsTransport(qintptr descriptor, const QSslConfiguration &configuration, Listener &listener);
    ~TlsTransport() override;
    Q_DISABLE_COPY_MOVE(TlsTransport)

    qint64 read(char *to, qint64 most) override;
    void write(const QByteArray &bytes) override;
    qint64 pending() const override;
    void wantInput(bool wanted) override;
    void endOutput() override;
    void close() override;
    QString peerAddress() const override;
    QString localAddress() const override;

private:
    void onReadyRead();
    void onBytesWritten();
    void breakOff();

    Listener &m_listener;
    QSslSocket m_socket;
    bool m_wantInput = true;
    bool m_closed = false;
};

} // namespace dragonscales::api
