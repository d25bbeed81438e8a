// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/result.h"

#include <memory>

namespace dragonscales::broker::sqlite {

// The file beside a store that says which process owns it. The lock is the kernel's, so it ends with its process; the
// text in the file is for people.
class OwnerLock final
{
public:
    // StoreInUse, with the owner's own words, when another one holds it.
    static core::Result<std::unique_ptr<OwnerLock>> take(const QString &storePath, const QString &owner);
    ~OwnerLock();
    Q_DISABLE_COPY_MOVE(OwnerLock)

    static QString pathFor(const QString &storePath);
    static void write(const QString &storePath, const QString &owner);

private:
    explicit OwnerLock(int file);
    int m_file;
};

} // namespace dragonscales::broker::sqlite
