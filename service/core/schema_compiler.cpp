// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/schema_compiler.h"

#include "core/json/reader.h"
#include "core/schema_run.h"

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::core::schema {

namespace {

// Of schemas in schemas and references from one to the next.
constexpr int kDepthMax = 500;

} // namespace

Compiler::Compiler(const QByteArray &text, const json::Value &root)
    : m_text(text)
    , m_root(root)
    , m_documents(root)
{
}

const Node *Compiler::compileRoot()
{
    const Node *root = compile(m_root);
    if (m_fault.isEmpty())
        refuseLoops();
    return root;
}

const Node *Compiler::compile(const json::Value &schema)
{
    if (Node *made = m_made.value(&schema))
        return made; // perhaps still being filled: schemas may be recursive
    Node *node = &m_nodes.emplace_back();
    m_made.insert(&schema, node);
    if (m_depth >= kDepthMax) {
        fail(schema, u"the schema is nested too deeply"_s);
    } else {
        ++m_depth;
        fill(node, schema);
        --m_depth;
    }
    return node;
}

void Compiler::fill(Node *node, const json::Value &schema)
{
    if (schema.isBool()) {
        if (!schema.boolean())
            node->checks.emplace_back(
                [](Run &run, const json::Value &) { run.fail("false", u"is not allowed here"_s); });
        return;
    }
    if (!schema.isObject())
        return fail(schema, u"a schema must be an object or a boolean"_s);
    if (const json::Value *reference = schema.find("$ref")) {
        const Node *target = compileReference(schema, *reference);
        node->inPlace.push_back(target);
        node->checks.emplace_back([target](Run &run, const json::Value &value) { run.judge(*target, value); });
        return;
    }
    for (const auto keywords : {scalarKeywords(), arrayKeywords(), objectKeywords(), logicKeywords()}) {
        for (const Keyword &keyword : keywords) {
            if (const json::Value *value = schema.find(keyword.name))
                keyword.compile(*this, schema, *value, *node);
        }
    }
}

const Node *Compiler::compileReference(const json::Value &schema, const json::Value &reference)
{
    const json::Value *target = reference.isText() ? m_documents.resolve(schema, reference.text()) : nullptr;
    if (!target) {
        fail(reference, u"\"$ref\" must name a schema in the same text, and %1 does not"_s.arg(
                            QString::fromUtf8(json::sourceOf(m_text, reference))));
        return &m_nodes.emplace_back();
    }
    return compile(*target);
}

std::vector<const Node *> Compiler::compileList(const json::Value &list, const char *keyword)
{
    std::vector<const Node *> nodes;
    if (!list.isArray() || list.items().empty())
        fail(list, u"\"%1\" must be a list of schemas"_s.arg(QLatin1StringView(keyword)));
    for (const json::Value &item : list.items())
        nodes.push_back(compile(item));
    return nodes;
}

std::optional<std::size_t> Compiler::count(const json::Value &value, const char *keyword)
{
    const double number = value.number(-1);
    if (number < 0 || number != std::trunc(number)) {
        fail(value, u"\"%1\" must be an integer of at least 0"_s.arg(QLatin1StringView(keyword)));
        return {};
    }
    constexpr double kMax = 1e18;
    return static_cast<std::size_t>(std::min(number, kMax));
}

std::shared_ptr<const Pattern> Compiler::pattern(const QByteArray &source, const json::Value &place)
{
    const QString text = QString::fromUtf8(source);
    auto compiled = Pattern::compile(text);
    if (!compiled) {
        fail(place, u"\"%1\" is not a regular expression of ECMAScript: %2"_s.arg(text, compiled.error()));
        return {};
    }
    return std::make_shared<const Pattern>(*std::move(compiled));
}

void Compiler::fail(const json::Value &place, const QString &message)
{
    if (!m_fault.isEmpty())
        return;
    const json::Position position = json::positionOf(m_text, place.begin());
    m_fault = u"line %1, column %2: %3"_s.arg(position.line).arg(position.column).arg(message);
}

// A schema that leads back to itself without going deeper into the value would be judged for ever.
void Compiler::refuseLoops()
{
    QHash<const Node *, bool> isOpen;
    for (const Node &node : m_nodes) {
        if (hasLoop(&node, &isOpen))
            return fail(m_root, u"a \"$ref\" leads back to itself without end"_s);
    }
}

bool Compiler::hasLoop(const Node *node, QHash<const Node *, bool> *isOpen) const
{
    if (const auto seen = isOpen->constFind(node); seen != isOpen->cend())
        return *seen;
    isOpen->insert(node, true);
    const auto leadsBack = [this, isOpen](const Node *each) { return hasLoop(each, isOpen); };
    const bool found = std::ranges::any_of(node->inPlace, leadsBack);
    isOpen->insert(node, false);
    return found;
}

} // namespace dragonscales::core::schema
