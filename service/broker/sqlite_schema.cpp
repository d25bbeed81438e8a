// SPDX-License-Identifier: LGPL-3.0-or-later
#include "broker/sqlite_schema.h"

#include "broker/sqlite_sql.h"

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::broker::sqlite {

namespace {

core::Result<void> step(Database &database, const Migration &migration)
{
    database.run("BEGIN IMMEDIATE");
    database.run(migration.sql);
    database.run("PRAGMA application_id = " + QByteArray::number(kApplicationId));
    database.run("PRAGMA user_version = " + QByteArray::number(migration.version));
    database.run("COMMIT");
    if (!database.failed()) {
        return {};
    }
    database.abandon();
    return tl::unexpected(database.takeError());
}

} // namespace

QList<Migration> storeMigrations()
{
    return {{1, sqlText(u"store/001_initial.sql"_s)},
            {2, sqlText(u"store/002_queues.sql"_s)},
            {3, sqlText(u"store/003_submissions.sql"_s)},
            {4, sqlText(u"store/004_dependencies.sql"_s)}};
}

core::Result<void> migrate(Database &database, const QString &path, const QList<Migration> &migrations, bool readOnly)
{
    const qint64 version = database.number("PRAGMA user_version");
    const qint64 application = database.number("PRAGMA application_id");
    const qint64 tables = database.number("SELECT count(*) FROM sqlite_schema");
    if (database.failed()) {
        return tl::unexpected(database.takeError());
    }
    if (application != kApplicationId && tables > 0) {
        return core::failure(
            core::ErrorCode::StoreCorrupt,
            u"The file %1 is a database of another program: name another file for the store."_s.arg(path), path);
    }
    if (version > migrations.last().version) {
        return core::failure(
            core::ErrorCode::StoreTooNew,
            u"The store %1 was written by a newer dragonscales (format %2, this one knows %3): run that "
            "version, or use another store."_s.arg(path)
                .arg(version)
                .arg(migrations.last().version),
            path);
    }
    for (const Migration &migration : migrations) {
        if (migration.version <= version) {
            continue;
        }
        if (readOnly) {
            return core::failure(core::ErrorCode::Unavailable,
                                 u"The store %1 is of an older version: its owner has to open it first."_s.arg(path),
                                 path);
        }
        if (auto done = step(database, migration); !done) {
            return done;
        }
    }
    return {};
}

} // namespace dragonscales::broker::sqlite
