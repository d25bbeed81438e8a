// SPDX-License-Identifier: LGPL-3.0-or-later
#include "api/gate_tls_transport.h"

#include "api/plain_address.h"

namespace dragonscales::api {

namespace {

constexpr qint64 kReadBuffer = 64 * 1024;

} // namespace

TlsTransport::TlsTransport(qintptr descriptor, const QSslConfiguration &configuration, Listener &listener)
    : m_listener(listener)
{
    m_socket.setReadBufferSize(kReadBuffer);
    m_socket.setSslConfiguration(configuration);
    m_socket.setSocketDescriptor(descriptor);
    m_socket.setSocketOption(QAbstractSocket::LowDelayOption, 1);
    QObject::connect(&m_socket, &QSslSocket::readyRead, &m_socket, [this] { onReadyRead(); });
    QObject::connect(&m_socket, &QSslSocket::encryptedBytesWritten, &m_socket, [this] { onBytesWritten(); });
    QObject::connect(&m_socket, &QSslSocket::disconnected, &m_socket, [this] { breakOff(); });
    QObject::connect(&m_socket, &QSslSocket::errorOccurred, &m_socket, [this] { breakOff(); });
    m_socket.startServerEncryption();
}

TlsTransport::~TlsTransport()
{
    close();
}

qint64 TlsTransport::read(char *to, qint64 most)
{
    const qint64 n = m_socket.read(to, most);
    return n < 0 && m_socket.state() == QAbstractSocket::ConnectedState ? 0 : n;
}

void TlsTransport::write(const QByteArray &bytes)
{
    if (!m_closed) {
        m_socket.write(bytes);
    }
}

qint64 TlsTransport::pending() const
{
    return m_socket.bytesToWrite() + m_socket.encryptedBytesToWrite();
}

void TlsTransport::wantInput(bool wanted)
{
    const bool again = wanted && !m_wantInput;
    m_wantInput = wanted;
    if (again && m_socket.bytesAvailable() > 0) {
        QMetaObject::invokeMethod(
            &m_socket, [this] { onReadyRead(); }, Qt::QueuedConnection);
    }
}

void TlsTransport::endOutput()
{
    m_socket.disconnectFromHost();
}

void TlsTransport::close()
{
    if (!m_closed) {
        m_closed = true;
        m_socket.abort();
    }
}

QString TlsTransport::peerAddress() const
{
    return plainAddress(m_socket.peerAddress()).toString();
}

QString TlsTransport::localAddress() const
{
    return plainAddress(m_socket.localAddress()).toString();
}

void TlsTransport::onReadyRead()
{
    if (!m_closed && m_wantInput) {
        m_listener.onReadable();
    }
}

void TlsTransport::onBytesWritten()
{
    if (!m_closed && pending() == 0) {
        m_listener.onDrained();
    }
}

void TlsTransport::breakOff()
{
    if (!m_closed) {
        close();
        m_listener.onGone();
    }
}

} // namespace dragonscales::api
