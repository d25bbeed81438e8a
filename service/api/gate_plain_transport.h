// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "api/gate_poller.h"
#include "api/gate_transport.h"

namespace dragonscales::api {

// A TCP socket without TLS. Unlike QTcpSocket it tells "the peer has ended its side" from "the connection is gone", so
// that a client that closes its half after the request gets its answer.
class PlainTransport final : public Transport, private Poller::Target
{
public:
    // Takes the descriptor.
    PlainTransport(int descriptor, Poller &poller, Listener &listener);
    ~PlainTransport() override;
    Q_DISABLE_COPY_MOVE(PlainTransport)

    qint64 read(char *to, qint64 most) override;
    void write(const QByteArray &bytes) override;
    qint64 pending() const override { return m_out.size() - m_sent; }
    void wantInput(bool wanted) override;
    void endOutput() override;
    void close() override;
    QString peerAddress() const override;
    QString localAddress() const override;

private:
    void onEvents(quint32 events) override;
    void flush();
    void watch();
    void breakOff();

    Poller &m_poller;
    Listener &m_listener;
    int m_descriptor;
    quint32 m_watched = 0;
    bool m_wantInput = true;
    bool m_inputEnded = false;
    bool m_endOutput = false;
    bool m_broken = false;
    QByteArray m_out;
    qsizetype m_sent = 0; // of m_out
};

} // namespace dragonscales::api
