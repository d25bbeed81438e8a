// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <QStringList>

namespace dragonscales::core {

// The name that was probably meant by `wrong`: the one with the fewest slips of the keyboard (a letter too many, too
// few, another one, two swapped), case aside. Empty when none is close.
QString nearMiss(const QString &wrong, const QStringList &names);

// “a”, “b” and “c”; at most `most` of them, then “… and 12 more”.
QString quotedList(const QStringList &names, int most = 8);

} // namespace dragonscales::core
