// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <QString>

#include <mutex>

namespace dragonscales::host {

// Makes a folder that nobody else can read in the system's folder for such; empty when that fails.
QString makeTemporaryFolder();
// With everything in it; links in it are removed, not followed.
void removeFolder(const QString &path);

// The folder under which the jobs of one host that run in threads have theirs. Made when the first job asks; removed
// with this object. Thread-safe.
class ScratchRoot final
{
public:
    ScratchRoot() = default;
    ~ScratchRoot();
    Q_DISABLE_COPY_MOVE(ScratchRoot)

    QString path(); // empty when it cannot be made

private:
    std::mutex m_mutex;
    QString m_path;
};

} // namespace dragonscales::host
