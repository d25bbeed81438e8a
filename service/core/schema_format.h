// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/schema_pattern.h"

#include <QByteArrayView>

namespace dragonscales::core::schema {

// A value of the keyword "format" that is checked. Others only describe.
struct Format
{
    const char *name;
    const char *meaning;           // "must be …"
    const char *pattern = nullptr; // ECMAScript
    bool (*also)(const QString &text) = nullptr;
};

// Null for a format that is not checked. Lives for ever.
const Format *findFormat(QByteArrayView name);

Pattern::Verdict matchFormat(const Format &format, const QString &text);

} // namespace dragonscales::core::schema
