// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/secrets.h"

#include "core/json/writer.h"

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::core {

namespace {

constexpr qsizetype kShortestMasked = 4;

bool isNameByte(char c, bool first)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || (!first && c >= '0' && c <= '9');
}

// The NAME of the "${NAME}" that begins at `at`; empty when none does.
QByteArray nameAt(const QByteArray &text, qsizetype at)
{
    qsizetype end = at + 2;
    while (end < text.size() && isNameByte(text[end], end == at + 2)) {
        ++end;
    }
    return end < text.size() && text[end] == '}' ? text.mid(at + 2, end - at - 2) : QByteArray();
}

} // namespace

QByteArray SecretFiller::fill(const Place &place, const QByteArray &source)
{
    m_source = source;
    m_sourceBegin = place.value->begin();
    m_copied = 0;
    m_out.clear();
    visit(place);
    return m_out + m_source.mid(m_copied);
}

void SecretFiller::visit(const Place &place)
{
    const json::Value &value = *place.value;
    for (std::size_t i = 0; i < value.items().size(); ++i) {
        visit(place.item(i));
    }
    for (const json::Value::Member &member : value.members()) {
        visit({place.pointer + '/' + pointerToken(member.name), &member.value});
    }
    if (!value.isText() || !value.text().contains("${")) {
        return;
    }
    const qsizetype begin = value.begin() - m_sourceBegin;
    m_out += m_source.mid(m_copied, begin - m_copied) + json::quoted(QByteArrayView(filled(place)));
    m_copied = value.end() - m_sourceBegin;
}

QByteArray SecretFiller::filled(const Place &place)
{
    const QByteArray &text = place.value->text();
    QByteArray out;
    qsizetype at = 0;
    for (;;) {
        const qsizetype open = text.indexOf("${", at);
        if (open < 0) {
            return out + text.mid(at);
        }
        out += text.mid(at, open - at);
        if (out.endsWith('$') && open > at) { // "$${"
            out.chop(1);
            out += "${";
            at = open + 2;
            continue;
        }
        const QByteArray name = nameAt(text, open);
        if (name.isEmpty()) {
            m_problems.error(place, u"After “${” must come the name of an environment variable and “}”."_s,
                             u"Write “${NAME}”, or “$${” for the two characters themselves."_s);
            return out + text.mid(open);
        }
        out += valueOf(place, name);
        at = open + name.size() + 3;
    }
}

QByteArray SecretFiller::valueOf(const Place &place, const QByteArray &name)
{
    const QString variable = QString::fromLatin1(name);
    if (!m_environment.contains(variable)) {
        m_problems.error(
            place, u"The environment has no variable “%1”."_s.arg(variable),
            u"Set %1 before the program starts, or write “$${” for the two characters themselves."_s.arg(variable));
        return "${" + name + '}';
    }
    return m_used[name] = m_environment.value(variable).toUtf8();
}

bool holdsReference(const json::Value &value)
{
    return (value.isText() && value.text().contains("${")) ||
           std::any_of(value.items().begin(), value.items().end(), holdsReference) ||
           std::any_of(value.members().begin(), value.members().end(),
                       [](const json::Value::Member &member) { return holdsReference(member.value); });
}

QByteArray masked(QByteArray text, const QMap<QByteArray, QByteArray> &valuesByName)
{
    QList<std::pair<QByteArray, QByteArray>> longestFirst;
    for (auto it = valuesByName.begin(); it != valuesByName.end(); ++it) {
        if (it.value().size() >= kShortestMasked) {
            longestFirst.append({it.value(), it.key()});
        }
    }
    std::stable_sort(longestFirst.begin(), longestFirst.end(),
                     [](const auto &a, const auto &b) { return a.first.size() > b.first.size(); });
    for (const auto &[value, name] : longestFirst) {
        text.replace(value, "${" + name + '}');
    }
    return text;
}

} // namespace dragonscales::core
