// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "broker/store.h"

namespace dragonscales::broker {

struct SqliteOptions
{
    QString path;        // of the file; its folder is made when missing
    QString owner;       // who opens it, for a second service's error: "process 123 at http://127.0.0.1:5003"
    bool readOnly = false; // a further connection of the owner, for reads by id
};

// The embedded store: one file, WAL, synchronous=FULL. One process owns it: a lock file beside it says which.
class SqliteStore final : public Store
{
public:
    // Errors: Unavailable (cannot be opened, made or read), StoreFull, StoreCorrupt, StoreTooNew, StoreInUse (the
    // message names the owner). Brings an older schema up to date, one version after the other, each in a transaction.
    static core::Result<std::unique_ptr<SqliteStore>> open(const SqliteOptions &options, std::shared_ptr<const core::Clock> clock);
    ~SqliteStore() override;

    // After the address is known: what a second service's error names.
    static void tellOwner(const QString &storePath, const QString &owner);
};

} // namespace dragonscales::broker
