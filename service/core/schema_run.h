// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/schema.h"
#include "core/schema_node.h"
#include "core/schema_pattern.h"

#include <chrono>

namespace dragonscales::core::schema {

// One validation: where in the value it is, what it found, and how much it may still spend. Whatever schema and value
// are, it ends soon and needs a bounded stack; a value that it cannot judge within its limits is a fault.
class Run
{
public:
    explicit Run(const json::Value &value);

    QList<SchemaFault> faultsOf(const Node &node, const json::Value &value);

    // For checks: judge the value itself, a member of it, an item of it.
    void judge(const Node &node, const json::Value &value);
    void judgeMember(const Node &node, const json::Value::Member &member);
    void judgeItem(const Node &node, const json::Value &item, std::size_t index);

    // Whether `node` accepts the value; reports nothing.
    bool accepts(const Node &node, const json::Value &value);

    // What the branch that comes nearest finds wrong, as one sentence; empty where it would cost too much to find out.
    QString reasonAgainst(const Node &node, const json::Value &value);

    // False also when the text could not be judged; then the run is over.
    bool matches(const Pattern &pattern, const QString &text);
    bool matches(const std::function<Pattern::Verdict(const QString &)> &match, const QString &text);

    void fail(const char *keyword, const QString &message);
    void failMember(const char *keyword, const QByteArray &name, const QString &message);

    // Nobody reads messages now: don't make them.
    bool isSilent() const { return m_silent > 0; }
    // Nothing more can change the outcome.
    bool isOver() const;

private:
    struct Token
    {
        const QByteArray *name; // null: an item
        std::size_t index;
    };

    void giveUp(const QString &message);
    QByteArray pointer() const;

    std::vector<Token> m_path;
    QList<SchemaFault> m_faults;
    int m_silent = 0;
    bool m_failed = false; // the innermost silent judgement
    bool m_explaining = false;
    bool m_gaveUp = false;
    int m_depth = 0;
    qsizetype m_steps;
    std::chrono::nanoseconds m_patternTime{0};
};

} // namespace dragonscales::core::schema
