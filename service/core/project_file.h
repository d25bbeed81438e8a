// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/project.h"

#include <tl/expected.hpp>

namespace dragonscales::core {

inline constexpr qint64 kMaxProjectBytes = 16 * 1024 * 1024;

// The bytes of a project file. Never waits: pipes and devices are refused.
tl::expected<QByteArray, Problem> readProjectBytes(const QString &path);

// The text as JSON. The problem tells what it is instead (empty, binary, UTF-16, …) and where it stops being JSON.
tl::expected<json::Value, Problem> parseProjectText(const QByteArray &text);

} // namespace dragonscales::core
