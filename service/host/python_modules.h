// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "host/process_execution.h"

#include <map>
#include <tuple>

namespace dragonscales::host {

// Learns what Python modules take by importing them in a process of their own: only for projects that are trusted.
// Whatever is wrong with a module is a fault of that module alone; those that hang, though, have one minute together,
// after which no other is looked at. Remembers what it has learnt. One thread at a time.
class PythonModules final
{
public:
    // `withheld`: names of the environment that its processes do not get.
    PythonModules(const HostOptions &options, QStringList withheld);

    core::ModuleInfo find(core::ModuleKind kind, const core::ModuleReference &reference);

private:
    core::ModuleInfo describe(core::ModuleKind kind, const core::ModuleReference &reference);

    ProcessExecution m_processes;
    const QStringList m_withheld;
    std::map<std::tuple<core::ModuleKind, QString, QString>, core::ModuleInfo> m_known; // by kind, name, interpreter
    std::chrono::steady_clock::duration m_spent{0};
};

// What is known of a Python module without importing it: its file, and a fault when there is none, or one that others
// can write to.
core::ModuleInfo unseenPythonModule(core::ModuleKind kind, const core::ModuleReference &reference);

} // namespace dragonscales::host
