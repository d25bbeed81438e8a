// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <dragonscales/result.h>

namespace dragonscales::plugins::files {

// The name when it is a plain file name: no folder, no leading dot, no control character, no half of a surrogate
// pair, at most 200 bytes.
sdk::Outcome<QString> checkedName(const QString &name);

// "png" for "image/png"; for a type that is not known the suffix of `path`, else "bin".
QString extensionFor(const QString &mediaType, const QString &path);

// Fills {id} and {extension} in a template from args; checked like any name.
sdk::Outcome<QString> filledName(const QString &name, const QString &jobId, const QString &extension);

} // namespace dragonscales::plugins::files
