// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/local_token_path.h"

#include <QDir>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::core {

QStringList localTokenFolders()
{
    QStringList folders;
    const QString runtime = qEnvironmentVariable("XDG_RUNTIME_DIR");
    if (!runtime.isEmpty() && QDir::isAbsolutePath(runtime)) {
        folders.append(QDir(runtime).filePath(u"dragonscales"_s));
    }
    folders.append(QDir::home().filePath(u".local/state/dragonscales"_s));
    return folders;
}

QString localTokenPath(const QString &folder, int port)
{
    return QDir(folder).filePath(u"%1.json"_s.arg(port));
}

} // namespace dragonscales::core
