// SPDX-License-Identifier: LGPL-3.0-or-later
#include "support/webhook_receiver.h"

#include <QHostAddress>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTimer>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::test {

namespace {

// The request at the start of `data`, which is shortened by it; false when it is not all there yet.
bool takeRequest(QByteArray *data, ReceivedHook *hook)
{
    const auto headEnd = data->indexOf("\r\n\r\n");
    if (headEnd < 0) {
        return false;
    }
    const QList<QByteArray> lines = data->left(headEnd).split('\n');
    for (qsizetype i = 1; i < lines.size(); ++i) {
        const auto colon = lines.at(i).indexOf(':');
        hook->headers.insert(lines.at(i).left(colon).toLower(), lines.at(i).mid(colon + 1).trimmed());
    }
    const auto length = hook->headers.value("content-length").toLongLong();
    if (data->size() < headEnd + 4 + length) {
        return false;
    }
    hook->path = lines.first().split(' ').value(1);
    hook->body = data->mid(headEnd + 4, length);
    *data = data->mid(headEnd + 4 + length);
    return true;
}

} // namespace

WebhookReceiver::WebhookReceiver()
{
    m_thread.start();
    m_server = std::make_unique<QTcpServer>();
    m_server->moveToThread(&m_thread);
    QMetaObject::invokeMethod(
        m_server.get(),
        [this] {
            m_server->setListenBacklogSize(512);
            m_server->listen(QHostAddress::LocalHost);
            m_port = m_server->serverPort();
            QObject::connect(m_server.get(), &QTcpServer::newConnection, m_server.get(), [this] { onConnection(); });
        },
        Qt::BlockingQueuedConnection);
}

WebhookReceiver::~WebhookReceiver()
{
    QMetaObject::invokeMethod(
        m_server.get(), [this] { m_server.reset(); }, Qt::BlockingQueuedConnection);
    m_thread.quit();
    m_thread.wait();
}

QString WebhookReceiver::url(const QString &path) const
{
    return u"http://127.0.0.1:%1%2"_s.arg(m_port).arg(path);
}

void WebhookReceiver::answerWith(std::function<HookAnswer(const ReceivedHook &)> answer)
{
    const std::lock_guard lock(m_mutex);
    m_answer = std::move(answer);
}

void WebhookReceiver::onConnection()
{
    while (QTcpSocket *socket = m_server->nextPendingConnection()) {
        QObject::connect(socket, &QTcpSocket::readyRead, socket, [this, socket] { onData(socket); });
        QObject::connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
        onData(socket);
    }
}

void WebhookReceiver::onData(QTcpSocket *socket)
{
    QByteArray data = socket->property("data").toByteArray() + socket->readAll();
    for (ReceivedHook hook; takeRequest(&data, &hook); hook = {}) {
        answer(socket, hook);
    }
    socket->setProperty("data", data);
}

void WebhookReceiver::answer(QTcpSocket *socket, const ReceivedHook &hook)
{
    HookAnswer reply;
    {
        const std::lock_guard lock(m_mutex);
        reply = m_answer ? m_answer(hook) : HookAnswer{};
        m_received.append(hook);
    }
    m_changed.notify_all();
    if (reply.silent) {
        return;
    }
    const QByteArray bytes = "HTTP/1.1 " + QByteArray::number(reply.status) + " Answer\r\n" + reply.headers +
                             "Content-Length: " + QByteArray::number(reply.body.size()) + "\r\n\r\n" + reply.body;
    QTimer::singleShot(reply.delay, socket, [socket, bytes] { socket->write(bytes); });
}

QList<ReceivedHook> WebhookReceiver::received() const
{
    const std::lock_guard lock(m_mutex);
    return m_received;
}

bool WebhookReceiver::waitFor(const std::function<bool(const QList<ReceivedHook> &)> &enough,
                              std::chrono::milliseconds limit) const
{
    std::unique_lock lock(m_mutex);
    return m_changed.wait_for(lock, limit, [&] { return enough(m_received); });
}

bool WebhookReceiver::waitForCount(qsizetype count, std::chrono::milliseconds limit) const
{
    return waitFor([count](const QList<ReceivedHook> &list) { return list.size() >= count; }, limit);
}

} // namespace dragonscales::test
