// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "broker/sqlite_database.h"

#include <QList>

namespace dragonscales::broker::sqlite {

inline constexpr int kApplicationId = 0x64726773; // "drgs"

// One step from a version of the schema to the next: the version that it makes, and how.
struct Migration
{
    int version;
    QByteArray sql;
};

// All versions of the store, oldest first.
QList<Migration> storeMigrations();

// Brings a file up to the last version of the list, each step in a transaction of its own, so that a step that fails
// leaves the version before it. StoreTooNew when the file is ahead of the list; StoreCorrupt when it is another
// program's. With `readOnly` nothing is changed.
core::Result<void> migrate(Database &database, const QString &path, const QList<Migration> &migrations, bool readOnly);

} // namespace dragonscales::broker::sqlite
