// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/pydantic_same.h"

#include "core/pydantic_dict.h"
#include "core/pydantic_text.h"

#include <QSet>

#include <algorithm>
#include <cmath>

namespace dragonscales::core::pydantic {

namespace {

// Equal for values that are the same, different for others.
QByteArray key(const json::Value &value);

QByteArray keyOfNumber(const json::Value &value)
{
    if (value.isInteger()) {
        return numberText(value);
    }
    const double number = value.number();
    return std::isfinite(number) && std::trunc(number) == number ? truncated(number) : floatText(number);
}

QByteArray keyOfList(const json::Value &value)
{
    QByteArray text = "[";
    for (const json::Value &item : value.items()) {
        text += key(item) + ',';
    }
    return text + ']';
}

QByteArray keyOfDict(const json::Value &value)
{
    QList<QByteArray> texts;
    const auto members = toDict(value);
    for (const DictEntry &entry : members->entries) {
        texts << reprOfText(entry.name) + ':' + key(*entry.value);
    }
    std::ranges::sort(texts);
    return '{' + texts.join(',') + '}';
}

QByteArray key(const json::Value &value)
{
    switch (value.type()) {
    case json::Value::Type::Boolean:
        return value.boolean() ? "1" : "0";
    case json::Value::Type::Number:
        return keyOfNumber(value);
    case json::Value::Type::Array:
        return keyOfList(value);
    case json::Value::Type::Object:
        return keyOfDict(value);
    default:
        return repr(value);
    }
}

} // namespace

bool same(const json::Value &a, const json::Value &b)
{
    if (a.isText() || b.isText()) {
        return a.isText() && b.isText() && a.text() == b.text();
    }
    return a.isArray() == b.isArray() && a.isObject() == b.isObject() && key(a) == key(b);
}

bool hasTwins(const std::vector<json::Value> &items)
{
    QSet<QByteArray> seen;
    return std::ranges::any_of(items, [&](const json::Value &item) {
        const QByteArray text = key(item);
        const bool twin = seen.contains(text);
        seen.insert(text);
        return twin;
    });
}

} // namespace dragonscales::core::pydantic
