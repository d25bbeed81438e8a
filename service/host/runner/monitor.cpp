// SPDX-License-Identifier: LGPL-3.0-or-later
#include "host/runner/monitor.h"

#include "host/process_tree.h"
#include "host/protocol.h"
#include "host/scratch.h"

#include <QFile>

#include <array>
#include <csignal>
#include <thread>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace dragonscales::host {

namespace {

constexpr int kNoFork = 70;

sigset_t watchedSignals()
{
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGCHLD, SIGTERM, SIGINT, SIGHUP}) {
        sigaddset(&set, signal);
    }
    return set;
}

// The pipes belong to the code; the service is not to wait for our end of them.
void leavePipes()
{
    const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    ::dup2(null, STDOUT_FILENO);
    ::dup2(null, STDERR_FILENO);
}

// Should somebody kill the monitor, nobody else would end what the code has started.
void endWithMonitor()
{
    sigset_t gone;
    sigemptyset(&gone);
    sigaddset(&gone, SIGRTMAX); // that nobody else uses
    ::pthread_sigmask(SIG_BLOCK, &gone, nullptr);
    std::thread([gone] {
        int signal = 0;
        while (::sigwait(&gone, &signal) != 0) {
        }
        killDescendants(::getpid());
        ::kill(::getpid(), SIGKILL);
    }).detach();
    ::prctl(PR_SET_PDEATHSIG, SIGRTMAX);
}

} // namespace

void Monitor::split(int in, int out, const QByteArray &scratch, const SharedPhase &phase)
{
    // Orphans come to the code's process first, which looks for them after each job, then to this one.
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    const sigset_t watched = watchedSignals();
    sigset_t before;
    ::pthread_sigmask(SIG_BLOCK, &watched, &before);
    const pid_t parent = ::getpid();
    const pid_t code = ::fork();
    if (code < 0) {
        ::_exit(kNoFork);
    }
    if (code > 0) {
        Monitor(code, in, out, scratch, phase).run();
    }
    ::setpgid(0, 0);
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    endWithMonitor();
    if (::getppid() != parent) {
        ::_exit(kNoFork);
    }
}

Monitor::Monitor(pid_t code, int in, int out, QByteArray scratch, const SharedPhase &phase)
    : m_code(code)
    , m_in(in)
    , m_out(out)
    , m_scratch(std::move(scratch))
    , m_phase(phase)
{
}

void Monitor::run()
{
    ::setpgid(m_code, m_code); // both sides, so that it is done before either goes on
    leavePipes();
    const sigset_t watched = watchedSignals();
    const int signals = ::signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK);
    while (true) {
        std::array<pollfd, 2> fds{pollfd{signals, POLLIN, 0}, pollfd{m_in, POLLRDHUP, 0}};
        ::poll(fds.data(), fds.size(), -1);
        if ((fds[1].revents & (POLLRDHUP | POLLHUP | POLLERR | POLLNVAL)) != 0) {
            killAll();
        }
        if (fds[0].revents != 0) {
            onSignal(signals);
        }
    }
}

void Monitor::onSignal(int signals)
{
    signalfd_siginfo info{};
    while (::read(signals, &info, sizeof info) == sizeof info) {
        if (info.ssi_signo == SIGCHLD) {
            onCodeEnded();
        } else {
            ::kill(-m_code, SIGTERM);
        }
    }
}

// Also for orphans that ended, which nobody asks about.
void Monitor::onCodeEnded()
{
    siginfo_t info{};
    if (::waitid(P_PID, static_cast<id_t>(m_code), &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == 0) {
        return;
    }
    killDescendants(::getpid());
    int status = 0;
    ::waitpid(m_code, &status, 0);
    protocol::Ended ended;
    ended.phase = m_phase.get();
    ended.requests = m_phase.requests();
    ended.loading = ended.phase == Phase::Loading ? m_phase.loading() : QString();
    ended.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    ended.status = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    // A line of its own, behind the half of one that the code may have left.
    const QByteArray line = '\n' + protocol::lineOf(protocol::Answer(ended));
    ::send(m_out, line.constData(), static_cast<size_t>(line.size()), MSG_NOSIGNAL);
    leave();
}

void Monitor::killAll()
{
    killDescendants(::getpid());
    leave();
}

void Monitor::leave()
{
    while (::waitpid(-1, nullptr, 0) > 0) {
    }
    removeFolder(QFile::decodeName(m_scratch));
    ::_exit(0);
}

} // namespace dragonscales::host
