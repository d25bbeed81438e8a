// SPDX-License-Identifier: LGPL-3.0-or-later
#include "api/local_token.h"

#include "core/json/writer.h"
#include "core/local_token_path.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QProcessEnvironment>
#include <QRandomGenerator>
#include <QSaveFile>

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace dragonscales::api {

using namespace Qt::Literals::StringLiterals;

namespace {

core::Result<void> makePrivateFolder(const QString &folder)
{
    const QByteArray path = QFile::encodeName(folder);
    QDir().mkpath(QFileInfo(folder).absolutePath());
    if (::mkdir(path.constData(), 0700) != 0 && errno != EEXIST) {
        return core::failure(
            core::ErrorCode::Unavailable,
            u"The folder %1 for the local token cannot be made: %2. Make it, or set XDG_RUNTIME_DIR to "
            "a folder of yours."_s.arg(folder, qt_error_string(errno)),
            folder);
    }
    struct stat info
    {
    };
    if (::lstat(path.constData(), &info) != 0 || !S_ISDIR(info.st_mode) || info.st_uid != ::geteuid()) {
        return core::failure(core::ErrorCode::Unavailable,
                             u"%1 is no folder of this user, so the local token is not written there. Remove it or "
                             "set XDG_RUNTIME_DIR to a folder of yours."_s.arg(folder),
                             folder);
    }
    if ((info.st_mode & 0777) != 0700 && ::chmod(path.constData(), 0700) != 0) {
        return core::failure(core::ErrorCode::Unavailable,
                             u"The folder %1 cannot be closed to others: %2."_s.arg(folder, qt_error_string(errno)),
                             folder);
    }
    return {};
}

} // namespace

LocalToken::LocalToken()
{
    QByteArray secret(32, Qt::Uninitialized);
    QRandomGenerator::system()->fillRange(reinterpret_cast<quint32 *>(secret.data()), secret.size() / 4);
    m_token = secret.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
}

LocalToken::~LocalToken()
{
    remove();
}

QString LocalToken::defaultFolder()
{
    return core::localTokenFolders().first();
}

core::Result<void> LocalToken::write(const QString &folder, quint16 port, const QString &url)
{
    const QString where = folder.isEmpty() ? defaultFolder() : folder;
    if (auto made = makePrivateFolder(where); !made) {
        return made;
    }
    const QString path = core::localTokenPath(where, port);
    core::json::ObjectWriter content;
    content.addNumber("pid", QCoreApplication::applicationPid())
        .addText("url", url)
        .addText("token", QString::fromLatin1(m_token));
    QSaveFile file(path); // its temporary file is 0600 from the start
    if (!file.open(QIODevice::WriteOnly) || !file.setPermissions(QFile::ReadOwner | QFile::WriteOwner) ||
        file.write(content.text() + '\n') < 0 || !file.commit()) {
        return core::failure(core::ErrorCode::Unavailable,
                             u"The local token cannot be written to %1: %2."_s.arg(path, file.errorString()), path);
    }
    m_path = path;
    return {};
}

void LocalToken::remove()
{
    if (m_path.isEmpty()) {
        return;
    }
    QFile file(m_path);
    if (file.open(QIODevice::ReadOnly) && file.readAll().contains(m_token)) {
        file.remove();
    }
    m_path.clear();
}

bool equalSecrets(QByteArrayView a, QByteArrayView b)
{
    if (a.size() != b.size()) {
        return false;
    }
    volatile unsigned char difference = 0;
    for (qsizetype i = 0; i < a.size(); ++i) {
        difference = difference | static_cast<unsigned char>(a[i] ^ b[i]);
    }
    return difference == 0;
}

} // namespace dragonscales::api
