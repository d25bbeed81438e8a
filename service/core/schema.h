// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/json/value.h"
#include "core/result.h"

#include <QList>

#include <memory>

namespace dragonscales::core {

// One violation of a JSON Schema.
struct SchemaFault
{
    QByteArray pointer; // of the value at fault
    QString keyword;    // "type", "required", "pattern", …; empty where it cannot be told
    QString message;    // a sentence
};

// A compiled JSON Schema (draft 4 or 7). Thread-safe once made; validation never overflows the stack or takes
// exponential time: patterns run on QRegularExpression under a match limit.
class Schema
{
public:
    // InvalidArgument when the schema itself is wrong; a "$ref" outside of it is not followed and is an error.
    static Result<Schema> compile(const QByteArray &schemaText);

    Schema(Schema &&) noexcept;
    Schema &operator=(Schema &&) noexcept;
    ~Schema();

    QList<SchemaFault> validate(const json::Value &value) const;

private:
    struct Compiled;
    explicit Schema(std::shared_ptr<const Compiled> compiled);
    std::shared_ptr<const Compiled> m_compiled;
};

} // namespace dragonscales::core
