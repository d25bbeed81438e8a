// SPDX-License-Identifier: LGPL-3.0-or-later
#include "host/runner/shared_phase.h"

#include <cstdlib>
#include <new>

#include <sys/mman.h>

namespace dragonscales::host {

SharedPhase::SharedPhase()
{
    void *memory = ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        std::abort();
    }
    m_shared = new (memory) Shared;
}

} // namespace dragonscales::host
