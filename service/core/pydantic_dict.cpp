// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/pydantic_dict.h"

#include "core/pydantic_scalar.h"

#include <QHash>

namespace dragonscales::core::pydantic {

namespace {

// By hash only where an object is big enough to make that pay.
class Builder
{
public:
    explicit Builder(std::size_t size)
        : m_hashed(size > 16)
    {
        m_dict.entries.reserve(size);
    }

    void add(const QByteArray &name, const json::Value &value)
    {
        if (DictEntry *known = find(name)) {
            known->value = &value;
            m_dict.changed = true;
            return;
        }
        if (m_hashed) {
            m_places.insert(name, m_dict.entries.size());
        }
        m_dict.entries.push_back({name, &value});
    }

    Dict take(bool changed)
    {
        m_dict.changed |= changed;
        return std::move(m_dict);
    }

private:
    DictEntry *find(const QByteArray &name)
    {
        if (m_hashed) {
            const auto it = m_places.constFind(name);
            return it == m_places.cend() ? nullptr : &m_dict.entries[*it];
        }
        for (DictEntry &entry : m_dict.entries) {
            if (entry.name == name) {
                return &entry;
            }
        }
        return nullptr;
    }

    bool m_hashed;
    Dict m_dict;
    QHash<QByteArray, std::size_t> m_places;
};

std::optional<Dict> ofPairs(const std::vector<json::Value> &pairs)
{
    Builder builder(pairs.size());
    for (const json::Value &pair : pairs) {
        if (!pair.isArray() || pair.items().size() != 2) {
            return {};
        }
        const auto name = toText(pair.items().front());
        if (!name) {
            return {};
        }
        builder.add(name->utf8, pair.items().back());
    }
    return builder.take(true);
}

} // namespace

const json::Value *Dict::find(QByteArrayView name) const
{
    for (const DictEntry &entry : entries) {
        if (entry.name == name) {
            return entry.value;
        }
    }
    return nullptr;
}

std::optional<Dict> toDict(const json::Value &value)
{
    if (value.isArray()) {
        return ofPairs(value.items());
    }
    if (!value.isObject()) {
        return {};
    }
    Builder builder(value.members().size());
    for (const json::Value::Member &member : value.members()) {
        builder.add(member.name, member.value);
    }
    return builder.take(false);
}

} // namespace dragonscales::core::pydantic
