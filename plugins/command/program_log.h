// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "line_cutter.h"

#include <QStringList>

namespace dragonscales::sdk {
class Context;
}

namespace dragonscales::plugins::command {

// Standard error of a program: each line goes to the log at once; the last ones are kept for what a failure says.
class ErrorLog final
{
public:
    explicit ErrorLog(sdk::Context *context); // null: to this process's standard error, which is a log as well
    Q_DISABLE_COPY_MOVE(ErrorLog)

    void add(QByteArrayView bytes) { m_lines.add(bytes); }
    void finish() { m_lines.finish(); }
    QString lastLines() const; // at most kKeptLines and 4,096 characters

private:
    static constexpr qsizetype kKeptLines = 10;

    void take(const QString &line);

    sdk::Context *const m_context;
    QStringList m_last;
    LineCutter m_lines;
};

// Descriptor 3 of a program: {"progress": 0.5, "text": "…"} a line. What is none of these is told once.
class ReportLog final
{
public:
    ReportLog(QString program, sdk::Context &context);
    Q_DISABLE_COPY_MOVE(ReportLog)

    void add(QByteArrayView bytes) { m_lines.add(bytes); }
    void finish() { m_lines.finish(); }

private:
    void take(const QString &line);

    const QString m_program;
    sdk::Context &m_context;
    bool m_warned = false;
    LineCutter m_lines;
};

} // namespace dragonscales::plugins::command
