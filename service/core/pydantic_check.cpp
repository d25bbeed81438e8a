// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/pydantic_check.h"

#include "core/json/reader.h"
#include "core/json/writer.h"
#include "core/pydantic_same.h"
#include "core/pydantic_scalar.h"
#include "core/pydantic_text.h"

#include <algorithm>
#include <cmath>

namespace dragonscales::core::pydantic {

namespace {

constexpr int kMaxDepth = 1000; // only a schema that refers to itself in circles gets there

const Checker::Outcome kFault{false, false, {}};

qint64 codePoints(const QByteArray &utf8)
{
    return std::ranges::count_if(utf8, [](char c) { return (static_cast<uchar>(c) & 0xc0) != 0x80; });
}

// Python's float arithmetic, with pydantic's tolerance.
bool isMultiple(double number, double of)
{
    double rest = std::fmod(number / of, 1.0);
    rest = rest < 0 ? rest + 1 : rest;
    return std::abs(rest) <= 1e-8 || std::abs(rest - 1) <= 1e-8;
}

} // namespace

QByteArray Checker::textOf(const Outcome &outcome, const json::Value &value) const
{
    return outcome.changed ? outcome.text : json::sourceOf(m_source, value);
}

Checker::Outcome Checker::check(const Rule &rule, const json::Value &value, const Place &place)
{
    if (value.isNull() && (rule.nullable || rule.kind == Rule::Kind::Any)) {
        return {};
    }
    if (value.isNull()) {
        m_faults->none(place);
        return kFault;
    }
    if (m_depth >= kMaxDepth) {
        m_faults->add(place, "value is nested too deeply", "value_error");
        return kFault;
    }
    ++m_depth;
    const Outcome outcome = judged(rule, value, place);
    --m_depth;
    return outcome;
}

Checker::Outcome Checker::judged(const Rule &rule, const json::Value &value, const Place &place)
{
    switch (rule.kind) {
    case Rule::Kind::Any:
        return {};
    case Rule::Kind::Nothing:
        m_faults->add(place, "extra fields not permitted", "value_error.extra");
        return kFault;
    case Rule::Kind::Text:
        return text(rule, value, place);
    case Rule::Kind::Integer:
    case Rule::Kind::Float:
        return number(rule, value, place);
    case Rule::Kind::Boolean:
        return boolean(value, place);
    case Rule::Kind::None:
        m_faults->add(place, "value is not none", "type_error.none.allowed");
        return kFault;
    case Rule::Kind::List:
        return list(rule, value, place);
    case Rule::Kind::Model:
        return model(rule, value, place);
    case Rule::Kind::Literal:
        return literal(rule, value, place);
    case Rule::Kind::Union:
        return anyOf(rule, value, place);
    }
    return kFault;
}

bool Checker::withinLength(const Rule &rule, qint64 length, bool items, const Place &place)
{
    const QByteArrayView unit = items ? "items" : "characters";
    const QByteArray type = items ? "value_error.list" : "value_error.any_str";
    const QByteArray suffix = items ? "_items" : "_length";
    if (rule.least && length < *rule.least) {
        m_faults->limit(place, "ensure this value has at least", QByteArray::number(*rule.least),
                        type + ".min" + suffix, unit);
        return false;
    }
    if (rule.most && length > *rule.most) {
        m_faults->limit(place, "ensure this value has at most", QByteArray::number(*rule.most), type + ".max" + suffix,
                        unit);
        return false;
    }
    return true;
}

Checker::Outcome Checker::text(const Rule &rule, const json::Value &value, const Place &place)
{
    const auto made = toText(value);
    if (!made) {
        m_faults->add(place, "str type expected", "type_error.str");
        return kFault;
    }
    if ((rule.least || rule.most) && !withinLength(rule, codePoints(made->utf8), false, place)) {
        return kFault;
    }
    if (rule.pattern && rule.pattern->match(QString::fromUtf8(made->utf8)) != schema::Pattern::Verdict::Match) {
        m_faults->add(place, "string does not match regex \"" + rule.patternText + '"', "value_error.str.regex",
                      "{\"pattern\":" + json::quoted(QByteArrayView(rule.patternText)) + '}');
        return kFault;
    }
    return {true, made->changed, made->changed ? json::quoted(QByteArrayView(made->utf8)) : QByteArray()};
}

bool Checker::withinBounds(const Rule &rule, double number, const Place &place)
{
    const auto refuse = [&](const Bound &bound, QByteArrayView words, QByteArrayView type) {
        m_faults->limit(place, words, bound.spelling, type);
        return false;
    };
    if (rule.above && !(number > rule.above->number)) {
        return refuse(*rule.above, "ensure this value is greater than", "value_error.number.not_gt");
    }
    if (!rule.above && rule.atLeast && !(number >= rule.atLeast->number)) {
        return refuse(*rule.atLeast, "ensure this value is greater than or equal to", "value_error.number.not_ge");
    }
    if (rule.below && !(number < rule.below->number)) {
        return refuse(*rule.below, "ensure this value is less than", "value_error.number.not_lt");
    }
    if (rule.atMost && !(number <= rule.atMost->number)) {
        return refuse(*rule.atMost, "ensure this value is less than or equal to", "value_error.number.not_le");
    }
    if (rule.multipleOf && !isMultiple(number, rule.multipleOf->number)) {
        m_faults->add(place, "ensure this value is a multiple of " + rule.multipleOf->spelling,
                      "value_error.number.not_multiple", "{\"multiple_of\":" + rule.multipleOf->spelling + '}');
        return false;
    }
    return true;
}

Checker::Outcome Checker::number(const Rule &rule, const json::Value &value, const Place &place)
{
    const bool integer = rule.kind == Rule::Kind::Integer;
    const auto made = integer ? toInteger(value) : toFloat(value);
    if (!made) {
        m_faults->add(place, integer ? "value is not a valid integer" : "value is not a valid float",
                      integer ? "type_error.integer" : "type_error.float");
        return kFault;
    }
    if (!integer && !std::isfinite(made->number)) { // Python would go on with inf, which is no JSON
        m_faults->add(place, "ensure this value is a finite number", "value_error.number.not_finite_number");
        return kFault;
    }
    return withinBounds(rule, made->number, place) ? Outcome{true, made->changed, made->spelling} : kFault;
}

Checker::Outcome Checker::boolean(const json::Value &value, const Place &place)
{
    const auto made = toBoolean(value);
    if (!made) {
        m_faults->add(place, "value could not be parsed to a boolean", "type_error.bool");
        return kFault;
    }
    return {true, made->changed, made->value ? "true" : "false"};
}

Checker::Outcome Checker::list(const Rule &rule, const json::Value &value, const Place &place)
{
    if (!value.isArray()) {
        m_faults->add(place, "value is not a valid list", "type_error.list");
        return kFault;
    }
    const std::vector<json::Value> &items = value.items();
    if (!withinLength(rule, static_cast<qint64>(items.size()), true, place)) {
        return kFault;
    }
    if (rule.unique && hasTwins(items)) {
        m_faults->add(place, "the list has duplicated items", "value_error.list.unique_items");
        return kFault;
    }
    static const Rule any;
    Outcome outcome;
    std::vector<Outcome> made;
    made.reserve(items.size());
    for (std::size_t i = 0; i < items.size(); ++i) {
        const Rule *item = i < rule.places.size() ? rule.places[i] : rule.items;
        made.push_back(check(item ? *item : any, items[i], {&place, {}, static_cast<qsizetype>(i)}));
        outcome.fits &= made.back().fits;
        outcome.changed |= made.back().changed;
    }
    if (outcome.fits && outcome.changed) {
        for (std::size_t i = 0; i < items.size(); ++i) {
            outcome.text += (i == 0 ? "[" : ",") + textOf(made[i], items[i]);
        }
        outcome.text += ']';
    }
    return outcome;
}

Checker::Outcome Checker::literal(const Rule &rule, const json::Value &value, const Place &place)
{
    for (const json::Value &permitted : rule.permitted) {
        if (same(value, permitted)) {
            // 1, 1.0 and true are the same to Python, which goes on with the permitted one.
            const bool changed = value.type() != permitted.type() || value.isInteger() != permitted.isInteger();
            return {true, changed, changed ? dumps(permitted) : QByteArray()};
        }
    }
    m_faults->add(place, "unexpected value; permitted: " + rule.permittedText, "value_error.const",
                  "{\"given\":" + dumps(value) + ",\"permitted\":" + rule.permittedJson + '}');
    return kFault;
}

Checker::Outcome Checker::anyOf(const Rule &rule, const json::Value &value, const Place &place)
{
    const qsizetype before = m_faults->size();
    for (const Rule *branch : rule.branches) {
        const Outcome outcome = check(*branch, value, place);
        if (outcome.fits) {
            m_faults->cut(before);
            return outcome;
        }
    }
    return kFault;
}

Checker::Outcome Checker::model(const Rule &rule, const json::Value &value, const Place &place)
{
    const auto dict = toDict(value);
    if (!dict) {
        m_faults->notDict(place);
        return kFault;
    }
    std::vector<Outcome> made(dict->entries.size());
    std::vector<bool> known(dict->entries.size(), false);
    Outcome outcome;
    const auto judge = [&](const Rule *by, std::size_t i) {
        const DictEntry &entry = dict->entries[i];
        made[i] = by ? check(*by, *entry.value, {&place, entry.name}) : Outcome{};
        outcome.fits &= made[i].fits;
        outcome.changed |= made[i].changed;
        known[i] = true;
    };
    for (const Rule::Field &field : rule.fields) {
        const auto it = std::ranges::find(dict->entries, field.name, &DictEntry::name);
        if (it != dict->entries.end()) {
            judge(field.rule, static_cast<std::size_t>(it - dict->entries.begin()));
        } else if (field.required) {
            m_faults->missing({&place, field.name});
            outcome.fits = false;
        }
    }
    bool dropped = false;
    for (std::size_t i = 0; i < dict->entries.size(); ++i) {
        if (!known[i] && rule.keepsOthers) {
            judge(rule.others, i);
        }
        dropped |= !known[i];
    }
    outcome.changed |= dict->changed || dropped;
    if (!outcome.fits || !outcome.changed) {
        return outcome;
    }
    json::ObjectWriter writer;
    for (std::size_t i = 0; i < dict->entries.size(); ++i) {
        if (known[i]) {
            writer.add(dict->entries[i].name, textOf(made[i], *dict->entries[i].value));
        }
    }
    outcome.text = writer.text();
    return outcome;
}

} // namespace dragonscales::core::pydantic
