// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/settings_reader.h"

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::core {

namespace {

constexpr qsizetype kWidth = 100;
constexpr qsizetype kIndent = 6;

// Words in lines of at most kWidth, each indented.
QString paragraph(const QString &text)
{
    QString out;
    QString line;
    for (const QString &word : text.split(u' ', Qt::SkipEmptyParts)) {
        if (!line.isEmpty() && kIndent + line.size() + 1 + word.size() > kWidth) {
            out += QString(kIndent, u' ') + line + u'\n';
            line.clear();
        }
        line += line.isEmpty() ? word : u' ' + word;
    }
    return out + QString(kIndent, u' ') + line + u'\n';
}

QString entry(const Setting &setting)
{
    QString head = setting.flag.isEmpty() ? setting.environment.first() : u"--%1"_s.arg(setting.flag);
    if (!setting.placeholder.isEmpty()) {
        head += (setting.flag.isEmpty() ? u'=' : u' ') + setting.placeholder;
    }
    QString text = setting.help;
    if (!setting.fallback.isEmpty()) {
        text += u" Default: %1."_s.arg(setting.fallback);
    }
    const QStringList variables = setting.flag.isEmpty() ? setting.environment.mid(1) : setting.environment;
    if (!variables.isEmpty()) {
        text += u" Environment: %1."_s.arg(variables.join(u", "_s));
    }
    return u"  %1\n"_s.arg(head) + paragraph(text);
}

bool asksFor(const QStringList &arguments, const QStringList &flags)
{
    for (const QString &argument : arguments) {
        if (argument == u"--"_s) {
            return false;
        }
        if (flags.contains(argument)) {
            return true;
        }
    }
    return false;
}

} // namespace

Result<Settings> Settings::read(const QList<Setting> &table, const QStringList &arguments,
                                const QProcessEnvironment &environment, QStringList *rest)
{
    SettingsReader reader(table);
    reader.readArguments(arguments, rest);
    reader.readEnvironment(environment);
    return reader.finish();
}

QString Settings::text(const QString &name) const
{
    const QStringList values = m_values.value(name);
    return values.isEmpty() ? QString() : values.first();
}

bool Settings::flag(const QString &name) const
{
    return m_values.contains(name);
}

qint64 Settings::integer(const QString &name) const
{
    return text(name).trimmed().toLongLong();
}

QStringList Settings::list(const QString &name) const
{
    return m_values.value(name);
}

QList<QPair<QString, QString>> Settings::pairs(const QString &name) const
{
    const QStringList values = m_values.value(name);
    QList<QPair<QString, QString>> pairs;
    for (qsizetype i = 0; i + 1 < values.size(); i += 2) {
        pairs.append({values.at(i), values.at(i + 1)});
    }
    return pairs;
}

bool Settings::isSet(const QString &name) const
{
    return m_given.value(name);
}

QString settingsHelp(const QList<Setting> &table)
{
    QString flags;
    QString variables;
    for (const Setting &setting : table) {
        (setting.flag.isEmpty() ? variables : flags) += entry(setting);
    }
    return u"Flags:\n"_s + flags + (variables.isEmpty() ? QString() : u"\nEnvironment only:\n"_s + variables);
}

QString helpText(const QString &program, const QString &purpose, const QList<Setting> &table)
{
    return u"%1 %2\n%3\n\nUsage: %1 [FLAG]…\n\nA flag wins over its environment variable, and that over the default. "
           "“--flag value” and “--flag=value” mean the same.\n\n"_s.arg(program, QStringLiteral(DRAGONSCALES_VERSION),
                                                                        purpose) +
           settingsHelp(table);
}

bool asksForHelp(const QStringList &arguments)
{
    return asksFor(arguments, {u"--help"_s, u"-h"_s});
}

bool asksForVersion(const QStringList &arguments)
{
    return asksFor(arguments, {u"--version"_s});
}

} // namespace dragonscales::core
