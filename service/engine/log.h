// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <QLoggingCategory>

namespace dragonscales::engine {

Q_DECLARE_LOGGING_CATEGORY(lcEngine)

} // namespace dragonscales::engine
