// SPDX-License-Identifier: LGPL-3.0-or-later
#include "host/process_tree.h"

#include <QHash>
#include <QSet>

#include <csignal>

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

namespace dragonscales::host {

namespace {

constexpr int kMostRounds = 1000; // a fork bomb may be quicker than we are
constexpr qsizetype kMaxCommand = 200;

// Whole, since files of /proc have no size.
QByteArray readFile(const QByteArray &path)
{
    QByteArray text;
    const int fd = ::open(path.constData(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return text;
    }
    char buffer[4096];
    ssize_t got = 0;
    while ((got = ::read(fd, buffer, sizeof buffer)) > 0) {
        text.append(buffer, got);
    }
    ::close(fd);
    return text;
}

QList<pid_t> numbersIn(const QByteArray &folder)
{
    QList<pid_t> numbers;
    DIR *dir = ::opendir(folder.constData());
    if (dir == nullptr) {
        return numbers;
    }
    // Each call has a stream of its own, so no other thread reads it.
    while (const dirent *entry = ::readdir(dir)) { // NOLINT(concurrency-mt-unsafe)
        if (const pid_t number = QByteArrayView(entry->d_name).toInt(); number > 0) {
            numbers.append(number);
        }
    }
    ::closedir(dir);
    return numbers;
}

QByteArray procPath(pid_t pid, const char *name)
{
    return "/proc/" + QByteArray::number(pid) + '/' + name;
}

struct Stat
{
    char state = 0; // 0: there is no such process
    pid_t parent = 0;
};

Stat statOf(pid_t pid)
{
    const QByteArray text = readFile(procPath(pid, "stat"));
    const qsizetype name = text.lastIndexOf(')'); // the name may hold anything, also ')'
    const QList<QByteArray> fields = text.mid(name + 2).split(' ');
    return name < 0 || fields.size() < 2 ? Stat{} : Stat{fields.at(0).at(0), fields.at(1).toInt()};
}

bool alive(pid_t pid)
{
    const char state = statOf(pid).state;
    return state != 0 && state != 'Z' && state != 'X';
}

bool kernelListsChildren()
{
    static const bool lists =
        ::access(("/proc/self/task/" + QByteArray::number(::getpid()) + "/children").constData(), R_OK) == 0;
    return lists;
}

// Who has which children, ended ones included.
class Children final
{
public:
    QList<pid_t> of(pid_t pid)
    {
        if (!kernelListsChildren()) {
            return scanned().value(pid);
        }
        QList<pid_t> children;
        const QByteArray tasks = procPath(pid, "task");
        for (const pid_t thread : numbersIn(tasks)) {
            const QByteArray line = readFile(tasks + '/' + QByteArray::number(thread) + "/children");
            for (const QByteArray &number : line.split(' ')) {
                if (const pid_t child = number.trimmed().toInt(); child > 0) {
                    children.append(child);
                }
            }
        }
        return children;
    }

private:
    const QHash<pid_t, QList<pid_t>> &scanned()
    {
        if (m_scanned.isEmpty()) {
            for (const pid_t pid : numbersIn("/proc")) {
                m_scanned[statOf(pid).parent].append(pid);
            }
        }
        return m_scanned;
    }

    QHash<pid_t, QList<pid_t>> m_scanned;
};

} // namespace

QList<pid_t> descendantsOf(pid_t root)
{
    Children children;
    QList<pid_t> found;
    QList<pid_t> todo{root};
    QSet<pid_t> seen{root};
    while (!todo.isEmpty()) {
        for (const pid_t child : children.of(todo.takeFirst())) {
            if (!seen.contains(child) && alive(child)) {
                seen.insert(child);
                found.append(child);
                todo.append(child);
            }
        }
    }
    return found;
}

qint64 residentBytes(pid_t pid)
{
    const QList<QByteArray> fields = readFile(procPath(pid, "statm")).split(' ');
    static const qint64 pageSize = ::sysconf(_SC_PAGESIZE);
    return fields.size() < 2 ? 0 : fields.at(1).toLongLong() * pageSize;
}

ProcessEntry processEntry(pid_t pid)
{
    ProcessEntry entry{pid, readFile(procPath(pid, "cmdline"))};
    while (entry.command.endsWith('\0')) {
        entry.command.chop(1);
    }
    entry.command.replace('\0', ' ').replace('\n', ' ');
    entry.command.truncate(kMaxCommand);
    if (entry.command.isEmpty()) {
        entry.command = '[' + readFile(procPath(pid, "comm")).trimmed() + ']';
    }
    return entry;
}

QList<ProcessEntry> killDescendants(pid_t root)
{
    QList<ProcessEntry> killed;
    QSet<pid_t> stopped;
    for (int round = 0; round < kMostRounds; ++round) {
        bool more = false;
        for (const pid_t pid : descendantsOf(root)) {
            if (!stopped.contains(pid)) {
                ::kill(pid, SIGSTOP);
                stopped.insert(pid);
                killed.append(processEntry(pid));
                more = true;
            }
        }
        if (!more) {
            break;
        }
    }
    for (const ProcessEntry &entry : killed) {
        ::kill(entry.pid, SIGKILL);
    }
    return killed;
}

} // namespace dragonscales::host
