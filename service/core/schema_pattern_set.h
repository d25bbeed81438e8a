// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/json/value.h"
#include "core/schema_pattern.h"

#include <QHash>

namespace dragonscales::core::schema {

// The patterns of one schema, each compiled once. Reading is thread-safe.
class PatternSet
{
public:
    // All that are found in this text; what it returns says which one is none, or which other keyword no library should
    // see. Empty: all is well.
    QString collect(const json::Value &schema);

    // Null for one that stands where schemas are not looked for.
    const Pattern *find(const QByteArray &source) const;

private:
    void walk(const json::Value &value);
    void readMember(const json::Value::Member &member);
    void add(const QByteArray &source);

    QHash<QByteArray, Pattern> m_patterns;
    QString m_fault;
};

} // namespace dragonscales::core::schema
