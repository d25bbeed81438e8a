// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "child_process.h"
#include "program_input.h"

#include <dragonscales/plugin.h>

namespace dragonscales::plugins::command {

// The program of an entry, and how it is run once: the request on standard input, the answer on standard output, the
// log on standard error, reports on descriptor 3. Without state between runs, so that all threads may use it at once.
class Program final
{
public:
    struct Limits
    {
        qsizetype maxOutput = 0;
        bool endWhenCut = true;             // else what is more is left out
        std::chrono::milliseconds time{0};  // 0: what the context says
        std::chrono::milliseconds grace{0}; // between SIGTERM and SIGKILL
    };

    // From args: "program", "entry", "args". Throws when there is no such program to run.
    explicit Program(const sdk::Args &args);

    const QString &path() const { return m_path; }
    const ProgramEntry &entry() const { return m_entry; }

    // How it ended, with the last lines of standard error; a failure when it did not exit by itself. `context` may be
    // null: then its log goes to this process's standard error and descriptor 3 is not there.
    sdk::Outcome<ChildEnd> run(const QByteArray &input, const Limits &limits, sdk::Context *context) const;
    // The same, for what answers JSON: a status that is not 0 is a failure as well.
    sdk::Outcome<sdk::Json> answer(const QByteArray &input, sdk::Context &context) const;
    // "PROGRAM ended with status 3"
    QString statusSentence(const ChildEnd &end) const;

private:
    QByteArrayList environment(const sdk::Context *context) const;
    sdk::Failure startFailure(const sdk::Failure &systems) const;

    QString m_path;
    QString m_folder;
    ProgramEntry m_entry;
};

} // namespace dragonscales::plugins::command
