// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "bin/manager/exit_status.h"
#include "core/settings.h"

namespace dragonscales::manager {

// What a command works with. Results go to standard output, everything else to standard error.
struct Call
{
    const core::Settings &settings;
    QStringList arguments; // behind the command's name, as many as its row says
};

// One row per command: --help, the check of the arguments and the dispatch are made from it.
struct Command
{
    QString name;      // one word or two: "key add"
    QString arguments; // "ID": for --help, and how many there must be
    QStringList flags; // that mean something to it, besides --url
    QString help;      // one sentence
    Exit (*run)(const Call &call);
};

const QList<Command> &commands();

// Writes lines to standard error, with the program's name in front of each.
Exit complain(Exit exit, const QString &sentences);
void print(const QByteArray &text); // to standard output

Exit runQueue(const Call &call);
Exit runCheck(const Call &call);
Exit runList(const Call &call);
Exit runRemove(const Call &call);
Exit runCancel(const Call &call);
Exit runRetry(const Call &call);
Exit runLogs(const Call &call);
Exit runValidate(const Call &call);
Exit runKeyAdd(const Call &call);
Exit runKeyList(const Call &call);
Exit runKeyRemove(const Call &call);

} // namespace dragonscales::manager
