// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/result.h"

#include <QFile>
#include <QtGlobal>

#include <mutex>

namespace dragonscales::assembly {

struct LogOptions
{
    QtMsgType least = QtInfoMsg;
    QString path;                  // empty: standard error, for a person if that is a terminal
    qint64 maxBytes = 1024 * 1024; // then the file becomes PATH.1, and a new one begins; 0: never
};

// "debug", "info", "warning", "error" in any case, and the names that Python's logging has.
core::Result<QtMsgType> logLevel(const QString &word);

// Writes what the program logs, one JSON object a line: {"time":…,"level":…,"from":…,"message":…}; on a terminal
// "HH:MM:SS level message". Thread-safe.
class LogSink final
{
public:
    static core::Result<std::unique_ptr<LogSink>> open(const LogOptions &options);
    ~LogSink(); // what is logged afterwards goes where Qt sends it
    Q_DISABLE_COPY_MOVE(LogSink)

    // Takes over the program's log.
    void install();
    void write(QtMsgType type, const char *category, const QString &message);

private:
    explicit LogSink(LogOptions options);
    core::Result<void> openFile();
    void rotate();

    const LogOptions m_options;
    const bool m_forPerson;
    std::mutex m_mutex;
    QFile m_file;
};

} // namespace dragonscales::assembly
