// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/pydantic_dict.h"
#include "core/pydantic_fault.h"
#include "core/pydantic_rule.h"

namespace dragonscales::core::pydantic {

// Judges values of one body by rules, as pydantic 1.10 validates fields, and gives back what it would hand on.
class Checker
{
public:
    // `source` is the text that the values were read from.
    Checker(const QByteArray &source, FaultList *faults)
        : m_source(source)
        , m_faults(faults)
    {
    }

    // Meaningful only where no fault was added.
    struct Outcome
    {
        bool fits = true;
        bool changed = false;
        QByteArray text; // JSON, when changed
    };

    Outcome check(const Rule &rule, const json::Value &value, const Place &place);
    // The text of the value after its check.
    QByteArray textOf(const Outcome &outcome, const json::Value &value) const;

private:
    Outcome judged(const Rule &rule, const json::Value &value, const Place &place);
    Outcome text(const Rule &rule, const json::Value &value, const Place &place);
    Outcome number(const Rule &rule, const json::Value &value, const Place &place);
    Outcome boolean(const json::Value &value, const Place &place);
    Outcome list(const Rule &rule, const json::Value &value, const Place &place);
    Outcome model(const Rule &rule, const json::Value &value, const Place &place);
    Outcome literal(const Rule &rule, const json::Value &value, const Place &place);
    Outcome anyOf(const Rule &rule, const json::Value &value, const Place &place);

    bool withinLength(const Rule &rule, qint64 length, bool items, const Place &place);
    bool withinBounds(const Rule &rule, double number, const Place &place);
    const QByteArray &m_source;
    FaultList *m_faults;
    int m_depth = 0;
};

} // namespace dragonscales::core::pydantic
