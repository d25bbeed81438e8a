// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/project.h"

#include <QSet>

namespace dragonscales::core {

// A value within a JSON text and how to get there.
struct Place
{
    QByteArray pointer;
    const json::Value *value = nullptr; // always one

    Place member(QByteArrayView name) const; // must exist
    Place item(std::size_t index) const;     // must exist
    // The deepest value on the way that `furtherPointer` tells: a schema may name one that is missing.
    Place below(QByteArrayView furtherPointer) const;
};

// Collects what is wrong with one text and tells it in the order of the text.
class ProblemList
{
public:
    explicit ProblemList(QByteArray text)
        : m_text(std::move(text))
    {
    }

    void error(const Place &place, const QString &message, const QString &remedy);
    void warning(const Place &place, const QString &message, const QString &remedy);
    // At a byte of the text that is no value, such as a key.
    void warningAt(qsizetype offset, const QByteArray &pointer, const QString &message, const QString &remedy);

    bool hasErrors() const { return !m_faulty.isEmpty(); }
    // An error at this value, within it or around it.
    bool touches(const QByteArray &pointer) const;
    QList<Problem> sorted() const;

private:
    void add(Problem::Severity severity, qsizetype offset, const QByteArray &pointer, const QString &message,
             const QString &remedy);

    const QByteArray m_text;
    QList<Problem> m_problems;
    QSet<QByteArray> m_faulty;  // pointers of errors
    QSet<QByteArray> m_leading; // pointers on the way to them, the whole text's included
};

// One of JSON pointer's reference tokens: '~' and '/' escaped.
QByteArray pointerToken(QByteArrayView name);

// A problem with the file as a whole: it has no line.
Problem fileProblem(const QString &message, const QString &remedy);

} // namespace dragonscales::core
