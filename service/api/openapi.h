// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/project.h"

namespace dragonscales::api {

// The OpenAPI 3.0.3 document of a project: version 1 with every task, storage and callback and their parameters.
QByteArray openApiDocument(const core::LoadedProject &project);

} // namespace dragonscales::api
