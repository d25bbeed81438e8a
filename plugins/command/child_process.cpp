// SPDX-License-Identifier: LGPL-3.0-or-later
#include "child_process.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace dragonscales::plugins::command {

using namespace Qt::Literals::StringLiterals;
using SteadyClock = std::chrono::steady_clock;

namespace {

constexpr int kTickMs = 20; // how long a stop request may go unseen
constexpr int kMaxReads = 32;
constexpr auto kGroupEnd = std::chrono::seconds(1); // how long killed processes may take to be gone

// Takes what is there to read; closes the descriptor at the stream's end. A flood must not keep us from the stop flag,
// hence not more than a few full pipes at a time.
void drain(Descriptor &from, const ChildSpec::Sink &take)
{
    std::array<char, 64 * 1024> chunk;
    for (int turn = 0; from.valid() && turn < kMaxReads; ++turn) {
        const ssize_t got = ::read(from.get(), chunk.data(), chunk.size());
        if (got > 0) {
            take(QByteArrayView(chunk.data(), got));
        } else if (got == 0 || errno != EINTR) {
            if (got == 0 || errno != EAGAIN) {
                from.close();
            }
            return;
        }
    }
}

// What keeps the first bytes of a stream.
ChildSpec::Sink keeper(QByteArray &into, bool &cut, qsizetype most)
{
    return [&into, &cut, most](QByteArrayView bytes) {
        const qsizetype kept = qMin(bytes.size(), most - into.size());
        into.append(bytes.first(kept));
        cut = cut || kept < bytes.size();
    };
}

class Child final
{
public:
    Child(const ChildSpec &spec, LaunchedChild launched, const std::function<bool()> &stop)
        : m_spec(spec)
        , m_stop(stop)
        , m_pipes(std::move(launched))
        , m_pid(m_pipes.process)
        , m_wake(static_cast<int>(::syscall(SYS_pidfd_open, m_pid, 0)))
    {
    }

    ChildEnd run()
    {
        while (!hasEnded()) {
            obeyStop();
            waitForNews();
            readPipes();
        }
        ::kill(-m_pid, SIGKILL); // what it left behind; the number is ours until it is waited for
        readPipes();
        reap();
        awaitGroupEnd();
        return std::move(m_end);
    }

private:
    bool hasEnded() const
    {
        siginfo_t info = {};
        const int answer = ::waitid(P_PID, static_cast<id_t>(m_pid), &info, WEXITED | WNOHANG | WNOWAIT);
        return answer == 0 ? info.si_pid == m_pid : errno != EINTR;
    }

    void obeyStop()
    {
        const auto now = SteadyClock::now();
        const bool tooMuch = m_spec.endWhenCut && m_end.outputCut;
        if (!m_end.stopped && m_stop()) {
            m_end.stopped = true;
            m_killAt = now + m_spec.grace;
            signalAll(SIGTERM);
        } else if (tooMuch || (m_end.stopped && now >= m_killAt)) {
            signalAll(SIGKILL);
        }
    }

    void signalAll(int number) const { ::kill(-m_pid, number); }

    // poll() leaves out descriptors below zero, which closed ones are.
    void waitForNews() const
    {
        std::array<pollfd, 4> watched{pollfd{m_pipes.output.get(), POLLIN, 0}, pollfd{m_pipes.errors.get(), POLLIN, 0},
                                      pollfd{m_pipes.reports.get(), POLLIN, 0}, pollfd{m_wake.get(), POLLIN, 0}};
        ::poll(watched.data(), watched.size(), kTickMs);
    }

    void readPipes()
    {
        drain(m_pipes.output, keeper(m_end.output, m_end.outputCut, m_spec.maxOutput));
        drain(m_pipes.errors,
              m_spec.onErrors ? m_spec.onErrors : keeper(m_end.errors, m_end.errorsCut, m_spec.maxOutput));
        drain(m_pipes.reports, m_spec.onReports);
    }

    void reap()
    {
        int status = 0;
        pid_t answer = -1;
        do {
            answer = ::waitpid(m_pid, &status, 0);
        } while (answer < 0 && errno == EINTR);
        m_end.lost = answer != m_pid;
        m_end.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
        m_end.exitCode = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }

    // A process that was killed still runs for a moment, and would count as left behind. Where orphans come to this
    // process, as in a runner, nobody else waits for them, and an ended one stays a member of its group until then.
    void awaitGroupEnd() const
    {
        const auto latest = SteadyClock::now() + kGroupEnd;
        while (::kill(-m_pid, 0) == 0 && SteadyClock::now() < latest) {
            if (::waitpid(-m_pid, nullptr, WNOHANG) <= 0) {
                ::poll(nullptr, 0, 1);
            }
        }
    }

    const ChildSpec &m_spec;
    const std::function<bool()> &m_stop;
    LaunchedChild m_pipes;
    const pid_t m_pid;
    const Descriptor m_wake; // readable once the child has ended; without it the tick finds out
    SteadyClock::time_point m_killAt;
    ChildEnd m_end;
};

} // namespace

sdk::Outcome<ChildEnd> runChild(const ChildSpec &spec, const std::function<bool()> &stop)
{
    auto launched = launchChild(spec);
    if (!launched) {
        return tl::unexpected(launched.error());
    }
    return Child(spec, std::move(*launched), stop).run();
}

std::optional<QString> abnormalEnd(const QString &program, const ChildEnd &end)
{
    if (end.stopped) {
        return u"stopped before %1 had ended"_s.arg(program);
    }
    if (end.lost) {
        return u"it is not known how %1 ended"_s.arg(program);
    }
    if (end.signal != 0) {
        return u"%1 was ended by signal %2 (%3)"_s.arg(program)
            .arg(end.signal)
            .arg(QString::fromLatin1(::sigdescr_np(end.signal)));
    }
    return std::nullopt;
}

} // namespace dragonscales::plugins::command
