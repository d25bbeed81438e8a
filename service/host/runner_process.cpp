// SPDX-License-Identifier: LGPL-3.0-or-later
#include "host/runner_process.h"

#include "host/process_tree.h"
#include "host/scratch.h"

#include <QFile>

#include <array>
#include <cerrno>
#include <csignal>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::host {

namespace {

// The runner's ends, as its flags tell it.
constexpr int kIn = 3;
constexpr int kOut = 4;
constexpr int kFirstFree = 5;
constexpr std::chrono::milliseconds kMonitorTime{2'000}; // to kill what is below it

// Our ends, and the child's; the latter out of the way of the numbers that they get in the child.
struct Ends
{
    Descriptor ours;
    Descriptor theirs;
};

Descriptor movedUp(int fd)
{
    const Descriptor low(fd);
    return Descriptor(::fcntl(fd, F_DUPFD_CLOEXEC, 10));
}

bool makePipe(Ends *ends)
{
    std::array<int, 2> fds{-1, -1};
    if (::pipe2(fds.data(), O_CLOEXEC) != 0) {
        return false;
    }
    ends->ours = Descriptor(fds[0]);
    ends->theirs = movedUp(fds[1]);
    return ends->theirs.valid() && ::fcntl(ends->ours.get(), F_SETFL, O_NONBLOCK) == 0;
}

bool makeChannel(Ends *ends)
{
    std::array<int, 2> fds{-1, -1};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds.data()) != 0) {
        return false;
    }
    ends->ours = Descriptor(fds[0]);
    ends->theirs = movedUp(fds[1]);
    return ends->theirs.valid();
}

std::vector<char *> pointersTo(QByteArrayList &texts)
{
    std::vector<char *> pointers;
    for (QByteArray &text : texts) {
        pointers.push_back(text.data());
    }
    pointers.push_back(nullptr);
    return pointers;
}

// posix_spawn neither copies this process's memory nor runs anything of it in the child, as fork() of a process with
// threads would have to.
class Spawn final
{
public:
    Spawn()
    {
        ::posix_spawn_file_actions_init(&m_actions);
        ::posix_spawnattr_init(&m_attributes);
        sigset_t all;
        sigset_t none;
        sigfillset(&all);
        sigemptyset(&none);
        ::posix_spawnattr_setsigdefault(&m_attributes, &all);
        ::posix_spawnattr_setsigmask(&m_attributes, &none);
        ::posix_spawnattr_setpgroup(&m_attributes, 0);
        ::posix_spawnattr_setflags(&m_attributes,
                                   POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
    }
    ~Spawn()
    {
        ::posix_spawn_file_actions_destroy(&m_actions);
        ::posix_spawnattr_destroy(&m_attributes);
    }
    Q_DISABLE_COPY_MOVE(Spawn)

    void descriptors(int channel, int output, int errors)
    {
        ::posix_spawn_file_actions_addopen(&m_actions, 0, "/dev/null", O_RDONLY, 0);
        ::posix_spawn_file_actions_adddup2(&m_actions, output, 1);
        ::posix_spawn_file_actions_adddup2(&m_actions, errors, 2);
        ::posix_spawn_file_actions_adddup2(&m_actions, channel, kIn);
        ::posix_spawn_file_actions_adddup2(&m_actions, channel, kOut);
        ::posix_spawn_file_actions_addclosefrom_np(&m_actions, kFirstFree);
    }

    int run(QByteArrayList argv, QByteArrayList environment, pid_t *pid)
    {
        const std::vector<char *> arguments = pointersTo(argv);
        const std::vector<char *> variables = pointersTo(environment);
        return ::posix_spawn(pid, arguments.front(), &m_actions, &m_attributes, arguments.data(), variables.data());
    }

private:
    posix_spawn_file_actions_t m_actions{};
    posix_spawnattr_t m_attributes{};
};

QString reason(int error)
{
    return qt_error_string(error);
}

} // namespace

tl::expected<std::unique_ptr<RunnerProcess>, QString>
RunnerProcess::start(const QString &program, const QStringList &guest, const QByteArrayList &environment)
{
    std::unique_ptr<RunnerProcess> runner(new RunnerProcess);
    Ends channel;
    Ends output;
    Ends errors;
    if (!makeChannel(&channel) || !makePipe(&output) || !makePipe(&errors)) {
        return tl::unexpected(
            u"No runner can be started: %1. Raise the limit of open files, or use fewer workers."_s.arg(reason(errno)));
    }
    runner->m_scratch = makeTemporaryFolder();
    Spawn spawn;
    spawn.descriptors(channel.theirs.get(), output.theirs.get(), errors.theirs.get());
    QByteArrayList argv{QFile::encodeName(program),
                        "--in",
                        QByteArray::number(kIn),
                        "--out",
                        QByteArray::number(kOut),
                        "--scratch",
                        QFile::encodeName(runner->m_scratch)};
    if (!guest.isEmpty()) {
        argv.append("--");
    }
    for (const QString &argument : guest) {
        argv.append(QFile::encodeName(argument));
    }
    pid_t pid = -1;
    if (const int error = spawn.run(argv, environment, &pid); error != 0) {
        return tl::unexpected(u"The runner %1 cannot be started: %2. Is dragonscales installed as a whole?"_s.arg(
            program, reason(error)));
    }
    runner->m_monitor = pid;
    runner->m_channel = std::move(channel.ours);
    runner->m_output = std::move(output.ours);
    runner->m_errors = std::move(errors.ours);
    return runner;
}

RunnerProcess::~RunnerProcess()
{
    kill();
    removeFolder(m_scratch); // the monitor has done it, unless it was killed itself
}

void RunnerProcess::terminate() const
{
    if (m_monitor > 0) {
        ::kill(m_monitor, SIGTERM); // which passes it on
    }
}

void RunnerProcess::kill()
{
    m_channel.close();
    if (m_monitor <= 0) {
        return;
    }
    int status = 0;
    if (!waitForEnd(kMonitorTime, &status)) {
        killDescendants(m_monitor);
        ::kill(m_monitor, SIGKILL);
        waitForEnd(kMonitorTime, &status);
    } else if (code > 0 && WIFSIGNALED(status)) {
        ::kill(-code, SIGKILL); // somebody killed the monitor, before it could do that
    }
    m_monitor = -1;
}

bool RunnerProcess::waitForEnd(std::chrono::milliseconds most, int *status) const
{
    const Descriptor handle(static_cast<int>(::syscall(SYS_pidfd_open, m_monitor, 0)));
    if (handle.valid()) {
        pollfd ended{handle.get(), POLLIN, 0};
        ::poll(&ended, 1, static_cast<int>(most.count()));
    }
    return ::waitpid(m_monitor, status, WNOHANG) != 0;
}

bool RunnerProcess::usable()
{
    std::array<pollfd, 3> fds{pollfd{m_channel.get(), POLLIN, 0}, pollfd{m_output.get(), POLLIN, 0},
                              pollfd{m_errors.get(), POLLIN, 0}};
    if (::poll(fds.data(), fds.size(), 0) <= 0) {
        return true;
    }
    if (fds[0].revents != 0 && greeted) {
        return false;
    }
    std::array<char, 65'536> dropped;
    for (const pollfd &pipe : {fds[1], fds[2]}) {
        if (pipe.revents != 0 && ::read(pipe.fd, dropped.data(), dropped.size()) == 0) {
            return false; // its end is closed; a new runner has both
        }
    }
    return true;
}

} // namespace dragonscales::host
