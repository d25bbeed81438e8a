// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/schema_compiler.h"
#include "core/schema_run.h"
#include "core/schema_same.h"

#include <QSet>

#include <algorithm>
#include <array>

using namespace Qt::Literals::StringLiterals;

// Keywords about lists.
namespace dragonscales::core::schema {

namespace {

// "items" as one schema for all, or a list with one schema per place and "additionalItems" for the rest.
void compileItems(Compiler &compiler, const json::Value &schema, const json::Value &value, Node &node)
{
    std::vector<const Node *> places;
    const Node *rest = nullptr;
    if (value.isArray()) {
        for (const json::Value &place : value.items())
            places.push_back(compiler.compile(place));
        if (const json::Value *additional = schema.find("additionalItems"))
            rest = compiler.compile(*additional);
    } else {
        rest = compiler.compile(value);
    }
    node.checks.emplace_back([places, rest](Run &run, const json::Value &each) {
        const std::vector<json::Value> &items = each.items();
        const std::size_t end = rest ? items.size() : std::min(items.size(), places.size());
        for (std::size_t i = 0; i < end && !run.isOver(); ++i)
            run.judgeItem(i < places.size() ? *places[i] : *rest, items[i], i);
    });
}

void compileContains(Compiler &compiler, const json::Value &, const json::Value &value, Node &node)
{
    const Node *wanted = compiler.compile(value);
    node.checks.emplace_back([wanted](Run &run, const json::Value &each) {
        if (!each.isArray())
            return;
        const auto fits = [&run, wanted](const json::Value &item) { return run.accepts(*wanted, item); };
        if (std::ranges::none_of(each.items(), fits))
            run.fail("contains", u"has no item of the kind that it needs"_s);
    });
}

void compileMinItems(Compiler &compiler, const json::Value &, const json::Value &value, Node &node)
{
    const std::size_t limit = compiler.count(value, "minItems").value_or(0);
    node.checks.emplace_back([limit](Run &run, const json::Value &each) {
        if (each.isArray() && each.items().size() < limit)
            run.fail("minItems", limit == 1 ? u"must not be empty"_s : u"must have at least %1 items"_s.arg(limit));
    });
}

void compileMaxItems(Compiler &compiler, const json::Value &, const json::Value &value, Node &node)
{
    const std::size_t limit = compiler.count(value, "maxItems").value_or(0);
    node.checks.emplace_back([limit](Run &run, const json::Value &each) {
        if (each.isArray() && each.items().size() > limit)
            run.fail("maxItems", u"must have at most %1 items"_s.arg(limit));
    });
}

void compileUniqueItems(Compiler &compiler, const json::Value &, const json::Value &value, Node &node)
{
    if (!value.isBool())
        return compiler.fail(value, u"\"uniqueItems\" must be a boolean"_s);
    if (!value.boolean())
        return;
    node.checks.emplace_back([](Run &run, const json::Value &each) {
        QSet<QByteArray> seen;
        for (const json::Value &item : each.items()) {
            const qsizetype before = seen.size();
            seen.insert(keyOf(item));
            if (seen.size() == before)
                return run.fail("uniqueItems", u"must not have the same item twice"_s);
        }
    });
}

constexpr std::array<Keyword, 5> kKeywords{{
    {"items", compileItems},
    {"contains", compileContains},
    {"minItems", compileMinItems},
    {"maxItems", compileMaxItems},
    {"uniqueItems", compileUniqueItems},
}};

} // namespace

std::span<const Keyword> arrayKeywords()
{
    return kKeywords;
}

} // namespace dragonscales::core::schema
