// SPDX-License-Identifier: LGPL-3.0-or-later
#include "host/execution.h"

#include <QMutexLocker>

#include <sys/eventfd.h>
#include <unistd.h>

namespace dragonscales::host {

Control::Control() = default;

Control::~Control()
{
    if (m_eventFd >= 0) {
        ::close(m_eventFd);
    }
}

void Control::request(Request what, bool graceless)
{
    if (what == Request::None) {
        return;
    }
    const QMutexLocker lock(&m_mutex);
    if (graceless) {
        m_graceless.store(true, std::memory_order_release);
    }
    Request none = Request::None;
    m_request.compare_exchange_strong(none, what, std::memory_order_acq_rel);
    if (m_eventFd >= 0) {
        ::eventfd_write(m_eventFd, 1);
    }
}

int Control::descriptor()
{
    const QMutexLocker lock(&m_mutex);
    if (m_eventFd < 0) {
        m_eventFd = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        if (m_eventFd >= 0 && requested() != Request::None) {
            ::eventfd_write(m_eventFd, 1);
        }
    }
    return m_eventFd;
}

} // namespace dragonscales::host
