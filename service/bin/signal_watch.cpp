// SPDX-License-Identifier: LGPL-3.0-or-later
#include "bin/signal_watch.h"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <unistd.h>

namespace dragonscales::assembly {

namespace {

std::atomic<int> writeEnd = -1;

void onSignal(int number)
{
    const int saved = errno;
    const auto byte = static_cast<unsigned char>(number);
    // A full pipe holds enough signals already.
    [[maybe_unused]] const auto written = write(writeEnd.load(), &byte, 1);
    errno = saved;
}

void handle(void (*handler)(int))
{
    struct sigaction action = {};
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    sigaction(SIGTERM, &action, nullptr);
    sigaction(SIGINT, &action, nullptr);
}

} // namespace

SignalWatch::SignalWatch(QObject *parent)
    : QObject(parent)
{
    if (pipe2(m_pipe, O_CLOEXEC | O_NONBLOCK) != 0) {
        return; // then the signals end the program as they always do
    }
    writeEnd = m_pipe[1];
    m_notifier = std::make_unique<QSocketNotifier>(m_pipe[0], QSocketNotifier::Read);
    connect(m_notifier.get(), &QSocketNotifier::activated, this, &SignalWatch::read);
    handle(onSignal);
}

SignalWatch::~SignalWatch()
{
    if (m_notifier) {
        handle(SIG_DFL);
        m_notifier.reset();
        close(m_pipe[0]);
        close(m_pipe[1]);
    }
}

void SignalWatch::read()
{
    unsigned char byte = 0;
    while (::read(m_pipe[0], &byte, 1) == 1) {
        Q_EMIT asked(byte);
    }
}

} // namespace dragonscales::assembly
