// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <QStringView>

#include <optional>

namespace dragonscales::api {

// What a caller may do; each includes those before it. Nobody is who has not said who he is.
enum class Role : quint8 { Nobody, Viewer, Submitter, Operator, Admin };

QString roleWord(Role role); // "viewer", …
std::optional<Role> roleFromWord(QStringView word);

} // namespace dragonscales::api
