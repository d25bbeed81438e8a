// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/schema_same.h"

#include "core/json/writer.h"
#include "core/schema_decimal.h"

#include <algorithm>

namespace dragonscales::core::schema {

namespace {

void append(QByteArray *key, const json::Value &value);

void appendObject(QByteArray *key, const json::Value &value)
{
    std::vector<const json::Value::Member *> members;
    members.reserve(value.members().size());
    for (const auto &member : value.members())
        members.push_back(&member);
    std::ranges::stable_sort(members, [](const auto *a, const auto *b) { return a->name < b->name; });
    for (std::size_t i = 0; i < members.size(); ++i) {
        // The last of repeated names counts.
        if (i + 1 < members.size() && members[i + 1]->name == members[i]->name)
            continue;
        *key += json::quoted(members[i]->name) + ':';
        append(key, members[i]->value);
        *key += ',';
    }
}

void append(QByteArray *key, const json::Value &value)
{
    switch (value.type()) {
    case json::Value::Type::Null:
        *key += 'n';
        break;
    case json::Value::Type::Boolean:
        *key += value.boolean() ? 't' : 'f';
        break;
    case json::Value::Type::Number:
        *key += Decimal(value.text()).key();
        break;
    case json::Value::Type::Text:
        *key += json::quoted(value.text());
        break;
    case json::Value::Type::Array:
        *key += '[';
        for (const json::Value &item : value.items()) {
            append(key, item);
            *key += ',';
        }
        *key += ']';
        break;
    case json::Value::Type::Object:
        *key += '{';
        appendObject(key, value);
        *key += '}';
        break;
    }
}

} // namespace

QByteArray keyOf(const json::Value &value)
{
    QByteArray key;
    append(&key, value);
    return key;
}

} // namespace dragonscales::core::schema
