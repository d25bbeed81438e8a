// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <dragonscales/result.h>

namespace dragonscales::plugins::files {

// Both put a file `name` (checked before) into `directory`, which is made when missing, and answer its size. It is
// there whole or not at all, replaces an older one at once, and is on disk, folder entry included, when they return.

sdk::Outcome<qint64> writeAtomically(const QString &directory, const QString &name, const QByteArray &bytes);

// Takes the regular file `source`: renamed where possible when `mayMove`, else copied (and removed when `mayMove`).
sdk::Outcome<qint64> takeAtomically(const QString &directory, const QString &name, const QString &source, bool mayMove);

} // namespace dragonscales::plugins::files
