// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QUrl>

namespace dragonscales::bench {

// One keep-alive connection, one request at a time, blocking. Small on purpose: it must not be what is measured.
class HttpConnection final
{
public:
    explicit HttpConnection(const QUrl &url);
    ~HttpConnection();
    Q_DISABLE_COPY_MOVE(HttpConnection)

    int descriptor() const { return m_socket; }
    void send(const QByteArray &request);
    // Reads what has come; true once a whole answer is there, which `takeAnswer` then hands out.
    bool receive();
    QByteArray takeAnswer(); // body of a 2xx; anything else ends the bench
    QByteArray call(const QByteArray &request);

private:
    int m_socket = -1;
    QByteArray m_buffer;
    qsizetype m_length = 0; // of the answer at the front of m_buffer
};

QByteArray postRequest(const QUrl &url, const QByteArray &body);
QByteArray getRequest(const QUrl &url, const QByteArray &path);

// Sends the request `count` times over `connections` connections, one at a time on each, and returns when all are
// answered.
void sendMany(const QUrl &url, const QByteArray &request, int count, int connections);
// The same with POSTs of the body.
void postMany(const QUrl &url, const QByteArray &body, int count, int connections);

} // namespace dragonscales::bench
