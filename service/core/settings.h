// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/result.h"

#include <QHash>
#include <QPair>
#include <QProcessEnvironment>
#include <QStringList>

namespace dragonscales::core {

// One row of the table that --help, the environment, the man page and the tests are made from.
struct Setting
{
    // List: separated by commas. PathList: by colons. Pair: two values, may be given many times. Lists that are given
    // many times add up; of other settings the last one counts.
    enum class Type : quint8 { Text, Flag, Integer, Seconds, Path, List, PathList, Pair };

    QString flag;            // "queue-url"; empty: environment only
    QStringList environment; // names, the first that is set wins; empty: flag only
    Type type = Type::Text;
    QString fallback;    // default, as text
    qint64 least = 0;    // of Integer and Seconds
    qint64 most = 0;     // 0: no limit
    QString placeholder; // "URL" in --queue-url URL; empty for Flag
    QString help;        // one sentence
    QStringList choices; // the only values, in any case; empty: any

    // By which Settings knows it: the flag, or the first environment name where there is no flag.
    const QString &name() const { return flag.isEmpty() ? environment.first() : flag; }
};

const QList<Setting> &serviceSettings();
const QList<Setting> &managerSettings();

// The settings in force: flags before environment before defaults.
class Settings
{
public:
    // All faults in one message, one a line; InvalidArgument. An empty environment variable counts as not set. `rest`
    // gets what is no flag, and everything behind "--"; without `rest` that is a fault. Flags are "--flag value" and
    // "--flag=value".
    static Result<Settings> read(const QList<Setting> &table, const QStringList &arguments,
                                 const QProcessEnvironment &environment, QStringList *rest);

    QString text(const QString &name) const; // by flag, or by first environment name where there is no flag
    bool flag(const QString &name) const;
    qint64 integer(const QString &name) const;
    QStringList list(const QString &name) const;
    QList<QPair<QString, QString>> pairs(const QString &name) const;
    bool isSet(const QString &name) const; // not by default

private:
    friend class SettingsReader;

    QHash<QString, QStringList> m_values;
    QHash<QString, bool> m_given;
};

// The text of --help: what the program is for, how it is called, and each setting with its variable and default.
QString helpText(const QString &program, const QString &purpose, const QList<Setting> &table);
// The part of it that lists the settings.
QString settingsHelp(const QList<Setting> &table);

// Whether --help (or -h), or --version, is among the arguments, whatever is wrong with the others.
bool asksForHelp(const QStringList &arguments);
bool asksForVersion(const QStringList &arguments);

} // namespace dragonscales::core
