// SPDX-License-Identifier: LGPL-3.0-or-later
#include "child_launch.h"

#include <QFile>

#include <array>
#include <cerrno>
#include <csignal>
#include <vector>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace dragonscales::plugins::command {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr unsigned kCloseOnExec = 1U << 2; // CLOSE_RANGE_CLOEXEC
constexpr int kAboveTheirs = 10;           // the child's own numbers, 0 to 3, must not be taken by what it gets
constexpr int kReports = 3;

Descriptor aboveTheirs(const Descriptor &fd)
{
    return Descriptor(::fcntl(fd.get(), F_DUPFD_CLOEXEC, kAboveTheirs));
}

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
        read = aboveTheirs(Descriptor(ends[0]));
        write = aboveTheirs(Descriptor(ends[1]));
        return write.valid() && ::fcntl(read.get(), F_SETFL, flags) == 0;
    }
};

// A null-terminated array of C strings that owns them.
class StringVector final
{
public:
    explicit StringVector(QByteArrayList strings)
        : m_bytes(std::move(strings))
    {
        for (QByteArray &bytes : m_bytes) {
            m_pointers.push_back(bytes.data());
        }
        m_pointers.push_back(nullptr);
    }

    char *const *data() const { return m_pointers.data(); }

private:
    QByteArrayList m_bytes;
    std::vector<char *> m_pointers;
};

QByteArrayList encoded(const QStringList &texts)
{
    QByteArrayList list;
    for (const QString &text : texts) {
        list.append(QFile::encodeName(text));
    }
    return list;
}

// A file in memory: the program reads it as slowly as it likes, or not at all, and nobody waits for it.
Descriptor inputOf(const std::optional<QByteArray> &bytes)
{
    if (!bytes) {
        const Descriptor nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
        return aboveTheirs(nothing);
    }
    const Descriptor file(static_cast<int>(::memfd_create("input", MFD_CLOEXEC)));
    for (qsizetype done = 0; done < bytes->size();) {
        const ssize_t wrote = ::write(file.get(), bytes->constData() + done, static_cast<size_t>(bytes->size() - done));
        if (wrote < 0 && errno != EINTR) {
            return Descriptor();
        }
        done += qMax<ssize_t>(wrote, 0);
    }
    return ::lseek(file.get(), 0, SEEK_SET) == 0 ? aboveTheirs(file) : Descriptor();
}

// All that the child needs, made before the fork: after it only async-signal-safe calls are allowed.
struct Launch
{
    QByteArray program;
    QByteArray folder;
    StringVector argv;
    StringVector environment;
    pid_t parent;
    int input;
    int output;
    int errors;
    int reports; // -1: none
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
    const bool ready = ::setpgid(0, 0) == 0 && ::getppid() == launch.parent && ::dup2(launch.input, 0) == 0 &&
                       ::dup2(launch.output, 1) == 1 && ::dup2(launch.errors, 2) == 2 &&
                       (launch.reports < 0 || ::dup2(launch.reports, kReports) == kReports) &&
                       ::chdir(launch.folder.constData()) == 0;
    if (ready) {
        // Descriptors of others in this process are not the child's.
        ::syscall(SYS_close_range, launch.reports < 0 ? 3U : 4U, ~0U, kCloseOnExec);
        ::execve(launch.program.constData(), launch.argv.data(), launch.environment.data());
    }
    const int error = errno;
    [[maybe_unused]] const ssize_t written = ::write(launch.status, &error, sizeof error);
    ::_exit(127);
}

tl::unexpected<sdk::Failure> failed(const ChildSpec &spec)
{
    return sdk::fail(u"%1 cannot be started: %2"_s.arg(spec.program, qt_error_string(errno)));
}

} // namespace

sdk::Outcome<LaunchedChild> launchChild(const ChildSpec &spec)
{
    Pipe output;
    Pipe errors;
    Pipe reports;
    Pipe status;
    Descriptor input = inputOf(spec.input);
    if (!input.valid() || !output.open(O_NONBLOCK) || !errors.open(O_NONBLOCK) ||
        (spec.onReports && !reports.open(O_NONBLOCK)) || !status.open(0)) {
        return failed(spec);
    }
    const Launch launch{QFile::encodeName(spec.program),
                        QFile::encodeName(spec.folder),
                        StringVector(encoded(spec.argv)),
                        StringVector(spec.environment),
                        ::getpid(),
                        input.get(),
                        output.write.get(),
                        errors.write.get(),
                        reports.write.get(),
                        status.write.get()};
    const pid_t process = ::fork();
    if (process == 0) {
        becomeProgram(launch);
    }
    if (process < 0) {
        return failed(spec);
    }
    status.write.close();
    int error = 0; // comes only when there is no program to become; a stop request may interrupt the wait for it
    if (TEMP_FAILURE_RETRY(::read(status.read.get(), &error, sizeof error)) == sizeof error) {
        TEMP_FAILURE_RETRY(::waitpid(process, nullptr, 0));
        errno = error;
        return failed(spec);
    }
    return LaunchedChild{process, std::move(output.read), std::move(errors.read), std::move(reports.read)};
}

} // namespace dragonscales::plugins::command
