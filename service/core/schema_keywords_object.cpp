// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/json/reader.h"
#include "core/json/writer.h"
#include "core/schema_compiler.h"
#include "core/schema_run.h"

#include <algorithm>
#include <array>

using namespace Qt::Literals::StringLiterals;

// Keywords about objects.
namespace dragonscales::core::schema {

namespace {

struct PatternRule
{
    std::shared_ptr<const Pattern> pattern;
    const Node *node;
};

// "properties", "patternProperties" and "additionalProperties", which only make sense together.
struct MemberRules
{
    QHash<QByteArray, const Node *> named;
    std::vector<PatternRule> patterns;
    const Node *others = nullptr; // null: anything
    bool refusesOthers = false;

    void judge(Run &run, const json::Value::Member &member) const
    {
        const Node *node = named.value(member.name);
        bool known = node != nullptr;
        if (node)
            run.judgeMember(*node, member);
        for (const PatternRule &rule : patterns) {
            if (run.isOver())
                return;
            if (!run.matches(*rule.pattern, QString::fromUtf8(member.name)))
                continue;
            known = true;
            run.judgeMember(*rule.node, member);
        }
        if (known || run.isOver())
            return;
        if (refusesOthers)
            run.failMember("additionalProperties", member.name, u"is not known here"_s);
        else if (others)
            run.judgeMember(*others, member);
    }
};

void addNamed(Compiler &compiler, const json::Value &value, MemberRules *rules)
{
    if (!value.isObject())
        compiler.fail(value, u"\"properties\" must be an object"_s);
    for (const json::Value::Member &member : value.members())
        rules->named.insert(member.name, compiler.compile(member.value));
}

void addPatterns(Compiler &compiler, const json::Value &value, MemberRules *rules)
{
    if (!value.isObject())
        compiler.fail(value, u"\"patternProperties\" must be an object"_s);
    for (const json::Value::Member &member : value.members()) {
        if (auto pattern = compiler.pattern(member.name, member.value))
            rules->patterns.push_back({std::move(pattern), compiler.compile(member.value)});
    }
}

// The first of the three that a schema has makes the check for all of them.
template <int Place>
void compileMembers(Compiler &compiler, const json::Value &schema, const json::Value &, Node &node)
{
    const std::array<const json::Value *, 3> values{schema.find("properties"), schema.find("patternProperties"),
                                                    schema.find("additionalProperties")};
    if (std::any_of(values.begin(), values.begin() + Place, [](const json::Value *value) { return value; }))
        return;
    auto rules = std::make_shared<MemberRules>();
    if (values[0])
        addNamed(compiler, *values[0], rules.get());
    if (values[1])
        addPatterns(compiler, *values[1], rules.get());
    if (values[2]) {
        rules->others = compiler.compile(*values[2]);
        rules->refusesOthers = values[2]->isBool() && !values[2]->boolean();
    }
    node.checks.emplace_back([rules](Run &run, const json::Value &each) {
        for (const json::Value::Member &member : each.members()) {
            if (run.isOver())
                return;
            rules->judge(run, member);
        }
    });
}

std::vector<QByteArray> namesIn(Compiler &compiler, const json::Value &list, const char *keyword)
{
    std::vector<QByteArray> names;
    for (const json::Value &name : list.items()) {
        if (!name.isText())
            compiler.fail(name, u"\"%1\" must list texts"_s.arg(QLatin1StringView(keyword)));
        names.push_back(name.text());
    }
    return names;
}

void compileRequired(Compiler &compiler, const json::Value &, const json::Value &value, Node &node)
{
    if (!value.isArray())
        return compiler.fail(value, u"\"required\" must be a list"_s);
    node.checks.emplace_back([names = namesIn(compiler, value, "required")](Run &run, const json::Value &each) {
        if (!each.isObject())
            return;
        for (const QByteArray &name : names) {
            if (!each.find(name))
                run.fail("required", u"needs a member \"%1\""_s.arg(QString::fromUtf8(name)));
        }
    });
}

void compileMinProperties(Compiler &compiler, const json::Value &, const json::Value &value, Node &node)
{
    const std::size_t limit = compiler.count(value, "minProperties").value_or(0);
    node.checks.emplace_back([limit](Run &run, const json::Value &each) {
        if (each.isObject() && each.members().size() < limit)
            run.fail("minProperties", u"must have at least %1 members"_s.arg(limit));
    });
}

void compileMaxProperties(Compiler &compiler, const json::Value &, const json::Value &value, Node &node)
{
    const std::size_t limit = compiler.count(value, "maxProperties").value_or(0);
    node.checks.emplace_back([limit](Run &run, const json::Value &each) {
        if (each.isObject() && each.members().size() > limit)
            run.fail("maxProperties", u"must have at most %1 members"_s.arg(limit));
    });
}

void compilePropertyNames(Compiler &compiler, const json::Value &, const json::Value &value, Node &node)
{
    const Node *wanted = compiler.compile(value);
    node.checks.emplace_back([wanted](Run &run, const json::Value &each) {
        for (const json::Value::Member &member : each.members()) {
            const auto name = json::read(json::quoted(member.name));
            if (name && !run.isOver() && !run.accepts(*wanted, *name))
                run.failMember("propertyNames", member.name, u"has a name that is not allowed"_s);
        }
    });
}

struct Dependency
{
    QByteArray name;
    std::vector<QByteArray> needs;
    const Node *node = nullptr;
};

void judgeDependency(Run &run, const Dependency &dependency, const json::Value &value)
{
    if (!value.find(dependency.name))
        return;
    if (dependency.node)
        run.judge(*dependency.node, value);
    for (const QByteArray &need : dependency.needs) {
        if (!value.find(need))
            run.fail("dependencies", u"needs a member \"%1\" beside \"%2\""_s.arg(QString::fromUtf8(need),
                                                                                  QString::fromUtf8(dependency.name)));
    }
}

void compileDependencies(Compiler &compiler, const json::Value &, const json::Value &value, Node &node)
{
    if (!value.isObject())
        return compiler.fail(value, u"\"dependencies\" must be an object"_s);
    for (const json::Value::Member &member : value.members()) {
        Dependency dependency{member.name, namesIn(compiler, member.value, "dependencies")};
        if (!member.value.isArray())
            node.inPlace.push_back(dependency.node = compiler.compile(member.value));
        node.checks.emplace_back([dependency](Run &run, const json::Value &each) {
            if (each.isObject())
                judgeDependency(run, dependency, each);
        });
    }
}

constexpr std::array<Keyword, 8> kKeywords{{
    {"properties", compileMembers<0>},
    {"patternProperties", compileMembers<1>},
    {"additionalProperties", compileMembers<2>},
    {"required", compileRequired},
    {"minProperties", compileMinProperties},
    {"maxProperties", compileMaxProperties},
    {"propertyNames", compilePropertyNames},
    {"dependencies", compileDependencies},
}};

} // namespace

std::span<const Keyword> objectKeywords()
{
    return kKeywords;
}

} // namespace dragonscales::core::schema
