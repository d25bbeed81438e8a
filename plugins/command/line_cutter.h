// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>

#include <functional>

namespace dragonscales::plugins::command {

// Makes whole lines of what comes through a pipe in pieces. A line that is too long becomes several.
class LineCutter final
{
public:
    using Sink = std::function<void(const QString &line)>; // without its end
    static constexpr qsizetype kMaxLine = 8192;            // bytes

    explicit LineCutter(Sink sink);
    void add(QByteArrayView bytes);
    void finish(); // nothing more comes: what is left is a line

private:
    void pass(QByteArrayView line) const;

    const Sink m_sink;
    QByteArray m_begun; // a line without its end
};

} // namespace dragonscales::plugins::command
