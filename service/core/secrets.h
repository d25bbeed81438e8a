// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/problem_list.h"

#include <QMap>
#include <QProcessEnvironment>

namespace dragonscales::core {

// Puts values of the environment where "${NAME}" stands in the texts of a JSON value; "$${" stands for "${". Keys are
// left alone. References that do not hold become problems; nothing else does, and no message tells a value.
class SecretFiller
{
public:
    SecretFiller(const QProcessEnvironment &environment, ProblemList &problems)
        : m_environment(environment)
        , m_problems(problems)
    {
    }

    // `source` is the text of `place`'s value, which was read as part of a longer one. Everything but texts with
    // references keeps its bytes.
    QByteArray fill(const Place &place, const QByteArray &source);

    // What was put in, by name.
    const QMap<QByteArray, QByteArray> &used() const { return m_used; }

private:
    void visit(const Place &place);
    QByteArray filled(const Place &place);
    QByteArray valueOf(const Place &place, const QByteArray &name);

    const QProcessEnvironment &m_environment;
    ProblemList &m_problems;
    QMap<QByteArray, QByteArray> m_used;
    QByteArray m_source;
    qsizetype m_sourceBegin = 0; // of `source` within the text that the values know
    qsizetype m_copied = 0;      // so much of `source` is in m_out
    QByteArray m_out;
};

// Whether a text of this value holds a reference.
bool holdsReference(const json::Value &value);

// `text` with each of the values replaced by its reference: for what people get to see. Values shorter than 4 bytes
// are left, since they occur by chance.
QByteArray masked(QByteArray text, const QMap<QByteArray, QByteArray> &valuesByName);

} // namespace dragonscales::core
