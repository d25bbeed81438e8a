// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <mutex>
#include <optional>

#include <sys/types.h>

namespace dragonscales::host {

// The runner's end of the protocol. Code may close or replace our descriptors: then this process ends with
// kExitChannelLost, since nobody can be told any more. Writing is thread-safe.
class RunnerChannel final
{
public:
    // Takes the descriptors over, to numbers that code is less likely to hit by mistake.
    RunnerChannel(int in, int out);
    Q_DISABLE_COPY_MOVE(RunnerChannel)

    std::optional<QByteArray> readLine(); // nothing: the service has gone
    void write(const QByteArray &line);

private:
    struct Identity
    {
        dev_t device = 0;
        ino_t inode = 0;
        bool operator==(const Identity &) const = default;
    };
    static int takenOver(int fd);
    static Identity identityOf(int fd);
    [[noreturn]] static void lost();

    const int m_in;
    const int m_out;
    const Identity m_identity; // of the one that is written to: a file of the code's must not get our lines
    std::mutex m_mutex;
    QByteArray m_received;
};

} // namespace dragonscales::host
