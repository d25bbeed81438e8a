// SPDX-License-Identifier: LGPL-3.0-or-later
#include "bin/manager/command.h"

#include "core/project_loader.h"
#include "host/module_sources.h"

#include <QFileInfo>

#include <unistd.h>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::manager {

namespace {

// All that may be known of modules: the bundled ones, those of --plugin-path and those of the project itself.
std::shared_ptr<const host::Catalog> catalogFor(const core::Settings &settings, const QString &projectPath)
{
    auto folders = host::Catalog::bundledFolders();
    QStringList further = settings.list(u"plugin-path"_s);
    QList<core::Problem> ignored; // loadProject() tells them
    if (const auto project = core::readProject(projectPath, &ignored)) {
        further += project->pluginFolders;
    }
    for (const QString &folder : further) {
        folders.append({folder, false});
    }
    return host::Catalog::scan(folders);
}

} // namespace

Exit runValidate(const Call &call)
{
    const QString path = call.arguments.first();
    const auto catalog = catalogFor(call.settings, path);
    for (const host::CatalogFault &fault : catalog->faults()) {
        print(u"%1: warning: %2\n"_s.arg(fault.path, fault.message).toUtf8());
    }
    const auto outcome =
        core::loadProject(path, host::ModuleSources(*catalog), QProcessEnvironment::systemEnvironment());
    for (const core::Problem &problem : outcome.problems) {
        print(core::compilerLine(path, problem).toUtf8() + '\n');
    }
    if (outcome.problems.isEmpty() && isatty(STDOUT_FILENO) == 1) {
        print(u"%1: no problems.\n"_s.arg(path).toUtf8());
    }
    return outcome.ok() ? Exit::Done : Exit::Failed;
}

} // namespace dragonscales::manager
