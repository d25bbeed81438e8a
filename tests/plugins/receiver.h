// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <QHash>
#include <QTcpServer>
#include <QTcpSocket>

#include <functional>

namespace dragonscales::tests {

// One request as it came, head and body apart.
struct Received
{
    QByteArray line;
    QHash<QByteArray, QByteArray> headers; // by name in lower case
    QByteArray body;
};

// A real HTTP receiver on 127.0.0.1 that answers as the test says, byte by byte.
class Receiver final : public QTcpServer
{
public:
    using Answer = std::function<void(QTcpSocket &, const Received &)>;

    explicit Receiver(Answer answer)
        : m_answer(std::move(answer))
    {
        connect(this, &QTcpServer::newConnection, this, &Receiver::accept);
        listen(QHostAddress::LocalHost);
    }
    // Sends these bytes and closes the connection.
    explicit Receiver(const QByteArray &bytes)
        : Receiver([bytes](QTcpSocket &socket, const Received &) {
            socket.write(bytes);
            socket.disconnectFromHost();
        })
    {
    }

    QByteArray url(const QByteArray &path = "/hook") const
    {
        return "http://127.0.0.1:" + QByteArray::number(serverPort()) + path;
    }
    const QList<Received> &requests() const { return m_requests; }

private:
    void accept()
    {
        while (QTcpSocket *socket = nextPendingConnection()) {
            connect(socket, &QTcpSocket::readyRead, this, [this, socket] { read(*socket); });
            connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
        }
    }

    void read(QTcpSocket &socket)
    {
        QByteArray &bytes = m_bytes[&socket];
        bytes += socket.readAll();
        const qsizetype end = bytes.indexOf("\r\n\r\n");
        if (end < 0) {
            return;
        }
        Received received;
        QList<QByteArray> lines = bytes.first(end).split('\n');
        received.line = lines.takeFirst().trimmed();
        for (const QByteArray &line : lines) {
            const qsizetype colon = line.indexOf(':');
            received.headers.insert(line.first(colon).toLower(), line.mid(colon + 1).trimmed());
        }
        received.body = bytes.mid(end + 4);
        if (received.body.size() < received.headers.value("content-length").toLongLong()) {
            return;
        }
        m_bytes.remove(&socket);
        m_requests.append(received);
        m_answer(socket, received);
    }

    Answer m_answer;
    QHash<QTcpSocket *, QByteArray> m_bytes;
    QList<Received> m_requests;
};

} // namespace dragonscales::tests
