// SPDX-License-Identifier: LGPL-3.0-or-later
#include "bin/manager/command.h"
#include "core/near_miss.h"
#include "core/utf8_locale.h"

#include <QCoreApplication>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>

using namespace Qt::Literals::StringLiterals;
using namespace dragonscales;
using namespace dragonscales::manager;

namespace {

QString help()
{
    QString text =
        u"dragonscales-manager %1\nSubmits jobs to a dragonscales service, and looks after them.\n\n"
        "Usage: dragonscales-manager [FLAG]… COMMAND\n\nCommands:\n"_s.arg(QCoreApplication::applicationVersion());
    for (const Command &command : commands()) {
        text += u"  %1\n      %2\n"_s.arg(u"%1 %2"_s.arg(command.name, command.arguments).trimmed(), command.help);
    }
    text += u'\n' + core::settingsHelp(core::managerSettings());
    return text +
           u"\nExit status: 0 done; 1 the job failed or was canceled, or the project has problems; 2 wrong usage;\n"
           "3 not found; 4 refused; 5 service not reachable; 6 timed out.\n"_s;
}

// The command that the words begin with; takes its name off them.
const Command *commandOf(QStringList &words)
{
    for (const Command &command : commands()) {
        const QStringList name = command.name.split(u' ');
        if (words.mid(0, name.size()) == name) {
            words = words.mid(name.size());
            return &command;
        }
    }
    return nullptr;
}

int usage(const QString &sentence)
{
    return static_cast<int>(complain(Exit::Usage, sentence));
}

// Of a first word that several commands have: "Write: key add NAME, key list or key remove NAME."
QString waysToWrite(const QString &word)
{
    QStringList ways;
    for (const Command &command : commands()) {
        if (command.name.startsWith(word + u' ')) {
            ways.append(u"%1 %2"_s.arg(command.name, command.arguments).trimmed());
        }
    }
    const QString last = ways.isEmpty() ? QString() : ways.takeLast();
    return ways.isEmpty() ? QString() : u"Write: %1 or %2."_s.arg(ways.join(u", "_s), last);
}

int unknownCommand(const QStringList &words)
{
    QStringList names;
    for (const Command &command : commands()) {
        names.append(command.name);
    }
    if (words.isEmpty()) {
        return usage(u"Name a command: %1. --help tells more."_s.arg(core::quotedList(names)));
    }
    if (const QString ways = waysToWrite(words.first()); words.size() == 1 && !ways.isEmpty()) {
        return usage(ways);
    }
    const QString given = words.mid(0, words.first() == u"key"_s ? 2 : 1).join(u' ');
    const QString near = core::nearMiss(given, names);
    return usage(near.isEmpty() ? u"There is no command “%1”; there are %2."_s.arg(given, core::quotedList(names))
                                : u"There is no command “%1”; “%2” may be the one that you mean."_s.arg(given, near));
}

// Flags that this command does not know, though another one does.
QString foreignFlag(const Command &command, const core::Settings &settings)
{
    for (const auto &flag : {u"header"_s, u"wait"_s, u"timeout"_s, u"role"_s, u"file"_s}) {
        if (settings.isSet(flag) && !command.flags.contains(flag)) {
            return flag;
        }
    }
    return {};
}

int run(const QStringList &arguments)
{
    QStringList words;
    const auto settings =
        core::Settings::read(core::managerSettings(), arguments, QProcessEnvironment::systemEnvironment(), &words);
    if (!settings) {
        return usage(settings.error().message);
    }
    const QStringList given = words;
    const Command *command = commandOf(words);
    if (command == nullptr) {
        return unknownCommand(given);
    }
    const qsizetype wanted = command->arguments.isEmpty() ? 0 : 1;
    if (words.size() != wanted || words.contains(QString())) {
        return usage(
            u"Write: dragonscales-manager %1"_s.arg(u"%1 %2"_s.arg(command->name, command->arguments).trimmed()));
    }
    if (const QString flag = foreignFlag(*command, *settings); !flag.isEmpty()) {
        return usage(u"--%1 means nothing to “%2”; leave it out."_s.arg(flag, command->name));
    }
    return static_cast<int>(command->run({*settings, words}));
}

} // namespace

int main(int argc, char *argv[])
{
    std::signal(SIGPIPE, SIG_IGN);
    core::useUtf8Locale();
    QCoreApplication app(argc, argv);
    QCoreApplication::setApplicationName(u"dragonscales-manager"_s);
    QCoreApplication::setApplicationVersion(QStringLiteral(DRAGONSCALES_VERSION));
    const QStringList arguments = QCoreApplication::arguments().mid(1);
    if (core::asksForHelp(arguments)) {
        print(help().toUtf8());
        return 0;
    }
    if (core::asksForVersion(arguments)) {
        print(QCoreApplication::applicationVersion().toUtf8() + '\n');
        return 0;
    }
    const int status = run(arguments);
    // Qt's network thread may be busy with an answer that never ends; destructors would wait for it.
    std::fflush(nullptr);
    std::_Exit(status);
}
