// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <QSocketNotifier>

#include <memory>

namespace dragonscales::api {

// All plain connections in one epoll set behind one notifier, so that the thousands that idle cost the event loop
// nothing.
class Poller final
{
public:
    class Target
    {
    public:
        virtual void onEvents(quint32 events) = 0; // EPOLL…

    protected:
        ~Target() = default;
    };

    Poller();
    ~Poller();
    Q_DISABLE_COPY_MOVE(Poller)

    // A target must not be destroyed from within onEvents(), its own or another's: use deleteLater().
    bool add(int descriptor, quint32 events, Target *target);
    void change(int descriptor, quint32 events, Target *target);
    void remove(int descriptor);

private:
    void dispatch();

    int m_epoll = -1;
    std::unique_ptr<QSocketNotifier> m_notifier;
};

} // namespace dragonscales::api
