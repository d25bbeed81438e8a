// SPDX-License-Identifier: LGPL-3.0-or-later
#include "host/runner_environment.h"

#include <QRegularExpression>
#include <QSet>

#include <unistd.h>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::host {

namespace {

bool isCommonName(const QString &name)
{
    static const QSet<QString> common{u"PATH"_s, u"HOME"_s, u"USER"_s,   u"LOGNAME"_s,        u"SHELL"_s,
                                      u"LANG"_s, u"TZ"_s,   u"TMPDIR"_s, u"XDG_RUNTIME_DIR"_s};
    return common.contains(name) || name.startsWith("LC_"_L1);
}

void addNames(const QByteArray &args, QSet<QString> *names)
{
    // "$${" is a literal "${".
    static const QRegularExpression reference(u"\\$\\$\\{|\\$\\{([A-Za-z_][A-Za-z0-9_]*)\\}"_s);
    auto matches = reference.globalMatch(QString::fromUtf8(args));
    while (matches.hasNext()) {
        const QString name = matches.next().captured(1);
        if (!name.isEmpty() && !isCommonName(name)) {
            names->insert(name);
        }
    }
}

} // namespace

QStringList referencedNames(const core::Project &project)
{
    QSet<QString> names;
    for (const auto *entries : {&project.tasks, &project.storages, &project.callbacks}) {
        for (const core::ModuleEntry &entry : *entries) {
            addNames(entry.args, &names);
        }
    }
    if (project.authorizer) {
        addNames(project.authorizer->args, &names);
    }
    QStringList sorted(names.begin(), names.end());
    sorted.sort();
    return sorted;
}

bool isPrivateName(QByteArrayView name)
{
    return name.endsWith("TOKEN") || name.startsWith("DRAGONSCALES_SECRET_") ||
           (name.startsWith("DRAGONSCALES_") && name.endsWith("URL"));
}

QByteArrayList childEnvironment(const QStringList &withheld)
{
    QByteArrayList kept;
    for (char **entry = ::environ; entry != nullptr && *entry != nullptr; ++entry) {
        const QByteArray variable(*entry);
        const qsizetype equals = variable.indexOf('=');
        const QByteArray name = variable.left(equals);
        if (equals > 0 && !isPrivateName(name) && !withheld.contains(QString::fromUtf8(name))) {
            kept.append(variable);
        }
    }
    return kept;
}

} // namespace dragonscales::host
