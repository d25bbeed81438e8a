// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QHash>
#include <QList>
#include <QThread>
#include <QUrl>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>

class QTcpServer;
class QTcpSocket;

namespace dragonscales::test {

// One request that the receiver got.
struct ReceivedHook
{
    QByteArray path;
    QHash<QByteArray, QByteArray> headers; // names in lower case
    QByteArray body;

    QByteArray id() const { return headers.value("webhook-id"); }
};

// What it answers; a delay holds the answer back without holding up others.
struct HookAnswer
{
    int status = 200;
    std::chrono::milliseconds delay{0};
    QByteArray headers; // further lines, each ended by CRLF
    QByteArray body = "thanks";
    bool silent = false; // never answers
};

// A small real HTTP server on a free port of the loopback, on a thread of its own, so that the test may block.
class WebhookReceiver final
{
public:
    WebhookReceiver();
    ~WebhookReceiver();
    Q_DISABLE_COPY_MOVE(WebhookReceiver)

    QString url(const QString &path = QStringLiteral("/hook")) const;
    // Asked for every request, in the receiver's thread; without one, all are answered with 200.
    void answerWith(std::function<HookAnswer(const ReceivedHook &)> answer);

    QList<ReceivedHook> received() const;
    // Until `enough` says so of what was received; false when the time is over.
    bool waitFor(const std::function<bool(const QList<ReceivedHook> &)> &enough,
                 std::chrono::milliseconds limit = std::chrono::seconds(20)) const;
    bool waitForCount(qsizetype count, std::chrono::milliseconds limit = std::chrono::seconds(20)) const;

private:
    void onConnection();
    void onData(QTcpSocket *socket);
    void answer(QTcpSocket *socket, const ReceivedHook &hook);

    QThread m_thread;
    std::unique_ptr<QTcpServer> m_server; // lives in m_thread
    quint16 m_port = 0;
    mutable std::mutex m_mutex;
    mutable std::condition_variable m_changed;
    QList<ReceivedHook> m_received;
    std::function<HookAnswer(const ReceivedHook &)> m_answer;
};

} // namespace dragonscales::test
