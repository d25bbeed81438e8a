// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/project.h"
#include "host/catalog.h"
#include "host/python_modules.h"

namespace dragonscales::host {

// Every module that a project can name: native ones, Python modules, programs.
class ModuleSources final : public core::ModuleSource
{
public:
    // Without `python` no code is run, and what Python modules take stays unknown. Both outlive it.
    explicit ModuleSources(const Catalog &catalog, PythonModules *python = nullptr);

    core::Result<core::ModuleInfo> find(core::ModuleKind kind, const core::ModuleReference &reference) const override;

private:
    core::Result<core::ModuleInfo> findProgram(core::ModuleKind kind, const core::ModuleReference &reference) const;

    const Catalog &m_catalog;
    PythonModules *const m_python;
};

} // namespace dragonscales::host
