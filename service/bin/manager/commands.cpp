// SPDX-License-Identifier: LGPL-3.0-or-later
#include "bin/manager/command.h"

#include <cstdio>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::manager {

const QList<Command> &commands()
{
    static const QStringList http{u"header"_s, u"timeout"_s};
    static const QList<Command> table{
        {u"queue"_s, u"FILE"_s, http, u"Submit the job request in FILE; “-” reads standard input."_s, runQueue},
        {u"check"_s, u"ID"_s, http + QStringList{u"wait"_s},
         u"Show a job; with --wait, as soon as it has ended (exit status 1 if it failed or was canceled)."_s, runCheck},
        {u"list"_s, {}, http, u"Show the ids of all jobs, newest first."_s, runList},
        {u"remove"_s, u"ID"_s, http, u"Cancel a job if it has not ended, and delete it."_s, runRemove},
        {u"cancel"_s, u"ID"_s, http, u"Cancel a job that waits, or ask one that runs to stop."_s, runCancel},
        {u"retry"_s, u"ID"_s, http, u"Run a job that has ended again."_s, runRetry},
        {u"logs"_s, u"ID"_s, http, u"Show what a job has logged and printed, the last 1,000 lines."_s, runLogs},
        {u"validate"_s, u"FILE"_s, {}, u"Check a project file and tell its problems, one a line."_s, runValidate},
        {u"key add"_s,
         u"NAME"_s,
         {u"role"_s, u"file"_s},
         u"Make an API key, add it to the file of keys and show it."_s,
         runKeyAdd},
        {u"key list"_s, {}, {u"file"_s}, u"Show who has keys."_s, runKeyList},
        {u"key remove"_s, u"NAME"_s, {u"file"_s}, u"Take a key out of the file."_s, runKeyRemove},
    };
    return table;
}

Exit complain(Exit exit, const QString &sentences)
{
    for (const QString &sentence : sentences.split(u'\n')) {
        std::fprintf(stderr, "dragonscales-manager: %s\n", sentence.toUtf8().constData());
    }
    return exit;
}

void print(const QByteArray &text)
{
    std::fwrite(text.constData(), 1, static_cast<std::size_t>(text.size()), stdout);
    std::fflush(stdout);
}

} // namespace dragonscales::manager
