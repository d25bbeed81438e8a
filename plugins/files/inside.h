// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "descriptor.h"

#include <dragonscales/result.h>

namespace dragonscales::plugins {

struct OpenedFile
{
    Descriptor descriptor; // for reading
    QString path;          // canonical
    qint64 bytes = 0;
};

// Opens the regular file `path`, which is relative to `directory` and must lie in it once all links are resolved. What
// was opened is looked at, not only what was named, so that a link changed in between does not help. Anything but a
// regular file is refused without reading from it. Failures are sentences for the client and don't tell what is
// outside.
sdk::Outcome<OpenedFile> openInside(const QString &directory, const QString &path);

} // namespace dragonscales::plugins
