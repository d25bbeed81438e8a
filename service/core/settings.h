// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/result.h"

#include <QHash>
#include <QProcessEnvironment>
#include <QStringList>

namespace dragonscales::core {

// One row of the table that --help, the environment, the man page and the tests are made from.
struct Setting
{
    enum class Type : quint8 { Text, Flag, Integer, Seconds, Path, List };

    QString flag;            // "queue-url"; empty: environment only
    QStringList environment; // names, the first that is set wins; empty: flag only
    Type type = Type::Text;
    QString fallback; // default, as text
    qint64 least = 0; // of Integer and Seconds
    qint64 most = 0;  // 0: no limit
    QString placeholder; // "URL" in --queue-url URL; empty for Flag
    QString help;        // one sentence
};

const QList<Setting> &serviceSettings();
const QList<Setting> &managerSettings();

// The settings in force: flags before environment before defaults.
class Settings
{
public:
    // All faults in one message, one a line. `rest` gets what is no flag.
    static Result<Settings> read(const QList<Setting> &table, const QStringList &arguments,
                                 const QProcessEnvironment &environment, QStringList *rest);

    QString text(const QString &name) const; // by flag, or by first environment name where there is no flag
    bool flag(const QString &name) const;
    qint64 integer(const QString &name) const;
    QStringList list(const QString &name) const; // comma-separated
    bool isSet(const QString &name) const;       // not by default

private:
    QHash<QString, QString> m_values;
    QHash<QString, bool> m_given;
};

// The text of --help.
QString helpText(const QString &program, const QString &purpose, const QList<Setting> &table);

} // namespace dragonscales::core
