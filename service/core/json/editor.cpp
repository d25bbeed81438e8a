// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/json/editor.h"

#include "core/json/layout.h"
#include "core/json/reader.h"
#include "core/json/writer.h"

#include <optional>

namespace dragonscales::core::json {

namespace {

tl::unexpected<Editor::Fault> fault(Editor::Fault kind)
{
    return tl::unexpected(kind);
}

QByteArrayView parentOf(QByteArrayView pointer)
{
    return pointer.first(qMax<qsizetype>(0, pointer.lastIndexOf('/')));
}

QByteArrayView lastToken(QByteArrayView pointer)
{
    return pointer.sliced(pointer.lastIndexOf('/') + 1);
}

QByteArray unescaped(QByteArrayView token)
{
    return token.toByteArray().replace("~1", "/").replace("~0", "~");
}

// Where an item of this token stands or would be added.
std::optional<qsizetype> indexOf(const Value &array, QByteArrayView token)
{
    const qsizetype count = entryCount(array);
    if (token == "-" || token == QByteArray::number(count))
        return count;
    for (const char c : token) {
        if (c < '0' || c > '9')
            return {};
    }
    bool isNumber = false;
    const qsizetype index = token.toByteArray().toLongLong(&isNumber);
    const bool isPlain = isNumber && token == QByteArray::number(index);
    return isPlain && index < count ? std::optional(index) : std::nullopt;
}

bool spansLines(const QByteArray &text, const Value &value)
{
    return sourceOf(text, value).contains('\n');
}

} // namespace

Editor::Editor(QByteArray text)
    : m_text(std::move(text))
{
    auto root = read(m_text);
    m_isJson = root.has_value();
    if (m_isJson)
        m_root = *std::move(root);
}

Editor::Outcome Editor::set(QByteArrayView pointer, const QByteArray &rawJson)
{
    if (!m_isJson || !read(rawJson))
        return fault(Fault::NotJson);
    if (const Value *there = m_root.at(pointer))
        return replace(there->begin(), there->end(), laidOut(rawJson, there, indentAt(there->begin())));
    const Value *parent = pointer.startsWith('/') ? m_root.at(parentOf(pointer)) : nullptr;
    if (!parent)
        return fault(Fault::NotFound);
    if (parent->isObject())
        return add(*parent, lastToken(pointer), entryCount(*parent), rawJson);
    return insert(pointer, rawJson);
}

Editor::Outcome Editor::insert(QByteArrayView pointer, const QByteArray &rawJson)
{
    if (!m_isJson || !read(rawJson))
        return fault(Fault::NotJson);
    const Value *parent = pointer.startsWith('/') ? m_root.at(parentOf(pointer)) : nullptr;
    if (!parent || !parent->isArray())
        return fault(Fault::NotFound);
    const auto index = indexOf(*parent, lastToken(pointer));
    return index ? add(*parent, {}, *index, rawJson) : fault(Fault::NotFound);
}

Editor::Outcome Editor::remove(QByteArrayView pointer)
{
    if (!m_isJson)
        return fault(Fault::NotJson);
    const Value *there = m_root.at(pointer);
    if (!there || there == &m_root)
        return fault(Fault::NotFound);
    while (there) {
        const Value *parent = m_root.at(parentOf(pointer));
        qsizetype index = 0;
        while (&entryValue(*parent, index) != there)
            ++index;
        const bool mayRepeat = parent->isObject();
        removeEntry(*parent, index);
        there = mayRepeat ? m_root.at(pointer) : nullptr;
    }
    return {};
}

void Editor::removeEntry(const Value &parent, qsizetype index)
{
    const qsizetype count = entryCount(parent);
    if (count == 1)
        replace(parent.begin() + 1, parent.end() - 1, {});
    else if (index + 1 < count)
        replace(entryBegin(parent, index), entryBegin(parent, index + 1), {});
    else
        replace(entryEnd(parent, index - 1), entryEnd(parent, index), {});
}

Editor::Outcome Editor::add(const Value &parent, QByteArrayView token, qsizetype index, const QByteArray &rawJson)
{
    const Layout layout = Layout::of(m_text, m_root);
    const qsizetype count = entryCount(parent);
    const QByteArray outer = indentAt(parent.begin());
    const QByteArray gap = count > 0                  ? gapBefore(parent, qMin(index, count - 1))
                           : layout.lineEnd.isEmpty() ? QByteArray()
                                                      : layout.lineEnd + outer + layout.step;
    const QByteArray indent = gap.contains('\n') ? gap.sliced(gap.lastIndexOf('\n') + 1) : outer;
    const Value *neighbour = count > 0 ? &entryValue(parent, qMin(index, count - 1)) : nullptr;
    QByteArray entry = laidOut(rawJson, neighbour, indent);
    if (parent.isObject())
        entry.prepend(quoted(unescaped(token)) + layout.colon);
    if (count == 0) {
        const QByteArray end = gap.isEmpty() ? QByteArray() : layout.lineEnd + outer;
        return replace(parent.begin() + 1, parent.end() - 1, gap + entry + end);
    }
    if (index == count)
        return replace(entryEnd(parent, count - 1), entryEnd(parent, count - 1), ',' + gap + entry);
    return replace(entryBegin(parent, index), entryBegin(parent, index), entry + ',' + gap);
}

// The white space behind the comma between two entries, as it is at entry `index`.
QByteArray Editor::gapBefore(const Value &parent, qsizetype index) const
{
    const bool isOnly = entryCount(parent) == 1;
    const qsizetype end = entryBegin(parent, isOnly ? 0 : qMax<qsizetype>(1, index));
    qsizetype begin = end;
    while (QByteArrayView(" \t\r\n").contains(m_text[begin - 1]))
        --begin;
    const QByteArray gap = m_text.sliced(begin, end - begin);
    if (!isOnly || gap.contains('\n'))
        return gap;
    return Layout::of(m_text, m_root).colon.endsWith(' ') ? QByteArrayLiteral(" ") : QByteArray();
}

// The white space that the line of this offset begins with.
QByteArray Editor::indentAt(qsizetype offset) const
{
    const qsizetype begin = m_text.first(offset).lastIndexOf('\n') + 1;
    qsizetype end = begin;
    while (end < offset && (m_text[end] == ' ' || m_text[end] == '\t'))
        ++end;
    return m_text.sliced(begin, end - begin);
}

// As it came where it fits into a line; in lines of this document where it, or the neighbour that it should look like,
// takes several.
QByteArray Editor::laidOut(const QByteArray &rawJson, const Value *neighbour, const QByteArray &indent) const
{
    const auto value = read(rawJson);
    const Layout layout = Layout::of(m_text, m_root);
    const bool looksLong = spansLines(rawJson, *value) || (neighbour && spansLines(m_text, *neighbour));
    if (!looksLong)
        return sourceOf(rawJson, *value);
    return layout.lineEnd.isEmpty() ? compact(*value) : layout.inLines(*value, rawJson, indent);
}

Editor::Outcome Editor::replace(qsizetype begin, qsizetype end, const QByteArray &by)
{
    QByteArray changed = m_text.first(begin) + by + m_text.sliced(end);
    auto root = read(changed);
    if (!root)
        return fault(Fault::NotJson);
    m_text = std::move(changed);
    m_root = *std::move(root);
    return {};
}

} // namespace dragonscales::core::json
