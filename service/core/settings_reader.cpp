// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/settings_reader.h"

#include "core/near_miss.h"

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::core {

namespace {

using Type = Setting::Type;

bool isList(Type type)
{
    return type == Type::List || type == Type::PathList;
}

int valuesOf(Type type)
{
    return type == Type::Flag ? 0 : type == Type::Pair ? 2 : 1;
}

QStringList split(Type type, const QString &value)
{
    QStringList parts;
    for (const QString &part : value.split(type == Type::PathList ? u':' : u',', Qt::SkipEmptyParts)) {
        if (const QString trimmed = part.trimmed(); !trimmed.isEmpty()) {
            parts.append(trimmed);
        }
    }
    return parts;
}

// A switch in the environment: what people write for on and off.
std::optional<bool> switchOf(const QString &value)
{
    static const QStringList on{u"1"_s, u"true"_s, u"yes"_s, u"on"_s};
    static const QStringList off{u"0"_s, u"false"_s, u"no"_s, u"off"_s};
    const QString word = value.trimmed().toLower();
    if (on.contains(word)) {
        return true;
    }
    return off.contains(word) ? std::optional(false) : std::nullopt;
}

QString rangeOf(const Setting &setting)
{
    const QString unit = setting.type == Type::Seconds ? u"whole number of seconds"_s : u"whole number"_s;
    if (setting.most == 0) {
        return u"a %1 from %2 up"_s.arg(unit).arg(setting.least);
    }
    return u"a %1 from %2 to %3"_s.arg(unit).arg(setting.least).arg(setting.most);
}

} // namespace

const Setting *SettingsReader::byFlag(const QString &flag) const
{
    for (const Setting &setting : m_table) {
        if (!setting.flag.isEmpty() && setting.flag == flag) {
            return &setting;
        }
    }
    return nullptr;
}

void SettingsReader::unknownFlag(const QString &flag)
{
    QStringList flags;
    for (const Setting &setting : m_table) {
        if (!setting.flag.isEmpty()) {
            flags.append(setting.flag);
        }
    }
    const QString near = nearMiss(flag, flags);
    m_faults.append(near.isEmpty()
                        ? u"There is no flag “--%1”; --help lists those that there are."_s.arg(flag)
                        : u"There is no flag “--%1”; “--%2” may be the one that you mean."_s.arg(flag, near));
}

bool SettingsReader::checkValue(const Setting &setting, const QString &source, const QString &value)
{
    if (setting.type == Type::Integer || setting.type == Type::Seconds) {
        bool ok = false;
        const qint64 number = value.trimmed().toLongLong(&ok);
        if (!ok || number < setting.least || (setting.most != 0 && number > setting.most)) {
            m_faults.append(u"%1: “%2” cannot be used; write %3."_s.arg(source, value, rangeOf(setting)));
            return false;
        }
    }
    if (!setting.choices.isEmpty() && !setting.choices.contains(value.trimmed(), Qt::CaseInsensitive)) {
        m_faults.append(u"%1: “%2” is not known; write one of %3."_s.arg(source, value, setting.choices.join(u", "_s)));
        return false;
    }
    return true;
}

void SettingsReader::accept(const Setting &setting, const QString &source, const QStringList &values)
{
    if (!values.isEmpty() && !checkValue(setting, source, values.first())) {
        return;
    }
    QStringList &kept = m_settings.m_values[setting.name()];
    if (isList(setting.type)) {
        kept += split(setting.type, values.first());
    } else if (setting.type == Type::Pair) {
        kept += values;
    } else {
        kept = setting.type == Type::Flag ? QStringList{u"1"_s} : values;
    }
    if (!setting.choices.isEmpty()) {
        kept = {values.first().trimmed().toLower()};
    }
    m_settings.m_given[setting.name()] = true;
}

qsizetype SettingsReader::readFlag(const QStringList &arguments, qsizetype at)
{
    const QString flag = arguments.at(at).mid(2).section(u'=', 0, 0);
    const bool inline_ = arguments.at(at).contains(u'=');
    const Setting *setting = byFlag(flag);
    if (setting == nullptr) {
        unknownFlag(flag);
        const bool hasValue = !inline_ && at + 1 < arguments.size() && !arguments.at(at + 1).startsWith(u'-');
        return hasValue ? at + 1 : at; // which is not a fault of its own
    }
    const QString source = u"--%1"_s.arg(flag);
    QStringList values;
    if (inline_) {
        values.append(arguments.at(at).section(u'=', 1));
    }
    if (values.size() > valuesOf(setting->type)) {
        m_faults.append(u"%1: takes no value; write it alone."_s.arg(source));
        return at;
    }
    while (values.size() < valuesOf(setting->type)) {
        if (at + 1 >= arguments.size() || arguments.at(at + 1).startsWith(u"--"_s)) {
            m_faults.append(u"%1: its value is missing; write %1 %2."_s.arg(source, setting->placeholder));
            return at;
        }
        values.append(arguments.at(++at));
    }
    accept(*setting, source, values);
    return at;
}

void SettingsReader::readArguments(const QStringList &arguments, QStringList *rest)
{
    QStringList others;
    for (qsizetype at = 0; at < arguments.size(); ++at) {
        const QString &argument = arguments.at(at);
        if (argument == u"--"_s) {
            others += arguments.mid(at + 1);
            break;
        }
        if (argument.startsWith(u"--"_s)) {
            at = readFlag(arguments, at);
        } else if (argument.startsWith(u'-') && argument.size() > 1) {
            m_faults.append(u"“%1” is not understood: flags begin with two dashes; --help lists them."_s.arg(argument));
        } else {
            others.append(argument);
        }
    }
    if (rest != nullptr) {
        *rest = others;
    } else if (!others.isEmpty()) {
        m_faults.append(u"“%1” is not understood; --help lists the flags."_s.arg(others.first()));
    }
}

void SettingsReader::readEnvironment(const QProcessEnvironment &environment)
{
    for (const Setting &setting : m_table) {
        if (m_settings.m_given.value(setting.name())) {
            continue;
        }
        for (const QString &variable : setting.environment) {
            const QString value = environment.value(variable);
            if (value.isEmpty()) {
                continue;
            }
            if (setting.type != Type::Flag) {
                accept(setting, variable, {value});
            } else if (const auto on = switchOf(value); !on) {
                m_faults.append(u"%1: “%2” cannot be used; write 1 or 0."_s.arg(variable, value));
            } else if (*on) {
                accept(setting, variable, {});
            }
            break;
        }
    }
}

Result<Settings> SettingsReader::finish()
{
    if (!m_faults.isEmpty()) {
        return failure(ErrorCode::InvalidArgument, m_faults.join(u'\n'));
    }
    for (const Setting &setting : m_table) {
        if (!m_settings.m_given.value(setting.name()) && !setting.fallback.isEmpty()) {
            m_settings.m_values[setting.name()] =
                isList(setting.type) ? split(setting.type, setting.fallback) : QStringList{setting.fallback};
        }
    }
    return std::move(m_settings);
}

} // namespace dragonscales::core
