// SPDX-License-Identifier: LGPL-3.0-or-later
#include "api/gate_poller.h"

#include <array>

#include <sys/epoll.h>
#include <unistd.h>

namespace dragonscales::api {

namespace {

constexpr int kEventsPerTurn = 256; // then other work of the thread has its turn; epoll goes round robin

} // namespace

Poller::Poller()
    : m_epoll(epoll_create1(EPOLL_CLOEXEC))
{
    if (m_epoll < 0) {
        qFatal("epoll is not available");
    }
    m_notifier = std::make_unique<QSocketNotifier>(m_epoll, QSocketNotifier::Read);
    QObject::connect(m_notifier.get(), &QSocketNotifier::activated, m_notifier.get(), [this] { dispatch(); });
}

Poller::~Poller()
{
    m_notifier.reset();
    ::close(m_epoll);
}

bool Poller::add(int descriptor, quint32 events, Target *target)
{
    epoll_event event{};
    event.events = events;
    event.data.ptr = target;
    return epoll_ctl(m_epoll, EPOLL_CTL_ADD, descriptor, &event) == 0;
}

void Poller::change(int descriptor, quint32 events, Target *target)
{
    epoll_event event{};
    event.events = events;
    event.data.ptr = target;
    epoll_ctl(m_epoll, EPOLL_CTL_MOD, descriptor, &event);
}

void Poller::remove(int descriptor)
{
    epoll_ctl(m_epoll, EPOLL_CTL_DEL, descriptor, nullptr);
}

void Poller::dispatch()
{
    std::array<epoll_event, kEventsPerTurn> events;
    const int n = epoll_wait(m_epoll, events.data(), kEventsPerTurn, 0);
    for (int i = 0; i < n; ++i) {
        static_cast<Target *>(events[i].data.ptr)->onEvents(events[i].events);
    }
}

} // namespace dragonscales::api
