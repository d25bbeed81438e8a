// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/schema_pattern_set.h"

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::core::schema {

QString PatternSet::collect(const json::Value &schema)
{
    walk(schema);
    return m_fault;
}

const Pattern *PatternSet::find(const QByteArray &source) const
{
    const auto found = m_patterns.constFind(source);
    return found == m_patterns.cend() ? nullptr : &*found;
}

void PatternSet::walk(const json::Value &value)
{
    for (const json::Value &item : value.items()) {
        walk(item);
    }
    for (const json::Value::Member &member : value.members()) {
        readMember(member);
    }
}

void PatternSet::readMember(const json::Value::Member &member)
{
    if (member.name == "multipleOf" && member.value.isNumber() && !(member.value.number() > 0)) {
        m_fault = u"“multipleOf” must be a number above 0"_s;
    } else if (member.name == "pattern" && member.value.isText()) {
        add(member.value.text());
    } else if (member.name == "patternProperties") {
        for (const json::Value::Member &each : member.value.members()) {
            add(each.name);
        }
    }
    if (member.name != "enum" && member.name != "const" && member.name != "default" && member.name != "examples") {
        walk(member.value);
    }
}

void PatternSet::add(const QByteArray &source)
{
    const auto pattern = Pattern::compile(QString::fromUtf8(source));
    if (pattern) {
        m_patterns.insert(source, *pattern);
    } else if (m_fault.isEmpty()) {
        m_fault = u"the pattern %1 is none: %2"_s.arg(QString::fromUtf8(source), pattern.error());
    }
}

} // namespace dragonscales::core::schema
