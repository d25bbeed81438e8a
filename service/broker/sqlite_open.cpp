// SPDX-License-Identifier: LGPL-3.0-or-later
#include "broker/sqlite_open.h"

#include "broker/sqlite_schema.h"

#include <QDir>
#include <QFileInfo>

#include <sys/stat.h>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::broker::sqlite {

namespace {

tl::unexpected<core::Error> unavailable(const QString &path, const QString &sentence)
{
    return core::failure(core::ErrorCode::Unavailable, sentence.arg(path), path);
}

// What SQLite would say less clearly.
core::Result<void> checkPath(const QString &path, bool readOnly)
{
    const QFileInfo file(path);
    if (path.isEmpty()) {
        return unavailable(path, u"The store needs the path of a file%1."_s);
    }
    if (file.isDir()) {
        return unavailable(path, u"The store %1 is a folder: name a file in it."_s);
    }
    if (file.exists() && !file.isFile()) {
        return unavailable(path, u"The store %1 is not a plain file."_s);
    }
    if (readOnly) {
        return {};
    }
    const QString folder = file.absolutePath();
    if (!QDir().mkpath(folder)) {
        return core::failure(core::ErrorCode::Unavailable,
                             u"Cannot make the folder %1 of the store: make it, or name another place."_s.arg(folder),
                             path);
    }
    if (file.exists() && !(file.isReadable() && file.isWritable())) {
        return unavailable(path,
                           u"The store %1 cannot be written: change the rights of the file, or name another one."_s);
    }
    if (!QFileInfo(folder).isWritable()) {
        return core::failure(
            core::ErrorCode::Unavailable,
            u"The folder %1 of the store cannot be written: change its rights, or name another one."_s.arg(folder),
            path);
    }
    return {};
}

// Before SQLite opens it, since that would take an old journal for true.
core::Result<void> checkHeader(const QString &path)
{
    static const QByteArray magic = QByteArray("SQLite format 3", 16);
    QFile file(path);
    if (!file.exists() || file.size() == 0) {
        // SQLite would begin a new store and drop the journal, and with it all jobs.
        return QFileInfo(path + u"-wal"_s).size() == 0
                   ? core::Result<void>()
                   : core::failure(
                         core::ErrorCode::StoreCorrupt,
                         u"The store %1 is empty or missing, but its journal %1-wal is not: restore both from a "
                         "backup, or move the journal away to begin anew."_s.arg(path),
                         path);
    }
    if (!file.open(QIODevice::ReadOnly)) {
        return unavailable(path, u"The store %1 cannot be read: change the rights of the file."_s);
    }
    if (file.read(magic.size()) != magic) {
        return core::failure(
            core::ErrorCode::StoreCorrupt,
            u"The file %1 is not a store of dragonscales, or its beginning is damaged: restore it from a "
            "backup, or name another file."_s.arg(path),
            path);
    }
    return {};
}

// The page cache is small, as memory is shared with much else; the log is copied back in large steps, since each step
// holds up one commit.
void tune(Database &database, bool readOnly)
{
    if (readOnly) {
        database.run("PRAGMA query_only = ON; PRAGMA cache_size = -4000");
        return;
    }
    database.run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16000;"
                 "PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864; PRAGMA temp_store = MEMORY");
}

} // namespace

std::pair<quint64, quint64> identityOf(const QString &path)
{
    struct stat facts
    {
    };
    return ::stat(QFile::encodeName(path).constData(), &facts) == 0
               ? std::pair<quint64, quint64>(facts.st_dev, facts.st_ino)
               : std::pair<quint64, quint64>();
}

QString realPath(const QString &path)
{
    const QFileInfo file(path);
    const QString real = file.canonicalFilePath();
    if (!real.isEmpty()) {
        return real;
    }
    const QString folder = QFileInfo(file.absolutePath()).canonicalFilePath();
    return folder.isEmpty() ? file.absoluteFilePath() : folder + u'/' + file.fileName();
}

core::Result<OpenedStore> openStore(const QString &path, const QString &owner, bool readOnly)
{
    if (auto usable = checkPath(path, readOnly); !usable) {
        return tl::unexpected(std::move(usable.error()));
    }
    OpenedStore opened;
    opened.path = realPath(path);
    if (!readOnly) {
        auto lock = OwnerLock::take(opened.path, owner);
        if (!lock) {
            return tl::unexpected(std::move(lock.error()));
        }
        opened.lock = std::move(*lock);
    }
    if (auto header = checkHeader(opened.path); !header) {
        return tl::unexpected(std::move(header.error()));
    }
    auto database =
        Database::open(opened.path, readOnly ? Database::Mode::ReadOnly : Database::Mode::ReadWrite, u"the store"_s);
    if (!database) {
        return tl::unexpected(std::move(database.error()));
    }
    opened.database = std::move(*database);
    tune(*opened.database, readOnly);
    if (opened.database->failed()) {
        return tl::unexpected(opened.database->takeError());
    }
    if (auto migrated = migrate(*opened.database, opened.path, storeMigrations(), readOnly); !migrated) {
        return tl::unexpected(std::move(migrated.error()));
    }
    opened.file = identityOf(opened.path);
    if (!readOnly) {
        // The schema is in the file itself from the first day, so that a lost journal is never a lost schema.
        opened.database->run("PRAGMA wal_checkpoint(TRUNCATE)");
        if (opened.database->failed()) {
            return tl::unexpected(opened.database->takeError());
        }
    }
    return opened;
}

} // namespace dragonscales::broker::sqlite
