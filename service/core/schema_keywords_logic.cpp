// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/schema_compiler.h"
#include "core/schema_run.h"

#include <algorithm>
#include <array>

using namespace Qt::Literals::StringLiterals;

// Keywords that combine schemas.
namespace dragonscales::core::schema {

namespace {

std::vector<const Node *> inPlaceList(Compiler &compiler, const json::Value &list, const char *keyword, Node &node)
{
    std::vector<const Node *> nodes = compiler.compileList(list, keyword);
    node.inPlace.insert(node.inPlace.end(), nodes.begin(), nodes.end());
    return nodes;
}

const Node *inPlace(Compiler &compiler, const json::Value &schema, Node &node)
{
    node.inPlace.push_back(compiler.compile(schema));
    return node.inPlace.back();
}

void compileAllOf(Compiler &compiler, const json::Value &, const json::Value &value, Node &node)
{
    node.checks.emplace_back([all = inPlaceList(compiler, value, "allOf", node)](Run &run, const json::Value &each) {
        for (const Node *one : all)
            run.judge(*one, each);
    });
}

// "is none of the 2 kinds that are allowed here: must be a text, not null; /port must be at most 65535"
QString noneFits(Run &run, const std::vector<const Node *> &branches, const json::Value &value)
{
    QStringList reasons;
    for (const Node *branch : branches) {
        const QString reason = run.reasonAgainst(*branch, value);
        if (!reason.isEmpty() && !reasons.contains(reason))
            reasons.append(reason);
    }
    const QString message = u"is none of the %1 kinds that are allowed here"_s.arg(branches.size());
    constexpr qsizetype kReasonsMax = 5;
    return reasons.isEmpty() ? message : message + u": "_s + reasons.mid(0, kReasonsMax).join(u"; "_s);
}

void compileAnyOf(Compiler &compiler, const json::Value &, const json::Value &value, Node &node)
{
    node.checks.emplace_back([any = inPlaceList(compiler, value, "anyOf", node)](Run &run, const json::Value &each) {
        if (std::ranges::none_of(any, [&](const Node *one) { return run.accepts(*one, each); }))
            run.fail("anyOf", run.isSilent() ? QString() : noneFits(run, any, each));
    });
}

void compileOneOf(Compiler &compiler, const json::Value &, const json::Value &value, Node &node)
{
    node.checks.emplace_back([any = inPlaceList(compiler, value, "oneOf", node)](Run &run, const json::Value &each) {
        const auto fitting = std::ranges::count_if(any, [&](const Node *one) { return run.accepts(*one, each); });
        if (fitting == 0)
            run.fail("oneOf", run.isSilent() ? QString() : noneFits(run, any, each));
        else if (fitting > 1)
            run.fail("oneOf", u"fits %1 of the kinds that are allowed here, but may fit only one"_s.arg(fitting));
    });
}

void compileNot(Compiler &compiler, const json::Value &, const json::Value &value, Node &node)
{
    node.checks.emplace_back([unwanted = inPlace(compiler, value, node)](Run &run, const json::Value &each) {
        if (run.accepts(*unwanted, each))
            run.fail("not", u"is of a kind that is not allowed here"_s);
    });
}

void compileIf(Compiler &compiler, const json::Value &schema, const json::Value &value, Node &node)
{
    const Node *condition = inPlace(compiler, value, node);
    const json::Value *thenSchema = schema.find("then");
    const json::Value *elseSchema = schema.find("else");
    const Node *met = thenSchema ? inPlace(compiler, *thenSchema, node) : nullptr;
    const Node *unmet = elseSchema ? inPlace(compiler, *elseSchema, node) : nullptr;
    node.checks.emplace_back([condition, met, unmet](Run &run, const json::Value &each) {
        if (const Node *next = run.accepts(*condition, each) ? met : unmet)
            run.judge(*next, each);
    });
}

constexpr std::array<Keyword, 5> kKeywords{{
    {"allOf", compileAllOf},
    {"anyOf", compileAnyOf},
    {"oneOf", compileOneOf},
    {"not", compileNot},
    {"if", compileIf},
}};

} // namespace

std::span<const Keyword> logicKeywords()
{
    return kKeywords;
}

} // namespace dragonscales::core::schema
