// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/utf8_locale.h"

#include <QByteArray>

namespace dragonscales::core {

void useUtf8Locale()
{
    // The first that is set counts.
    for (const char *name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
        const QByteArray value = qgetenv(name);
        if (value.isEmpty()) {
            continue;
        }
        if (value == "C" || value == "POSIX") {
            qputenv(name, "C.UTF-8");
        }
        return;
    }
    qputenv("LC_CTYPE", "C.UTF-8");
}

} // namespace dragonscales::core
