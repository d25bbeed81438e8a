// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>
#include <QPair>
#include <QString>

namespace dragonscales::bench {

// The bench's project with modules in Python: the entries of the native one, a task "big" that returns so many
// megabytes and a storage "length" that keeps their number.
QByteArray pythonProject(int workers, const QByteArray &authorizer);

// Path below the project's folder, and what the file holds.
QList<QPair<QString, QByteArray>> pythonModules();

} // namespace dragonscales::bench
