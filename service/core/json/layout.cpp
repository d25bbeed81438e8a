// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/json/layout.h"

#include "core/json/reader.h"
#include "core/json/writer.h"

namespace dragonscales::core::json {

namespace {

// The blanks that the first indented line begins with: one step, since the document itself begins at the margin.
QByteArray firstIndent(const QByteArray &text)
{
    for (qsizetype line = text.indexOf('\n'); line >= 0; line = text.indexOf('\n', line + 1)) {
        qsizetype end = line + 1;
        while (end < text.size() && (text[end] == ' ' || text[end] == '\t'))
            ++end;
        if (end > line + 1 && end < text.size() && text[end] != '\r' && text[end] != '\n')
            return text.sliced(line + 1, end - line - 1);
    }
    return QByteArrayLiteral("  ");
}

// As behind the first name of the document.
QByteArray firstColon(const QByteArray &text, const Value &root)
{
    if (root.members().empty())
        return QByteArrayLiteral(": ");
    const Value::Member &member = root.members().front();
    const qsizetype colon = text.lastIndexOf(':', member.value.begin() - 1);
    return text.sliced(colon, member.value.begin() - colon);
}

} // namespace

Layout Layout::of(const QByteArray &text, const Value &root)
{
    Layout layout;
    if (text.trimmed().contains('\n'))
        layout.lineEnd = text.contains("\r\n") ? "\r\n" : "\n";
    layout.step = firstIndent(text);
    layout.colon = firstColon(text, root);
    return layout;
}

QByteArray Layout::inLines(const Value &value, const QByteArray &source, const QByteArray &indent) const
{
    const qsizetype count = entryCount(value);
    if (count == 0)
        return sourceOf(source, value);
    QByteArray out(1, value.isArray() ? '[' : '{');
    for (qsizetype i = 0; i < count; ++i) {
        out += (i == 0 ? QByteArray() : QByteArrayLiteral(",")) + lineEnd + indent + step;
        if (value.isObject())
            out += quoted(value.members()[static_cast<std::size_t>(i)].name) + colon;
        out += inLines(entryValue(value, i), source, indent + step);
    }
    return out + lineEnd + indent + (value.isArray() ? ']' : '}');
}

qsizetype entryCount(const Value &parent)
{
    return static_cast<qsizetype>(parent.isObject() ? parent.members().size() : parent.items().size());
}

qsizetype entryBegin(const Value &parent, qsizetype index)
{
    const auto i = static_cast<std::size_t>(index);
    return parent.isObject() ? parent.members()[i].nameBegin : parent.items()[i].begin();
}

qsizetype entryEnd(const Value &parent, qsizetype index)
{
    return entryValue(parent, index).end();
}

const Value &entryValue(const Value &parent, qsizetype index)
{
    const auto i = static_cast<std::size_t>(index);
    return parent.isObject() ? parent.members()[i].value : parent.items()[i];
}

} // namespace dragonscales::core::json
