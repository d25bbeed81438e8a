// SPDX-License-Identifier: LGPL-3.0-or-later
#include "child_process.h"

#include "files/descriptor.h"

#include <QFile>

#include <array>
#include <cerrno>
#include <csignal>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
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
constexpr unsigned kCloseOnExec = 1U << 2;          // CLOSE_RANGE_CLOEXEC

struct Pipe
{
    Descriptor read;
    Descriptor write;

    bool open(int flags)
    {
        std::array<int, 2> ends{-1, -1};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
            return false;
        }
        read = Descriptor(ends[0]);
        write = Descriptor(ends[1]);
        return ::fcntl(ends[0], F_SETFL, flags) == 0;
    }
};

// A null-terminated array of C strings that owns them.
class StringVector final
{
public:
    explicit StringVector(const QStringList &strings)
    {
        for (const QString &string : strings) {
            m_bytes.append(QFile::encodeName(string));
        }
        for (QByteArray &bytes : m_bytes) {
            m_pointers.push_back(bytes.data());
        }
        m_pointers.push_back(nullptr);
    }

    char *const *data() const { return m_pointers.data(); }

private:
    QList<QByteArray> m_bytes;
    std::vector<char *> m_pointers;
};

// All that the child needs, made before the fork: after it only async-signal-safe calls are allowed.
struct Launch
{
    QByteArray program;
    QByteArray folder;
    StringVector argv;
    StringVector environment;
    pid_t parent;
    int output;
    int errors;
    int status;
};

[[noreturn]] void becomeProgram(const Launch &launch)
{
    for (int number = 1; number < NSIG; ++number) {
        ::signal(number, SIG_DFL); // NOLINT(concurrency-mt-unsafe): there is one thread after fork()
    }
    sigset_t none;
    sigemptyset(&none);
    ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int input = ::open("/dev/null", O_RDONLY);
    const bool ready = ::setpgid(0, 0) == 0 && ::getppid() == launch.parent && input >= 0 && ::dup2(input, 0) == 0 &&
                       ::dup2(launch.output, 1) == 1 && ::dup2(launch.errors, 2) == 2 &&
                       ::chdir(launch.folder.constData()) == 0;
    if (ready) {
        ::syscall(SYS_close_range, 3U, ~0U, kCloseOnExec); // descriptors of others in this process are not the child's
        ::execve(launch.program.constData(), launch.argv.data(), launch.environment.data());
    }
    const int error = errno;
    [[maybe_unused]] const ssize_t written = ::write(launch.status, &error, sizeof error);
    ::_exit(127);
}

// Takes what is there to read; false at the stream's end. A flood must not keep us from the stop flag, hence not more
// than a full pipe at a time.
bool drain(const Descriptor &from, QByteArray &into, bool &cut, qsizetype most)
{
    std::array<char, 64 * 1024> chunk;
    for (int turn = 0; turn < kMaxReads; ++turn) {
        const ssize_t got = ::read(from.get(), chunk.data(), chunk.size());
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return got < 0 && errno == EAGAIN;
        }
        const qsizetype kept = qMin<qsizetype>(got, most - into.size());
        into.append(chunk.data(), kept);
        cut = cut || kept < got;
    }
    return true;
}

class Child final
{
public:
    Child(const ChildSpec &spec, sdk::Context &context)
        : m_spec(spec)
        , m_context(context)
    {
    }

    sdk::Outcome<void> start()
    {
        Pipe status;
        if (!m_output.open(O_NONBLOCK) || !m_errors.open(O_NONBLOCK) || !status.open(0)) {
            return failed();
        }
        const Launch launch{QFile::encodeName(m_spec.program),
                            QFile::encodeName(m_spec.folder),
                            StringVector(m_spec.argv),
                            StringVector(m_spec.environment),
                            ::getpid(),
                            m_output.write.get(),
                            m_errors.write.get(),
                            status.write.get()};
        m_pid = ::fork();
        if (m_pid == 0) {
            becomeProgram(launch);
        }
        if (m_pid < 0) {
            return failed();
        }
        m_output.write.close();
        m_errors.write.close();
        status.write.close();
        int error = 0;
        if (::read(status.read.get(), &error, sizeof error) == sizeof error) {
            ::waitpid(m_pid, nullptr, 0);
            errno = error;
            return failed();
        }
        m_wake = Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, m_pid, 0)));
        return {};
    }

    ChildEnd run()
    {
        while (!hasEnded()) {
            obeyStop();
            waitForNews();
            readOutputs();
        }
        ::kill(-m_pid, SIGKILL); // what it left behind; the number is ours until it is waited for
        readOutputs();
        reap();
        awaitGroupEnd();
        return std::move(m_end);
    }

private:
    tl::unexpected<sdk::Failure> failed() const
    {
        return sdk::fail(u"%1 cannot be started: %2"_s.arg(m_spec.program, qt_error_string(errno)));
    }

    bool hasEnded() const
    {
        siginfo_t info = {};
        const int answer = ::waitid(P_PID, static_cast<id_t>(m_pid), &info, WEXITED | WNOHANG | WNOWAIT);
        return answer == 0 ? info.si_pid == m_pid : errno != EINTR;
    }

    void obeyStop()
    {
        const auto now = SteadyClock::now();
        if (!m_end.stopped && m_context.stopRequested()) {
            m_end.stopped = true;
            m_killAt = now + m_spec.grace;
            signalAll(SIGTERM);
        } else if (m_end.stopped && now >= m_killAt) {
            signalAll(SIGKILL);
        }
    }

    void signalAll(int number) const { ::kill(-m_pid, number); }

    // poll() leaves out descriptors below zero, which closed ones are.
    void waitForNews() const
    {
        std::array<pollfd, 3> watched{pollfd{m_output.read.get(), POLLIN, 0}, pollfd{m_errors.read.get(), POLLIN, 0},
                                      pollfd{m_wake.get(), POLLIN, 0}};
        ::poll(watched.data(), watched.size(), kTickMs);
    }

    void readOutputs()
    {
        if (m_output.read.valid() && !drain(m_output.read, m_end.output, m_end.outputCut, m_spec.maxOutput)) {
            m_output.read.close();
        }
        if (m_errors.read.valid() && !drain(m_errors.read, m_end.errors, m_end.errorsCut, m_spec.maxOutput)) {
            m_errors.read.close();
        }
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
    sdk::Context &m_context;
    Pipe m_output;
    Pipe m_errors;
    Descriptor m_wake; // readable once the child has ended; without it the tick finds out
    pid_t m_pid = -1;
    SteadyClock::time_point m_killAt;
    ChildEnd m_end;
};

} // namespace

sdk::Outcome<ChildEnd> runChild(const ChildSpec &spec, sdk::Context &context)
{
    Child child(spec, context);
    if (const auto started = child.start(); !started) {
        return tl::unexpected(started.error());
    }
    return child.run();
}

} // namespace dragonscales::plugins::command
