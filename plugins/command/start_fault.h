// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <QString>

namespace dragonscales::plugins::command {

// Why this file (absolute path) cannot be run in that folder, with what to do about it; empty when nothing is known to
// be wrong. The system's own words, "No such file", leave open which one.
QString startFault(const QString &program, const QString &folder);

// For a program that looks right and could not be started all the same: it may be neither a script nor for this
// machine.
QString formatFault(const QString &program);

} // namespace dragonscales::plugins::command
