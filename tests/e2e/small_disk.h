// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <QDir>

#include <sys/mount.h>

namespace dragonscales::test {

// A file system of its own and of little space; not there when the test may not mount one.
class SmallDisk final
{
public:
    explicit SmallDisk(const QString &path)
        : m_path(path.toUtf8())
    {
        QDir().mkpath(path);
        m_mounted = mount("tmpfs", m_path.constData(), "tmpfs", 0, "size=3m") == 0;
    }
    ~SmallDisk()
    {
        if (m_mounted) {
            umount2(m_path.constData(), MNT_DETACH);
        }
    }
    Q_DISABLE_COPY_MOVE(SmallDisk)

    bool isMounted() const { return m_mounted; }

private:
    QByteArray m_path;
    bool m_mounted = false;
};

} // namespace dragonscales::test
