// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <QByteArrayView>

namespace dragonscales::plugins::command {

// Whether this is exactly one JSON value (RFC 8259) with nothing but white space around it. The text must be UTF-8.
// QJsonDocument cannot tell: it refuses numbers such as 1e400, which are JSON and only pass through here.
bool isJson(QByteArrayView text);

} // namespace dragonscales::plugins::command
