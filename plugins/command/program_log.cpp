// SPDX-License-Identifier: LGPL-3.0-or-later
#include "program_log.h"

#include <dragonscales/context.h>

#include <QJsonDocument>
#include <QJsonObject>

#include <cstdio>

namespace dragonscales::plugins::command {

using namespace Qt::Literals::StringLiterals;

ErrorLog::ErrorLog(sdk::Context *context)
    : m_context(context)
    , m_lines([this](const QString &line) { take(line); })
{
}

void ErrorLog::take(const QString &line)
{
    if (m_context != nullptr) {
        m_context->log(sdk::LogLevel::Info, line);
    } else {
        std::fprintf(stderr, "%s\n", line.toUtf8().constData());
        std::fflush(stderr);
    }
    m_last.append(line);
    if (m_last.size() > kKeptLines) {
        m_last.removeFirst();
    }
}

QString ErrorLog::lastLines() const
{
    constexpr qsizetype kMost = 4096;
    return m_last.join(u'\n').right(kMost).trimmed();
}

ReportLog::ReportLog(QString program, sdk::Context &context)
    : m_program(std::move(program))
    , m_context(context)
    , m_lines([this](const QString &line) { take(line); })
{
}

void ReportLog::take(const QString &line)
{
    const QJsonObject report = QJsonDocument::fromJson(line.toUtf8()).object();
    const QJsonValue progress = report.value("progress"_L1);
    const QJsonValue text = report.value("text"_L1);
    if (progress.isDouble() && (text.isString() || text.isUndefined() || text.isNull())) {
        m_context.progress(qBound(0.0, progress.toDouble(), 1.0), text.toString());
    } else if (!m_warned && !line.isEmpty()) {
        constexpr qsizetype kShown = 80;
        m_warned = true;
        m_context.log(
            sdk::LogLevel::Warning,
            u"%1 wrote to descriptor 3 something that is no line such as {\"progress\": 0.5, \"text\": \"half\"}: %2"_s
                .arg(m_program, line.left(kShown)));
    }
}

} // namespace dragonscales::plugins::command
