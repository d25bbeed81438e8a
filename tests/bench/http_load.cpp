// SPDX-License-Identifier: LGPL-3.0-or-later
#include "bench/http_load.h"

#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <memory>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace dragonscales::bench {

HttpConnection::HttpConnection(const QUrl &url)
    : m_socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<quint16>(url.port()));
    inet_pton(AF_INET, url.host().toLatin1().constData(), &address.sin_addr);
    const int on = 1;
    setsockopt(m_socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (::connect(m_socket, reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0) {
        qFatal("bench: cannot connect: %s", std::strerror(errno));
    }
}

HttpConnection::~HttpConnection()
{
    ::close(m_socket);
}

void HttpConnection::send(const QByteArray &request)
{
    if (::send(m_socket, request.constData(), static_cast<size_t>(request.size()), MSG_NOSIGNAL) != request.size()) {
        qFatal("bench: cannot send");
    }
}

bool HttpConnection::receive()
{
    char block[16 * 1024];
    const ssize_t got = ::recv(m_socket, block, sizeof block, 0);
    if (got <= 0) {
        qFatal("bench: the service closed a connection");
    }
    m_buffer.append(block, got);
    const qsizetype head = m_buffer.indexOf("\r\n\r\n");
    if (head < 0) {
        return false;
    }
    const QByteArray lower = m_buffer.first(head + 2).toLower();
    const qsizetype at = lower.indexOf("\r\ncontent-length:");
    if (at < 0) {
        qFatal("bench: an answer without Content-Length");
    }
    const qsizetype from = at + 17;
    m_length = head + 4 + lower.mid(from, lower.indexOf("\r\n", from) - from).trimmed().toLongLong();
    return m_buffer.size() >= m_length;
}

QByteArray HttpConnection::takeAnswer()
{
    if (!m_buffer.startsWith("HTTP/1.1 2")) {
        qFatal("bench: refused: %s", m_buffer.constData());
    }
    const qsizetype body = m_buffer.indexOf("\r\n\r\n") + 4;
    const QByteArray answer = m_buffer.mid(body, m_length - body);
    m_buffer.remove(0, m_length);
    return answer;
}

QByteArray HttpConnection::call(const QByteArray &request)
{
    send(request);
    while (!receive()) {
    }
    return takeAnswer();
}

QByteArray postRequest(const QUrl &url, const QByteArray &body)
{
    return "POST /api/v1/jobs/ HTTP/1.1\r\nHost: " + url.authority().toLatin1() +
           "\r\nContent-Type: application/json\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" +
           body;
}

QByteArray getRequest(const QUrl &url, const QByteArray &path)
{
    return "GET " + path + " HTTP/1.1\r\nHost: " + url.authority().toLatin1() + "\r\n\r\n";
}

void postMany(const QUrl &url, const QByteArray &body, int count, int connections)
{
    sendMany(url, postRequest(url, body), count, connections);
}

void sendMany(const QUrl &url, const QByteArray &request, int count, int connections)
{
    std::vector<std::unique_ptr<HttpConnection>> all;
    const int poll = epoll_create1(EPOLL_CLOEXEC);
    int sent = 0;
    for (int i = 0; i < connections && sent < count; ++i, ++sent) {
        all.push_back(std::make_unique<HttpConnection>(url));
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.ptr = all.back().get();
        epoll_ctl(poll, EPOLL_CTL_ADD, all.back()->descriptor(), &event);
        all.back()->send(request);
    }
    for (int answered = 0; answered < count;) {
        epoll_event events[64];
        const int ready = epoll_wait(poll, events, 64, -1);
        for (int i = 0; i < ready; ++i) {
            auto *connection = static_cast<HttpConnection *>(events[i].data.ptr);
            if (!connection->receive()) {
                continue;
            }
            connection->takeAnswer();
            ++answered;
            if (sent < count) {
                connection->send(request);
                ++sent;
            }
        }
    }
    ::close(poll);
}

} // namespace dragonscales::bench
