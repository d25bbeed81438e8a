// SPDX-License-Identifier: LGPL-3.0-or-later
#include "host/module_sources.h"

#include "core/trust.h"

#include <QFileInfo>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::host {

ModuleSources::ModuleSources(const Catalog &catalog, PythonModules *python)
    : m_catalog(catalog)
    , m_python(python)
{
}

core::Result<core::ModuleInfo> ModuleSources::find(core::ModuleKind kind, const core::ModuleReference &reference) const
{
    switch (reference.origin) {
    case core::ModuleOrigin::Native:
        break;
    case core::ModuleOrigin::Python:
        return m_python == nullptr ? unseenPythonModule(kind, reference) : m_python->find(kind, reference);
    case core::ModuleOrigin::Exec:
        return findProgram(kind, reference);
    }
    return m_catalog.find(kind, reference);
}

// A program is run by the bundled native module "program".
core::Result<core::ModuleInfo> ModuleSources::findProgram(core::ModuleKind kind,
                                                          const core::ModuleReference &reference) const
{
    const QFileInfo file(reference.file);
    if (!file.isFile()) {
        return core::failure(core::ErrorCode::NotFound, u"There is no program “%1”."_s.arg(reference.file));
    }
    if (!file.isExecutable()) {
        return core::failure(core::ErrorCode::Forbidden,
                             u"“%1” cannot be run. Make it a program: chmod +x '%1'"_s.arg(reference.file));
    }
    if (auto trusted = core::checkTrusted(reference.file); !trusted) {
        return tl::unexpected(trusted.error());
    }
    auto info = m_catalog.find(kind, u"program"_s);
    if (!info) {
        return info;
    }
    info->origin = core::ModuleOrigin::Exec;
    info->name = u"exec:"_s + reference.name;
    info->title = reference.name;
    info->description.clear();
    info->argsSchema = "{}";
    info->paramsSchema = "{}";
    info->resultSchema = "{}";
    info->isolation = core::Isolation::Process;
    info->bundled = false;
    info->program = reference.file;
    return info;
}

} // namespace dragonscales::host
