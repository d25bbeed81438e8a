// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/json/value.h"
#include "core/schema_pattern.h"

#include <QHash>

#include <deque>
#include <optional>
#include <vector>

namespace dragonscales::core::pydantic {

// A limit of a number as the schema spells it.
struct Bound
{
    QByteArray spelling;
    double number = 0;
};

// What pydantic 1.10 would do with one value, made from its JSON Schema.
struct Rule
{
    enum class Kind : quint8 {
        Any,
        Nothing, // the schema "false"
        Text,
        Integer,
        Float,
        Boolean,
        None,
        List,
        Model, // an object: fields, and what becomes of other keys
        Literal,
        Union, // the first branch that fits
    };

    struct Field
    {
        QByteArray name;
        const Rule *rule = nullptr;
        bool required = false;
    };

    Kind kind = Kind::Any;
    bool nullable = false;

    std::optional<qint64> least; // characters or items
    std::optional<qint64> most;
    std::optional<schema::Pattern> pattern;
    QByteArray patternText;

    std::optional<Bound> above; // exclusive
    std::optional<Bound> atLeast;
    std::optional<Bound> below; // exclusive
    std::optional<Bound> atMost;
    std::optional<Bound> multipleOf;

    const Rule *items = nullptr;      // of every item behind `places`; null: any
    std::vector<const Rule *> places; // of the first items, one each
    bool unique = false;

    std::vector<Field> fields;
    bool keepsOthers = true;      // else other keys are dropped
    const Rule *others = nullptr; // of the values of other keys; null: any

    std::vector<json::Value> permitted;
    QByteArray permittedJson; // as in "ctx"
    QByteArray permittedText; // as in "msg"

    std::vector<const Rule *> branches;
};

// The rules of one JSON Schema (draft 4 to 7). Immutable once made.
class RuleSet
{
public:
    explicit RuleSet(const QByteArray &schemaText);
    RuleSet(const RuleSet &) = delete;
    RuleSet &operator=(const RuleSet &) = delete;

    const Rule &root() const { return *m_root; }
    // The schema says more than rules can: what they let pass must still be checked against the schema.
    bool incomplete() const { return m_incomplete; }

private:
    const Rule *make(const json::Value &schema);
    void fill(Rule *rule, const json::Value &schema);
    void fillTypes(Rule *rule, const json::Value &schema, const json::Value &types);
    void fillType(Rule *rule, const json::Value &schema, const QByteArray &type);
    void fillNumber(Rule *rule, const json::Value &schema);
    void fillText(Rule *rule, const json::Value &schema);
    void fillList(Rule *rule, const json::Value &schema);
    void fillModel(Rule *rule, const json::Value &schema);
    void fillLiteral(Rule *rule, const json::Value &schema);
    void fillUnion(Rule *rule, const json::Value &list);
    const json::Value *follow(const json::Value &reference) const;

    json::Value m_schema;
    std::deque<Rule> m_rules;                        // addresses stay
    QHash<const json::Value *, const Rule *> m_made; // also those under way: schemas may be recursive
    const Rule *m_root = nullptr;
    bool m_incomplete = false;
};

} // namespace dragonscales::core::pydantic
