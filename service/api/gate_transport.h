// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>

namespace dragonscales::api {

// The bytes of one connection, plain or TLS. Lives in the gate's thread; its listener outlives it.
class Transport
{
public:
    // May be called from within any of the transport's functions but the destructor.
    class Listener
    {
    public:
        virtual void onReadable() = 0; // read() has something, or says that the input has ended
        virtual void onDrained() = 0;  // all that was written is with the system now
        virtual void onGone() = 0;     // broken; said once, nothing follows

    protected:
        ~Listener() = default;
    };

    virtual ~Transport() = default;

    // Bytes read; 0: none now; -1: the peer has ended its side.
    virtual qint64 read(char *to, qint64 most) = 0;
    // Takes all of it; what the system does not is kept in memory, so ask pending() before writing much.
    virtual void write(const QByteArray &bytes) = 0;
    virtual qint64 pending() const = 0;
    // While false, what comes in is left with the system, which makes the peer wait.
    virtual void wantInput(bool wanted) = 0;
    // After this no more is written: the peer gets what is pending and the end.
    virtual void endOutput() = 0;
    virtual void close() = 0;
    virtual QString peerAddress() const = 0;
    virtual QString localAddress() const = 0;
};

} // namespace dragonscales::api
