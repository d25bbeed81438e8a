// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/json/writer.h"

namespace dragonscales::api::openapi {

// What the document says of API v2. `modules`: the properties "task", "storage" and "callback" of a request, as an
// object; `examples` of whole requests, by name.
void addV2Schemas(const QByteArray &modules, core::json::ObjectWriter *schemas);
void addV2Paths(const QByteArray &examples, core::json::ObjectWriter *paths);

} // namespace dragonscales::api::openapi
