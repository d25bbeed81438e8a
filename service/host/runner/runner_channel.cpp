// SPDX-License-Identifier: LGPL-3.0-or-later
#include "host/runner/runner_channel.h"

#include "host/ended_text.h"

#include <array>
#include <cerrno>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace dragonscales::host {

namespace {
constexpr int kLowest = 100;
}

RunnerChannel::RunnerChannel(int in, int out)
    : m_in(takenOver(in))
    , m_out(takenOver(out))
    , m_identity(identityOf(m_out))
{
}

int RunnerChannel::takenOver(int fd)
{
    const int moved = ::fcntl(fd, F_DUPFD_CLOEXEC, kLowest);
    if (moved < 0) {
        lost();
    }
    ::close(fd);
    return moved;
}

RunnerChannel::Identity RunnerChannel::identityOf(int fd)
{
    struct stat status
    {
    };
    return ::fstat(fd, &status) == 0 ? Identity{status.st_dev, status.st_ino} : Identity{};
}

void RunnerChannel::lost()
{
    ::_exit(kExitChannelLost);
}

std::optional<QByteArray> RunnerChannel::readLine()
{
    std::array<char, 65'536> chunk;
    qsizetype searched = 0;
    while (true) {
        if (const qsizetype end = m_received.indexOf('\n', searched); end >= 0) {
            const QByteArray line = m_received.left(end);
            m_received.remove(0, end + 1);
            return line;
        }
        searched = m_received.size();
        const ssize_t got = ::recv(m_in, chunk.data(), chunk.size(), 0);
        if (got == 0) {
            return std::nullopt;
        }
        if (got < 0 && errno != EINTR) {
            lost();
        }
        m_received.append(chunk.data(), qMax<ssize_t>(got, 0));
    }
}

void RunnerChannel::write(const QByteArray &line)
{
    const std::lock_guard lock(m_mutex);
    if (!(identityOf(m_out) == m_identity)) {
        lost();
    }
    qsizetype done = 0;
    while (done < line.size()) {
        const ssize_t sent =
            ::send(m_out, line.constData() + done, static_cast<size_t>(line.size() - done), MSG_NOSIGNAL);
        if (sent < 0 && errno != EINTR) {
            lost();
        }
        done += qMax<ssize_t>(sent, 0);
    }
}

} // namespace dragonscales::host
