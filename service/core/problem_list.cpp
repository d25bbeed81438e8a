// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/problem_list.h"

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::core {

namespace {

QByteArray parentOf(const QByteArray &pointer)
{
    return pointer.left(std::max<qsizetype>(0, pointer.lastIndexOf('/')));
}

// Line and column of ever larger offsets, in one pass over the text.
class PositionFinder
{
public:
    explicit PositionFinder(const QByteArray &text)
        : m_text(text)
    {
    }

    json::Position at(qsizetype offset)
    {
        for (; m_position.offset < std::min(offset, m_text.size()); ++m_position.offset) {
            const char c = m_text[m_position.offset];
            if (c == '\n') {
                ++m_position.line;
                m_position.column = 1;
            } else if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) {
                ++m_position.column;
            }
        }
        return m_position;
    }

private:
    const QByteArray &m_text;
    json::Position m_position;
};

} // namespace

QByteArray pointerToken(QByteArrayView name)
{
    return name.toByteArray().replace('~', "~0").replace('/', "~1");
}

Place Place::member(QByteArrayView name) const
{
    return {pointer + '/' + pointerToken(name), value->find(name)};
}

Place Place::item(std::size_t index) const
{
    return {pointer + '/' + QByteArray::number(static_cast<qulonglong>(index)), &value->items()[index]};
}

Place Place::below(QByteArrayView furtherPointer) const
{
    QByteArray further = furtherPointer.toByteArray();
    const json::Value *found = value->at(further);
    while (found == nullptr && !further.isEmpty()) {
        further.truncate(std::max<qsizetype>(0, further.lastIndexOf('/')));
        found = value->at(further);
    }
    return {pointer + further, found == nullptr ? value : found};
}

void ProblemList::error(const Place &place, const QString &message, const QString &remedy)
{
    add(Problem::Severity::Error, place.value->begin(), place.pointer, message, remedy);
}

void ProblemList::warning(const Place &place, const QString &message, const QString &remedy)
{
    add(Problem::Severity::Warning, place.value->begin(), place.pointer, message, remedy);
}

void ProblemList::warningAt(qsizetype offset, const QByteArray &pointer, const QString &message, const QString &remedy)
{
    add(Problem::Severity::Warning, offset, pointer, message, remedy);
}

void ProblemList::add(Problem::Severity severity, qsizetype offset, const QByteArray &pointer, const QString &message,
                      const QString &remedy)
{
    json::Position position;
    position.offset = offset;
    m_problems.append({severity, pointer, position, message, remedy});
    if (severity == Problem::Severity::Error) {
        m_faulty.insert(pointer);
        for (QByteArray up = pointer; !up.isEmpty();) {
            up = parentOf(up);
            m_leading.insert(up);
        }
    }
}

bool ProblemList::touches(const QByteArray &pointer) const
{
    if (m_leading.contains(pointer)) {
        return true;
    }
    for (QByteArray up = pointer; !m_faulty.contains(up); up = parentOf(up)) {
        if (up.isEmpty()) {
            return false;
        }
    }
    return true;
}

QList<Problem> ProblemList::sorted() const
{
    QList<Problem> problems = m_problems;
    std::stable_sort(problems.begin(), problems.end(),
                     [](const Problem &a, const Problem &b) { return a.position.offset < b.position.offset; });
    PositionFinder finder(m_text);
    for (Problem &problem : problems) {
        problem.position = finder.at(problem.position.offset);
    }
    return problems;
}

Problem fileProblem(const QString &message, const QString &remedy)
{
    return {Problem::Severity::Error, {}, json::Position{0, 0, 0}, message, remedy};
}

} // namespace dragonscales::core
