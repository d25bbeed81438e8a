// SPDX-License-Identifier: LGPL-3.0-or-later
#include "bin/manager/progress_line.h"

#include <csignal>
#include <cstdio>
#include <unistd.h>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::manager {

namespace {

constexpr char kWipe[] = "\r\033[K";
constexpr int kTickMs = 1000;

// Leaves a clean line behind, then ends as the signal ends a program.
void onInterrupt(int number)
{
    [[maybe_unused]] const auto written = write(STDERR_FILENO, kWipe, sizeof kWipe - 1);
    std::signal(number, SIG_DFL);
    raise(number);
}

} // namespace

ProgressLine::ProgressLine()
    : m_terminal(isatty(STDERR_FILENO) == 1)
{
    m_elapsed.start();
    if (m_terminal) {
        std::signal(SIGINT, onInterrupt);
        std::signal(SIGTERM, onInterrupt);
        QObject::connect(&m_tick, &QTimer::timeout, &m_tick, [this] { draw(); });
        m_tick.start(kTickMs);
    }
}

ProgressLine::~ProgressLine()
{
    if (m_terminal) {
        std::fputs(kWipe, stderr);
        std::fflush(stderr);
        std::signal(SIGINT, SIG_DFL);
        std::signal(SIGTERM, SIG_DFL);
    }
}

void ProgressLine::say(const QString &state)
{
    m_state = state;
    draw();
}

void ProgressLine::draw() const
{
    if (!m_terminal) {
        return;
    }
    const qint64 seconds = m_elapsed.elapsed() / 1000;
    const QString time =
        u"%1:%2"_s.arg(seconds / 60).arg(seconds % 60, 2, 10, QChar(u'0')); // minutes, however many there are
    std::fprintf(stderr, "%s%s  %s", kWipe, m_state.toUtf8().constData(), time.toUtf8().constData());
    std::fflush(stderr);
}

} // namespace dragonscales::manager
