// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <QByteArray>

namespace dragonscales::core::json {

// A fault at a byte offset; no message: no fault.
struct ScanFault
{
    const char *message = nullptr;
    qsizetype offset = 0;
};

// Reads the JSON text whose opening quote is at `*offset` of valid UTF-8, and moves `*offset` behind its closing quote.
// The escape of half a surrogate pair, which is legal JSON but no character, becomes U+FFFD.
ScanFault scanText(QByteArrayView source, qsizetype *offset, QByteArray *text);

// The bytes of the JSON number at `offset`: as many as belong to it, 0 when there is none.
qsizetype numberLength(QByteArrayView source, qsizetype offset);

} // namespace dragonscales::core::json
