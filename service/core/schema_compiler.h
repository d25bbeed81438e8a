// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/schema_documents.h"
#include "core/schema_node.h"
#include "core/schema_pattern.h"

#include <QString>

#include <deque>
#include <optional>
#include <span>

namespace dragonscales::core::schema {

class Compiler;

// One row per keyword: what it makes of a schema that has it.
struct Keyword
{
    const char *name;
    void (*compile)(Compiler &compiler, const json::Value &schema, const json::Value &value, Node &node);
};

std::span<const Keyword> scalarKeywords();
std::span<const Keyword> arrayKeywords();
std::span<const Keyword> objectKeywords();
std::span<const Keyword> logicKeywords();

// Turns the schemas of one text into nodes. After the first fault it goes on, but what it makes is of no use.
class Compiler
{
public:
    // `text` is what `root` was read from; both outlive this.
    Compiler(const QByteArray &text, const json::Value &root);

    const Node *compileRoot();
    // Empty: all is well.
    const QString &fault() const { return m_fault; }
    // The nodes, whose addresses stay.
    std::deque<Node> take() { return std::move(m_nodes); }

    // For keywords.
    Draft draft() const { return m_documents.draft(); }
    const Node *compile(const json::Value &schema);
    const Node *compileReference(const json::Value &schema, const json::Value &reference);
    std::vector<const Node *> compileList(const json::Value &list, const char *keyword);
    std::optional<std::size_t> count(const json::Value &value, const char *keyword);
    std::shared_ptr<const Pattern> pattern(const QByteArray &source, const json::Value &place);
    void fail(const json::Value &place, const QString &message);

private:
    void fill(Node *node, const json::Value &schema);
    void refuseLoops();
    bool hasLoop(const Node *node, QHash<const Node *, bool> *isOpen) const;

    const QByteArray &m_text;
    const json::Value &m_root;
    Documents m_documents;
    std::deque<Node> m_nodes;
    QHash<const json::Value *, Node *> m_made;
    int m_depth = 0;
    QString m_fault;
};

} // namespace dragonscales::core::schema
