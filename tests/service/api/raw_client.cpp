// SPDX-License-Identifier: LGPL-3.0-or-later
#include "raw_client.h"

#include <array>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace dragonscales::tests {

QByteArray RawAnswer::field(const QByteArray &name) const
{
    for (const QByteArray &line : head.split('\n')) {
        const qsizetype colon = line.indexOf(':');
        if (colon > 0 && line.left(colon).toLower() == name) {
            return line.mid(colon + 1).trimmed();
        }
    }
    return {};
}

RawClient::RawClient(quint16 port, int receiveBuffer)
    : m_descriptor(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
{
    if (receiveBuffer > 0) {
        setsockopt(m_descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, sizeof(receiveBuffer));
    }
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(m_descriptor, reinterpret_cast<sockaddr *>(&address), sizeof(address)) != 0) {
        close();
    }
}

RawClient::~RawClient()
{
    close();
}

bool RawClient::send(const QByteArray &bytes)
{
    qsizetype sent = 0;
    while (sent < bytes.size()) {
        pollfd waiting{m_descriptor, POLLOUT, 0};
        if (poll(&waiting, 1, static_cast<int>(limit.count())) <= 0) {
            return false;
        }
        const ssize_t n =
            ::send(m_descriptor, bytes.constData() + sent, static_cast<size_t>(bytes.size() - sent), MSG_NOSIGNAL);
        if (n < 0) {
            return false;
        }
        sent += n;
    }
    return true;
}

void RawClient::endOutput()
{
    shutdown(m_descriptor, SHUT_WR);
}

void RawClient::close()
{
    if (m_descriptor >= 0) {
        ::close(m_descriptor);
        m_descriptor = -1;
    }
}

bool RawClient::readMore()
{
    pollfd waiting{m_descriptor, POLLIN, 0};
    if (m_ended || poll(&waiting, 1, static_cast<int>(limit.count())) <= 0) {
        return false;
    }
    std::array<char, 65536> part;
    const ssize_t n = recv(m_descriptor, part.data(), part.size(), 0);
    if (n <= 0) {
        m_ended = true;
        return false;
    }
    m_input.append(part.data(), n);
    return true;
}

bool RawClient::waitForClose()
{
    while (readMore()) {
    }
    return m_ended;
}

std::optional<QByteArray> RawClient::takeLine()
{
    qsizetype end = -1;
    while ((end = m_input.indexOf("\r\n")) < 0) {
        if (!readMore()) {
            return std::nullopt;
        }
    }
    const QByteArray line = m_input.left(end);
    m_input.remove(0, end + 2);
    return line;
}

std::optional<QByteArray> RawClient::take(qsizetype bytes)
{
    while (m_input.size() < bytes) {
        if (!readMore()) {
            return std::nullopt;
        }
    }
    const QByteArray part = m_input.left(bytes);
    m_input.remove(0, bytes);
    return part;
}

std::optional<RawAnswer> RawClient::answer(bool headOnly)
{
    RawAnswer answer;
    while (true) {
        const auto line = takeLine();
        if (!line) {
            return std::nullopt;
        }
        answer.head += *line + "\r\n";
        if (line->isEmpty()) {
            break;
        }
    }
    answer.status = answer.head.mid(9, 3).toInt();
    const bool bodiless = headOnly || answer.status < 200 || answer.status == 204 || answer.status == 304;
    return bodiless || readBody(answer) ? std::optional(answer) : std::nullopt;
}

bool RawClient::readBody(RawAnswer &answer)
{
    if (answer.field("transfer-encoding") == "chunked") {
        while (true) {
            const auto size = takeLine();
            const auto chunk = size ? take(size->toLongLong(nullptr, 16) + 2) : std::nullopt;
            if (!chunk || !chunk->endsWith("\r\n")) {
                return false;
            }
            if (chunk->size() == 2) {
                return true;
            }
            answer.body += chunk->chopped(2);
        }
    }
    const QByteArray length = answer.field("content-length");
    if (length.isEmpty()) { // the end of the connection ends it
        waitForClose();
        answer.body = m_input;
        m_input.clear();
        return m_ended;
    }
    const auto body = take(length.toLongLong());
    answer.body = body.value_or(QByteArray());
    return body.has_value();
}

} // namespace dragonscales::tests
