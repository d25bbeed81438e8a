// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "broker/sqlite_database.h"
#include "broker/sqlite_lock.h"

namespace dragonscales::broker::sqlite {

struct OpenedStore
{
    QString path;                    // the real one, links followed
    std::unique_ptr<OwnerLock> lock; // null for a read-only connection
    std::unique_ptr<Database> database;
    std::pair<quint64, quint64> file; // device and inode
};

// Device and inode of a file; zeros: there is none.
std::pair<quint64, quint64> identityOf(const QString &path);

// A store's file ready for use: its folder made, owned, checked and of the current version. The errors are those of
// SqliteStore::open.
core::Result<OpenedStore> openStore(const QString &path, const QString &owner, bool readOnly);

// Absolute, links followed, so that one file has one lock whatever it is called.
QString realPath(const QString &path);

} // namespace dragonscales::broker::sqlite
