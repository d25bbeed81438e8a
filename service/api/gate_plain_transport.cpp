// SPDX-License-Identifier: LGPL-3.0-or-later
#include "api/gate_plain_transport.h"

#include "api/plain_address.h"

#include <cerrno>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace dragonscales::api {

namespace {

using NameOf = int (*)(int, sockaddr *, socklen_t *);

QString addressText(int descriptor, NameOf nameOf)
{
    sockaddr_storage storage{};
    socklen_t size = sizeof(storage);
    auto *address = reinterpret_cast<sockaddr *>(&storage);
    if (nameOf(descriptor, address, &size) != 0) {
        return {};
    }
    return plainAddress(QHostAddress(address)).toString();
}

} // namespace

PlainTransport::PlainTransport(int descriptor, Poller &poller, Listener &listener)
    : m_poller(poller)
    , m_listener(listener)
    , m_descriptor(descriptor)
{
    const int on = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK);
    m_watched = EPOLLIN;
    m_poller.add(m_descriptor, m_watched, this);
}

PlainTransport::~PlainTransport()
{
    close();
}

qint64 PlainTransport::read(char *to, qint64 most)
{
    if (m_descriptor < 0 || m_inputEnded) {
        return -1;
    }
    const ssize_t n = recv(m_descriptor, to, static_cast<size_t>(most), 0);
    if (n > 0) {
        return n;
    }
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) {
        return 0;
    }
    m_inputEnded = true;
    watch();
    if (n < 0) {
        breakOff();
    }
    return -1;
}

void PlainTransport::write(const QByteArray &bytes)
{
    if (m_descriptor < 0 || m_broken || bytes.isEmpty()) {
        return;
    }
    if (pending() > 0) {
        m_out.append(bytes);
        return;
    }
    m_out = bytes;
    m_sent = 0;
    flush();
}

void PlainTransport::flush()
{
    while (pending() > 0) {
        const ssize_t n = send(m_descriptor, m_out.constData() + m_sent, static_cast<size_t>(pending()), MSG_NOSIGNAL);
        if (n >= 0) {
            m_sent += n;
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            break;
        } else if (errno != EINTR) {
            breakOff();
            return;
        }
    }
    if (pending() == 0) {
        m_out = {};
        m_sent = 0;
        if (m_endOutput) {
            shutdown(m_descriptor, SHUT_WR);
        }
    }
    watch();
}

void PlainTransport::wantInput(bool wanted)
{
    m_wantInput = wanted;
    watch();
}

void PlainTransport::endOutput()
{
    if (m_endOutput || m_descriptor < 0) {
        return;
    }
    m_endOutput = true;
    if (pending() == 0) {
        shutdown(m_descriptor, SHUT_WR);
    }
}

void PlainTransport::close()
{
    if (m_descriptor >= 0) {
        m_poller.remove(m_descriptor);
        ::close(m_descriptor);
        m_descriptor = -1;
        m_out = {};
        m_sent = 0;
    }
}

QString PlainTransport::peerAddress() const
{
    return addressText(m_descriptor, getpeername);
}

QString PlainTransport::localAddress() const
{
    return addressText(m_descriptor, getsockname);
}

void PlainTransport::onEvents(quint32 events)
{
    if (m_descriptor < 0 || m_broken) {
        return;
    }
    const bool bothEnded = events & EPOLLHUP && (m_inputEnded || !m_wantInput);
    if (events & EPOLLERR || bothEnded) {
        breakOff();
        return;
    }
    if (events & EPOLLOUT) {
        flush();
        if (m_descriptor >= 0 && !m_broken && pending() == 0) {
            m_listener.onDrained();
        }
    }
    if (events & (EPOLLIN | EPOLLHUP) && m_descriptor >= 0 && !m_broken && m_wantInput) {
        m_listener.onReadable();
    }
}

void PlainTransport::watch()
{
    const quint32 wanted = (m_wantInput && !m_inputEnded ? static_cast<quint32>(EPOLLIN) : 0U) |
                           (pending() > 0 ? static_cast<quint32>(EPOLLOUT) : 0U);
    if (wanted != m_watched && m_descriptor >= 0) {
        m_watched = wanted;
        m_poller.change(m_descriptor, wanted, this);
    }
}

void PlainTransport::breakOff()
{
    if (!m_broken) {
        m_broken = true;
        m_listener.onGone();
    }
}

} // namespace dragonscales::api
