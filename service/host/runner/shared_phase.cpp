// SPDX-License-Identifier: LGPL-3.0-or-later
#include "host/runner/shared_phase.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

#include <sys/mman.h>
#include <unistd.h>

namespace dragonscales::host {

SharedPhase::SharedPhase()
    : m_descriptor(::memfd_create("dragonscales-phase", 0))
{
    void *memory = MAP_FAILED;
    if (m_descriptor >= 0 && ::ftruncate(m_descriptor, sizeof(Shared)) == 0) {
        memory = ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED, m_descriptor, 0);
    }
    if (memory == MAP_FAILED) {
        std::abort();
    }
    m_shared = new (memory) Shared;
}

// Code may have written anything there.
Phase SharedPhase::get() const
{
    return std::clamp(m_shared->phase.load(std::memory_order_relaxed), Phase::Idle, Phase::Authorizer);
}

void SharedPhase::setLoading(const QString &what)
{
    const QByteArray text = what.toUtf8();
    const auto size = std::min<size_t>(static_cast<size_t>(text.size()), m_shared->loading.size() - 1);
    std::memcpy(m_shared->loading.data(), text.constData(), size);
    m_shared->loading.at(size) = '\0';
}

QString SharedPhase::loading() const
{
    const auto end = std::find(m_shared->loading.begin(), m_shared->loading.end(), '\0');
    return QString::fromUtf8(m_shared->loading.data(), std::distance(m_shared->loading.begin(), end));
}

} // namespace dragonscales::host
