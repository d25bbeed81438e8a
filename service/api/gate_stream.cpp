// SPDX-License-Identifier: LGPL-3.0-or-later
#include "api/gate_stream.h"

#include <QIODevice>

namespace dragonscales::api {

namespace {

constexpr qint64 kPart = 32 * 1024;
constexpr qint64 kAhead = 64 * 1024; // held in memory for a client that does not read

} // namespace

StreamPump::StreamPump(std::shared_ptr<QIODevice> device, bool chunked, const std::function<void()> &more)
    : m_device(std::move(device))
    , m_chunked(chunked)
{
    if (!m_device->isOpen()) {
        m_device->open(QIODevice::ReadOnly);
    }
    QObject::connect(m_device.get(), &QIODevice::readyRead, this, more);
    QObject::connect(m_device.get(), &QIODevice::readChannelFinished, this, more);
}

StreamPump::State StreamPump::pump(Transport &transport)
{
    QByteArray part(kPart, Qt::Uninitialized);
    while (transport.pending() < kAhead) {
        const qint64 n = m_device->isReadable() ? m_device->read(part.data(), kPart) : -1;
        if (n > 0) {
            writePart(transport, QByteArrayView(part).first(n));
            continue;
        }
        if (m_device->atEnd() && m_device->isReadable()) {
            if (m_chunked) {
                transport.write("0\r\n\r\n");
            }
            return State::Ended;
        }
        if (n < 0) {
            return State::Broken;
        }
        return transport.pending() > 0 ? State::Waiting : State::Starved;
    }
    return State::Waiting;
}

void StreamPump::writePart(Transport &transport, QByteArrayView part) const
{
    QByteArray bytes;
    if (m_chunked) {
        bytes = QByteArray::number(part.size(), 16) + "\r\n";
        bytes.append(part);
        bytes.append("\r\n");
    } else {
        bytes = part.toByteArray();
    }
    transport.write(bytes);
}

} // namespace dragonscales::api
