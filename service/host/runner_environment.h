// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/project.h"

namespace dragonscales::host {

// The names of environment variables that ${NAME} in the args of this project stand for. What is no secret of anybody
// (PATH, HOME, the locale) is left out.
QStringList referencedNames(const core::Project &project);

// True for what no child gets: addresses, which may hold passwords, tokens and secrets.
bool isPrivateName(QByteArrayView name);

// This process's environment for a child: without what is private and without `withheld`. "NAME=value" each.
QByteArrayList childEnvironment(const QStringList &withheld);

} // namespace dragonscales::host
