// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/result.h"

#include <QUrl>

namespace dragonscales::client {

// What a person wrote as the address of a service: http://HOST:PORT, perhaps with a path. The error is wrong usage.
core::Result<QUrl> serviceAddress(const QString &text);

// As a sentence names it: without user, password and query.
QString displayAddress(const QUrl &url);

} // namespace dragonscales::client
