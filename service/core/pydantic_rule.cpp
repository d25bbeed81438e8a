// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/pydantic_rule.h"

#include "core/json/reader.h"
#include "core/pydantic_text.h"

#include <QUrl>

#include <algorithm>
#include <array>

namespace dragonscales::core::pydantic {

namespace {

// Keywords that refuse values in ways no rule knows.
bool beyondRules(const QByteArray &keyword)
{
    static constexpr std::array kKeywords{"not",           "if",       "dependencies",   "patternProperties",
                                          "propertyNames", "contains", "minProperties",  "maxProperties",
                                          "format",        "oneOf",    "additionalItems"};
    return std::ranges::any_of(kKeywords, [&](const char *word) { return keyword == word; });
}

bool hasAny(const json::Value &schema, std::initializer_list<QByteArrayView> keywords)
{
    return std::ranges::any_of(keywords, [&](QByteArrayView word) { return schema.find(word) != nullptr; });
}

bool isNullSchema(const json::Value &schema)
{
    const json::Value *type = schema.find("type");
    return type && type->isText() && type->text() == "null";
}

std::optional<qint64> count(const json::Value &schema, QByteArrayView keyword)
{
    const json::Value *value = schema.find(keyword);
    constexpr double kMost = 1e15; // more than any value has
    return value && value->isNumber() ? std::optional(static_cast<qint64>(qBound(0.0, value->number(), kMost)))
                                      : std::nullopt;
}

std::optional<Bound> bound(const json::Value &schema, QByteArrayView keyword)
{
    const json::Value *value = schema.find(keyword);
    return value && value->isNumber() ? std::optional(Bound{numberText(*value), value->number()}) : std::nullopt;
}

bool isTrue(const json::Value *value)
{
    return value && value->isBool() && value->boolean();
}

} // namespace

RuleSet::RuleSet(const QByteArray &schemaText)
{
    if (auto schema = json::read(schemaText)) {
        m_schema = std::move(*schema);
    }
    m_root = make(m_schema);
}

const Rule *RuleSet::make(const json::Value &schema)
{
    if (const Rule *made = m_made.value(&schema)) {
        return made;
    }
    Rule *rule = &m_rules.emplace_back();
    m_made.insert(&schema, rule); // before it is filled: a schema may come back to itself
    const json::Value *only = nullptr;
    if (const json::Value *reference = schema.find("$ref")) {
        only = follow(*reference);
    } else if (const json::Value *all = schema.find("allOf");
               all && all->items().size() == 1 && !hasAny(schema, {"type", "properties", "anyOf", "oneOf"})) {
        only = &all->items().front();
    }
    if (!only) {
        fill(rule, schema);
        return rule;
    }
    const Rule *other = make(*only);
    m_made.insert(&schema, other);
    return other;
}

const json::Value *RuleSet::follow(const json::Value &reference) const
{
    if (!reference.text().startsWith('#')) {
        return nullptr;
    }
    return m_schema.at(QByteArray::fromPercentEncoding(reference.text().mid(1)));
}

void RuleSet::fill(Rule *rule, const json::Value &schema)
{
    if (schema.isBool() && !schema.boolean()) {
        rule->kind = Rule::Kind::Nothing;
        return;
    }
    for (const json::Value::Member &member : schema.members()) {
        m_incomplete |= beyondRules(member.name);
    }
    const json::Value *type = schema.find("type");
    const json::Value *any = schema.find("anyOf") ? schema.find("anyOf") : schema.find("oneOf");
    if (hasAny(schema, {"enum", "const"})) {
        fillLiteral(rule, schema);
    } else if (type) {
        fillTypes(rule, schema, *type);
    } else if (hasAny(schema, {"properties", "required", "additionalProperties"})) {
        fillModel(rule, schema);
    } else if (schema.find("items")) {
        fillList(rule, schema);
    } else if (any) {
        fillUnion(rule, *any);
    } else {
        rule->nullable = true;
        // Without a type they judge some values and let others pass.
        m_incomplete |= hasAny(schema, {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
                                        "minLength", "maxLength", "pattern", "minItems", "maxItems", "uniqueItems"});
    }
    m_incomplete |= schema.find("allOf") || (any && rule->kind != Rule::Kind::Union);
}

void RuleSet::fillTypes(Rule *rule, const json::Value &schema, const json::Value &types)
{
    QList<QByteArray> words;
    for (const json::Value &item : types.items()) {
        words << item.text();
    }
    if (types.isText()) {
        words << types.text();
    }
    const bool nullable = words.size() > 1 && words.removeAll("null") > 0;
    if (words.size() == 1) {
        fillType(rule, schema, words.front());
    } else {
        rule->kind = Rule::Kind::Union;
        for (const QByteArray &word : words) {
            Rule *branch = &m_rules.emplace_back();
            fillType(branch, schema, word);
            rule->branches.push_back(branch);
        }
    }
    rule->nullable |= nullable;
}

void RuleSet::fillType(Rule *rule, const json::Value &schema, const QByteArray &type)
{
    if (type == "string") {
        fillText(rule, schema);
    } else if (type == "integer" || type == "number") {
        rule->kind = type == "integer" ? Rule::Kind::Integer : Rule::Kind::Float;
        fillNumber(rule, schema);
    } else if (type == "boolean") {
        rule->kind = Rule::Kind::Boolean;
    } else if (type == "array") {
        fillList(rule, schema);
    } else if (type == "object") {
        fillModel(rule, schema);
    } else if (type == "null") {
        rule->kind = Rule::Kind::None;
        rule->nullable = true;
    }
}

void RuleSet::fillNumber(Rule *rule, const json::Value &schema)
{
    rule->atLeast = bound(schema, "minimum");
    rule->atMost = bound(schema, "maximum");
    rule->above = bound(schema, "exclusiveMinimum");
    rule->below = bound(schema, "exclusiveMaximum");
    rule->multipleOf = bound(schema, "multipleOf");
    // Draft 4 has a boolean beside the limit.
    if (isTrue(schema.find("exclusiveMinimum"))) {
        std::swap(rule->atLeast, rule->above);
    }
    if (isTrue(schema.find("exclusiveMaximum"))) {
        std::swap(rule->atMost, rule->below);
    }
}

void RuleSet::fillText(Rule *rule, const json::Value &schema)
{
    rule->kind = Rule::Kind::Text;
    rule->least = count(schema, "minLength");
    rule->most = count(schema, "maxLength");
    if (const json::Value *pattern = schema.find("pattern")) {
        if (auto compiled = schema::Pattern::compile(QString::fromUtf8(pattern->text()))) {
            rule->pattern = std::move(*compiled);
            rule->patternText = pattern->text();
        } else {
            m_incomplete = true;
        }
    }
}

void RuleSet::fillList(Rule *rule, const json::Value &schema)
{
    rule->kind = Rule::Kind::List;
    rule->least = count(schema, "minItems");
    rule->most = count(schema, "maxItems");
    rule->unique = isTrue(schema.find("uniqueItems"));
    const json::Value *items = schema.find("items");
    if (items && items->isArray()) {
        for (const json::Value &item : items->items()) {
            rule->places.push_back(make(item));
        }
        items = schema.find("additionalItems");
    }
    rule->items = items ? make(*items) : nullptr;
}

void RuleSet::fillModel(Rule *rule, const json::Value &schema)
{
    rule->kind = Rule::Kind::Model;
    const json::Value *properties = schema.find("properties");
    if (properties) {
        for (const json::Value::Member &member : properties->members()) {
            rule->fields.push_back({member.name, make(member.value), false});
        }
    }
    if (const json::Value *required = schema.find("required")) {
        for (const json::Value &name : required->items()) {
            const auto it = std::ranges::find(rule->fields, name.text(), &Rule::Field::name);
            if (it != rule->fields.end()) {
                it->required = true;
            } else {
                rule->fields.push_back({name.text(), nullptr, true});
            }
        }
    }
    // Without a word about other keys they are ignored where the schema names the known ones, and kept where keywords
    // that may speak of them stand beside.
    const json::Value *others = schema.find("additionalProperties");
    rule->keepsOthers = others ? !(others->isBool() && !others->boolean())
                               : !properties || hasAny(schema, {"allOf", "anyOf", "oneOf", "if", "not",
                                                                "patternProperties", "dependencies", "propertyNames"});
    rule->others = others && rule->keepsOthers ? make(*others) : nullptr;
    if (schema.find("patternProperties")) { // whose values are judged by their own schema instead
        rule->keepsOthers = true;
        rule->others = nullptr;
    }
}

void RuleSet::fillLiteral(Rule *rule, const json::Value &schema)
{
    rule->kind = Rule::Kind::Literal;
    if (const json::Value *constant = schema.find("const")) {
        rule->permitted = {*constant};
    } else {
        rule->permitted = schema.find("enum")->items();
    }
    QList<QByteArray> dumped;
    QList<QByteArray> shown;
    for (const json::Value &value : rule->permitted) {
        dumped << dumps(value);
        shown << repr(value);
        rule->nullable |= value.isNull();
    }
    rule->permittedJson = '[' + dumped.join(',') + ']';
    rule->permittedText = shown.join(", ");
}

void RuleSet::fillUnion(Rule *rule, const json::Value &list)
{
    rule->kind = Rule::Kind::Union;
    for (const json::Value &item : list.items()) {
        if (isNullSchema(item)) {
            rule->nullable = true;
            continue;
        }
        rule->branches.push_back(make(item));
        rule->nullable |= rule->branches.back()->nullable;
    }
}

} // namespace dragonscales::core::pydantic
