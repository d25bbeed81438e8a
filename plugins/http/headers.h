// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <dragonscales/result.h>

#include <QList>
#include <QPair>

namespace dragonscales::plugins::http {

using Headers = QList<QPair<QByteArray, QByteArray>>;

// The fields of a client's object of texts. A failure when a name is no token or a value holds control characters,
// which would let one field become two.
sdk::Outcome<Headers> headersFrom(const QJsonObject &object);

// True for fields that frame the message or name its receiver: only the sender of the bytes sets those.
bool isFraming(const QByteArray &name);

// The first of this name in any case; empty when there is none.
QByteArray fieldOf(const Headers &headers, QByteArrayView name);

} // namespace dragonscales::plugins::http
