// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/json/value.h"

#include <QString>

namespace dragonscales::core::json {

// A JSON text with its quotes; non-ASCII stays as it is, control characters are escaped.
QByteArray quoted(QByteArrayView utf8);
QByteArray quoted(const QString &text);
inline QByteArray quoted(const QByteArray &utf8)
{
    return quoted(QByteArrayView(utf8));
}

// Without white space, members in their order, numbers in their spelling.
QByteArray compact(const Value &value);

// As Python's json.dumps(value, indent=4, sort_keys=True): what the manager prints.
QByteArray prettySorted(const Value &value);

// Appends members to an object one by one: ObjectWriter().add("a", "1").add("b", quoted("x")).text().
class ObjectWriter
{
public:
    ObjectWriter &add(QByteArrayView name, QByteArrayView rawJson);
    ObjectWriter &addText(QByteArrayView name, const QString &text);
    ObjectWriter &addNumber(QByteArrayView name, qint64 number);
    ObjectWriter &addBool(QByteArrayView name, bool value);
    QByteArray text() const { return m_text + '}'; }

private:
    QByteArray m_text = "{";
};

} // namespace dragonscales::core::json
