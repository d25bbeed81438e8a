// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <dragonscales/result.h>

#include <utility>

namespace dragonscales::plugins {

// Owns an open file descriptor.
class Descriptor final
{
public:
    explicit Descriptor(int fd = -1)
        : m_fd(fd)
    {
    }
    Descriptor(Descriptor &&other) noexcept
        : m_fd(std::exchange(other.m_fd, -1))
    {
    }
    Descriptor &operator=(Descriptor &&other) noexcept
    {
        std::swap(m_fd, other.m_fd);
        return *this;
    }
    ~Descriptor();

    bool valid() const { return m_fd >= 0; }
    int get() const { return m_fd; }
    int release() { return std::exchange(m_fd, -1); }

private:
    int m_fd;
};

struct OpenedFile
{
    Descriptor descriptor; // for reading
    QString path;          // canonical
    qint64 bytes = 0;
};

// Opens the regular file `path`, which is relative to `directory` and must lie in it once all links are resolved. What
// was opened is looked at, not only what was named, so that a link changed in between does not help. Anything but a
// regular file is refused without reading from it. Failures are sentences for the client and don't tell what is
// outside.
sdk::Outcome<OpenedFile> openInside(const QString &directory, const QString &path);

} // namespace dragonscales::plugins
