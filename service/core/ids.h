// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/clock.h"

#include <QUuid>

namespace dragonscales::core {

// A UUID version 7 (RFC 9562): ids made later by one process sort after earlier ones, also within a millisecond.
// Thread-safe.
QUuid newJobId(TimePoint now);

// The time that a version 7 id was made at.
TimePoint timeOfId(const QUuid &jobId);

// UUID version 5 of job id and run, so that a repeated delivery of one run has the same id.
QUuid deliveryId(const QUuid &jobId, int run);

// 36 characters, lower case, no braces: the text form in every API, log and file.
QByteArray idText(const QUuid &id);

// The reverse; a null id for anything but the 36-character form (either case).
QUuid idFromText(QByteArrayView text);

} // namespace dragonscales::core
