// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/settings.h"

namespace dragonscales::core {

// Reads one command line and one environment against a table and collects what is wrong. Used once.
class SettingsReader
{
public:
    explicit SettingsReader(const QList<Setting> &table)
        : m_table(table)
    {
    }

    void readArguments(const QStringList &arguments, QStringList *rest);
    void readEnvironment(const QProcessEnvironment &environment);
    Result<Settings> finish();

private:
    // Reads the flag at `at` and its values; the index of the last argument that it took.
    qsizetype readFlag(const QStringList &arguments, qsizetype at);
    void accept(const Setting &setting, const QString &source, const QStringList &values);
    bool checkValue(const Setting &setting, const QString &source, const QString &value);
    void unknownFlag(const QString &flag);
    const Setting *byFlag(const QString &flag) const;

    const QList<Setting> &m_table;
    Settings m_settings;
    QStringList m_faults;
};

} // namespace dragonscales::core
