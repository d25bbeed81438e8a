// SPDX-License-Identifier: LGPL-3.0-or-later
#include "host/call_context.h"

#include "host/scratch.h"

#include <QFile>

#include <algorithm>
#include <cerrno>
#include <cmath>

#include <sys/stat.h>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::host {

namespace {
constexpr qsizetype kMaxLine = 16'384; // characters of one log line
}

QString levelWord(sdk::LogLevel level)
{
    switch (level) {
    case sdk::LogLevel::Debug:
        return u"debug"_s;
    case sdk::LogLevel::Info:
        return u"info"_s;
    case sdk::LogLevel::Warning:
        return u"warning"_s;
    case sdk::LogLevel::Error:
        break;
    }
    return u"error"_s;
}

CallContext::CallContext(Facts facts)
    : m_facts(std::move(facts))
{
}

CallContext::~CallContext()
{
    removeFolder(m_scratch);
}

QString CallContext::entryName() const
{
    const std::lock_guard lock(m_mutex);
    return m_entry;
}

void CallContext::setEntry(const QString &name)
{
    const std::lock_guard lock(m_mutex);
    m_entry = name;
}

void CallContext::progress(double fraction, const QString &text)
{
    if (m_facts.progress && !std::isnan(fraction)) {
        m_facts.progress(std::clamp(fraction, 0.0, 1.0), text.left(kMaxLine));
    }
}

void CallContext::log(sdk::LogLevel level, const QString &line)
{
    const QString kept = line.left(kMaxLine);
    {
        const std::lock_guard lock(m_mutex);
        if (m_facts.maxOutputBytes > 0 && m_outputBytes > m_facts.maxOutputBytes) {
            return;
        }
        m_outputBytes += kept.size() + 1;
    }
    if (m_facts.log) {
        m_facts.log(level, kept);
    }
}

bool CallContext::outputOverflowed() const
{
    const std::lock_guard lock(m_mutex);
    return m_facts.maxOutputBytes > 0 && m_outputBytes > m_facts.maxOutputBytes;
}

bool CallContext::stopRequested() const
{
    return overdue() || (m_facts.stop && m_facts.stop());
}

QString CallContext::scratchFolder()
{
    const std::lock_guard lock(m_mutex);
    if (m_scratch.isEmpty() && m_facts.scratchPath) {
        const QString path = m_facts.scratchPath();
        if (!path.isEmpty() && (::mkdir(QFile::encodeName(path).constData(), 0700) == 0 || errno == EEXIST)) {
            m_scratch = path;
        }
    }
    return m_scratch;
}

} // namespace dragonscales::host
