// SPDX-License-Identifier: LGPL-3.0-or-later
#include "broker/sqlite_lock.h"

#include <QCoreApplication>
#include <QFile>

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::broker::sqlite {

namespace {

void writeOwner(int file, const QString &owner)
{
    const QByteArray text = owner.toUtf8() + '\n';
    if (ftruncate(file, 0) != 0 || pwrite(file, text.constData(), std::size_t(text.size()), 0) != text.size()) {
        qWarning("Cannot note the owner of the store in its lock file.");
    }
}

core::Error inUse(const QString &storePath)
{
    QFile file(OwnerLock::pathFor(storePath));
    QString owner;
    if (file.open(QIODevice::ReadOnly)) {
        owner = QString::fromUtf8(file.read(1000)).trimmed();
    }
    if (owner.isEmpty()) {
        owner = u"another process"_s;
    }
    return {core::ErrorCode::StoreInUse,
            storePath,
            u"The store %1 is in use by %2: stop that one first, connect to it, or use another store."_s.arg(storePath,
                                                                                                             owner),
            {}};
}

} // namespace

QString OwnerLock::pathFor(const QString &storePath)
{
    return storePath + u".lock"_s;
}

core::Result<std::unique_ptr<OwnerLock>> OwnerLock::take(const QString &storePath, const QString &owner)
{
    const QByteArray path = QFile::encodeName(pathFor(storePath));
    const int file = ::open(path.constData(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) {
        return core::failure(core::ErrorCode::Unavailable,
                             u"Cannot make the lock file %1 (%2): check that you may write in its folder."_s.arg(
                                 pathFor(storePath), qt_error_string(errno)),
                             storePath);
    }
    if (flock(file, LOCK_EX | LOCK_NB) != 0) {
        core::Error error = inUse(storePath);
        ::close(file);
        return tl::unexpected(std::move(error));
    }
    writeOwner(file, owner.isEmpty() ? u"process %1"_s.arg(QCoreApplication::applicationPid()) : owner);
    return std::unique_ptr<OwnerLock>(new OwnerLock(file));
}

OwnerLock::OwnerLock(int file)
    : m_file(file)
{
}

OwnerLock::~OwnerLock()
{
    // The file stays: removing it could take it from under somebody who has just opened it.
    if (ftruncate(m_file, 0) != 0) {
        qWarning("Cannot empty the store's lock file.");
    }
    ::close(m_file);
}

void OwnerLock::write(const QString &storePath, const QString &owner)
{
    const int file = ::open(QFile::encodeName(pathFor(storePath)).constData(), O_WRONLY | O_CLOEXEC);
    if (file >= 0) {
        writeOwner(file, owner);
        ::close(file);
    }
}

} // namespace dragonscales::broker::sqlite
