// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <QByteArrayView>

namespace dragonscales::api {

// The words of an HTTP status (RFC 9110 and its registry); empty for one that this service never sends.
QByteArrayView reasonOf(int status);

} // namespace dragonscales::api
