// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/json/value.h"

namespace dragonscales::core::json {

// How a JSON text is laid out, so that what is added looks like the rest.
struct Layout
{
    QByteArray lineEnd; // empty: all in one line
    QByteArray step;    // of indentation
    QByteArray colon;   // between a name and its value

    static Layout of(const QByteArray &text, const Value &root);

    // `value`, as written in `source`, with each entry on a line of its own: those of the value itself one step further
    // in than `indent`.
    QByteArray inLines(const Value &value, const QByteArray &source, const QByteArray &indent) const;
};

// An item, or a member with its name.
qsizetype entryCount(const Value &parent);
qsizetype entryBegin(const Value &parent, qsizetype index);
qsizetype entryEnd(const Value &parent, qsizetype index);
const Value &entryValue(const Value &parent, qsizetype index);

} // namespace dragonscales::core::json
