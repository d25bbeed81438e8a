// SPDX-License-Identifier: LGPL-3.0-or-later
#include "host/scratch.h"

#include <QDir>
#include <QFile>

#include <filesystem>

#include <cstdlib>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::host {

QString makeTemporaryFolder()
{
    QByteArray pattern = QFile::encodeName(QDir::tempPath() + u"/dragonscales-XXXXXX"_s);
    return ::mkdtemp(pattern.data()) == nullptr ? QString() : QFile::decodeName(pattern);
}

void removeFolder(const QString &path)
{
    if (path.isEmpty()) {
        return;
    }
    std::error_code ignored;
    std::filesystem::remove_all(std::filesystem::path(QFile::encodeName(path).toStdString()), ignored);
}

ScratchRoot::~ScratchRoot()
{
    removeFolder(m_path);
}

QString ScratchRoot::path()
{
    const std::lock_guard lock(m_mutex);
    if (m_path.isEmpty()) {
        m_path = makeTemporaryFolder();
    }
    return m_path;
}

} // namespace dragonscales::host
