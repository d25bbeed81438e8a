// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/json/value.h"

#include <tl/expected.hpp>

namespace dragonscales::core::json {

// Changes single values of a JSON text and leaves every other byte as it was: unknown keys, order, the spelling of
// numbers, indentation, line ends. What is put in is laid out like its neighbours. A step that fails changes nothing;
// each takes time in proportion to the text. Not thread-safe.
class Editor
{
public:
    enum class Fault : quint8 {
        NotJson,  // the text itself or the value to put in; or the outcome would be nested too deeply
        NotFound, // `pointer` leads nowhere
    };
    using Outcome = tl::expected<void, Fault>;

    // In a text that is not JSON every step fails.
    explicit Editor(QByteArray text);

    const QByteArray &text() const { return m_text; }

    // Puts `rawJson` where `pointer` (RFC 6901) leads; of repeated members the last is meant. A member that is not
    // there yet goes behind the others, and so does an item whose index is the number of items, or "-".
    Outcome set(QByteArrayView pointer, const QByteArray &rawJson);

    // Adds an item before the one that `pointer` leads to; an index as large as the number of items, or "-", appends.
    Outcome insert(QByteArrayView pointer, const QByteArray &rawJson);

    // Removes an item, or a member however often it is repeated. The document itself cannot be removed.
    Outcome remove(QByteArrayView pointer);

private:
    Outcome add(const Value &parent, QByteArrayView token, qsizetype index, const QByteArray &rawJson);
    void removeEntry(const Value &parent, qsizetype index);
    Outcome replace(qsizetype begin, qsizetype end, const QByteArray &by);
    QByteArray gapBefore(const Value &parent, qsizetype index) const;
    QByteArray indentAt(qsizetype offset) const;
    QByteArray laidOut(const QByteArray &rawJson, const Value *neighbour, const QByteArray &indent) const;

    QByteArray m_text;
    Value m_root;
    bool m_isJson = false;
};

} // namespace dragonscales::core::json
