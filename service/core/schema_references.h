// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/json/value.h"

#include <QString>

namespace dragonscales::core::schema {

// What keeps a schema from being used before any library sees it: a "$ref" to a schema outside of this text, one that
// leads nowhere, or references that lead back to themselves without looking deeper into the value, which would never
// end. Empty when there is nothing of the kind.
QString faultOfReferences(const json::Value &root);

} // namespace dragonscales::core::schema
