// SPDX-License-Identifier: LGPL-3.0-or-later
#include "host/python_modules.h"

#include "core/trust.h"

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::host {

namespace {

constexpr std::chrono::seconds kAllTime(60); // until a service that starts gives up on learning more

ModuleSpec specFor(core::ModuleKind kind, const core::ModuleReference &reference)
{
    ModuleSpec spec;
    spec.kind = kind;
    spec.origin = core::ModuleOrigin::Python;
    spec.module = reference.name;
    spec.library = reference.file;
    spec.folder = reference.folder;
    spec.interpreter = reference.interpreter;
    return spec;
}

// The sentence, and for a module whose end nobody could put into one, where it was.
QString faultOf(const core::JobError &error)
{
    const QString place = error.type == "crash"_L1 ? error.detail.section(u'\n', -1).trimmed() : QString();
    return place.isEmpty() ? error.message : error.message + u" Its last words: "_s + place;
}

} // namespace

core::ModuleInfo unseenPythonModule(core::ModuleKind kind, const core::ModuleReference &reference)
{
    core::ModuleInfo info;
    info.kind = kind;
    info.origin = core::ModuleOrigin::Python;
    info.name = reference.name;
    info.title = reference.name;
    info.library = reference.file;
    info.interpreter = reference.interpreter;
    if (reference.file.isEmpty()) {
        return info; // maybe installed somewhere: only Python itself knows
    }
    if (const auto trusted = core::checkTrusted(reference.file); !trusted) {
        info.fault = trusted.error().message;
    }
    return info;
}

PythonModules::PythonModules(const HostOptions &options, QStringList withheld)
    : m_processes(options)
    , m_withheld(std::move(withheld))
{
}

core::ModuleInfo PythonModules::find(core::ModuleKind kind, const core::ModuleReference &reference)
{
    const auto key = std::tuple(kind, reference.name, reference.interpreter);
    auto known = m_known.find(key);
    if (known == m_known.end()) {
        const auto begun = std::chrono::steady_clock::now();
        known = m_known.emplace(key, describe(kind, reference)).first;
        m_spent += std::chrono::steady_clock::now() - begun;
    }
    return known->second;
}

core::ModuleInfo PythonModules::describe(core::ModuleKind kind, const core::ModuleReference &reference)
{
    core::ModuleInfo info = unseenPythonModule(kind, reference);
    if (!info.fault.isEmpty()) {
        return info;
    }
    if (m_spent > kAllTime) {
        info.fault =
            u"“%1” was not looked at, since the project's modules took longer than %2 s to load."_s.arg(reference.name)
                .arg(kAllTime.count());
        return info;
    }
    auto described = m_processes.describe(specFor(kind, reference), m_withheld);
    if (!described) {
        info.fault = faultOf(described.error());
        return info;
    }
    info.title = described->title.isEmpty() ? info.title : described->title;
    info.description = described->description;
    info.argsSchema = described->argsSchema;
    info.paramsSchema = described->paramsSchema;
    info.resultSchema = described->resultSchema;
    info.library = described->library.isEmpty() ? info.library : described->library;
    return info;
}

} // namespace dragonscales::host
