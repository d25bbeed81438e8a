// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "api/gate_transport.h"

#include <QObject>

#include <functional>
#include <memory>

class QIODevice;

namespace dragonscales::api {

// Moves a response's stream into a transport, as fast as the client reads and no faster.
class StreamPump final : public QObject
{
    Q_OBJECT

public:
    enum class State : quint8 {
        Waiting, // for the client to read, or for the device
        Starved, // for the device alone: everything it gave is with the system
        Ended,   // all of it is written
        Broken,  // the device failed: the client must not take what it got for the whole
    };

    // `more` is called when the device has more to give.
    StreamPump(std::shared_ptr<QIODevice> device, bool chunked, const std::function<void()> &more);

    State pump(Transport &transport);

private:
    void writePart(Transport &transport, QByteArrayView part) const;

    std::shared_ptr<QIODevice> m_device;
    bool m_chunked;
};

} // namespace dragonscales::api
