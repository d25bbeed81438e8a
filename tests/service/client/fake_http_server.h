// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QHash>
#include <QTcpServer>
#include <QTcpSocket>

#include <functional>

namespace dragonscales::test {

// Answers each request on a real socket with whatever bytes the test says, HTTP or not. Lives in the test's thread and
// needs its event loop.
class FakeHttpServer final : public QObject
{
public:
    // `request` is head and body as they came. An empty answer leaves the client waiting.
    using Answer = std::function<QByteArray(const QByteArray &request)>;

    explicit FakeHttpServer(Answer answer, const QHostAddress &address = QHostAddress::LocalHost)
        : m_answer(std::move(answer))
    {
        if (!m_server.listen(address)) {
            qFatal("The fake server cannot listen: %s", qPrintable(m_server.errorString()));
        }
        connect(&m_server, &QTcpServer::newConnection, this, &FakeHttpServer::onConnection);
    }

    quint16 port() const { return m_server.serverPort(); }
    QString url(const QString &path = {}) const
    {
        return QStringLiteral("http://127.0.0.1:%1%2").arg(port()).arg(path);
    }
    const QList<QByteArray> &requests() const { return m_requests; }
    // Ends each connection behind its answer, or instead of it.
    void closeAfterwards() { m_close = true; }

    static QByteArray json(const QByteArray &body, int status = 200, const QByteArray &fields = {})
    {
        return "HTTP/1.1 " + QByteArray::number(status) + " Whatever\r\nContent-Type: application/json\r\n" + fields +
               "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
    }

private:
    void onConnection()
    {
        while (QTcpSocket *socket = m_server.nextPendingConnection()) {
            connect(socket, &QTcpSocket::readyRead, this, [this, socket] { onData(socket); });
            connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
        }
    }

    void onData(QTcpSocket *socket)
    {
        QByteArray &request = m_buffers[socket];
        request += socket->readAll();
        const qsizetype headEnd = request.indexOf("\r\n\r\n");
        if (headEnd < 0 || request.size() < headEnd + 4 + lengthOf(request.left(headEnd))) {
            return;
        }
        m_requests.append(request);
        const QByteArray answer = m_answer(request);
        request.clear();
        socket->write(answer);
        if (m_close) {
            socket->disconnectFromHost();
        }
    }

    static qsizetype lengthOf(const QByteArray &head)
    {
        const qsizetype at = head.toLower().indexOf("\r\ncontent-length:");
        return at < 0 ? 0 : head.mid(at + 17, head.indexOf('\r', at + 2) - at - 17).trimmed().toLongLong();
    }

    Answer m_answer;
    QTcpServer m_server;
    QHash<QTcpSocket *, QByteArray> m_buffers;
    QList<QByteArray> m_requests;
    bool m_close = false;
};

} // namespace dragonscales::test
