// SPDX-License-Identifier: LGPL-3.0-or-later
#include "host/module_sources.h"

#include "core/trust.h"

#include <QFileInfo>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::host {

namespace {

QString faultOf(const QString &program)
{
    const QFileInfo file(program);
    if (!file.isFile()) {
        return u"There is no program “%1”; the path is relative to the project file."_s.arg(program);
    }
    if (!file.isExecutable()) {
        return u"“%1” cannot be run. Make it a program: chmod +x '%1'"_s.arg(program);
    }
    const auto trusted = core::checkTrusted(program);
    return trusted ? QString() : trusted.error().message;
}

} // namespace

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
    return m_catalog.find(kind, reference.name);
}

// A program is run by the bundled native module "program".
core::Result<core::ModuleInfo> ModuleSources::findProgram(core::ModuleKind kind,
                                                          const core::ModuleReference &reference) const
{
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
    info->fault = faultOf(reference.file);
    return info;
}

} // namespace dragonscales::host
