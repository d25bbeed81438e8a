// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <dragonscales/authorizer.h>
#include <dragonscales/result.h>

namespace dragonscales::plugins::command {

// What `program` printed, as one JSON value; null when it printed nothing. A failure names what it printed instead.
sdk::Outcome<sdk::Json> jsonFrom(const QString &program, const QByteArray &output);

// An authorizer's answer. Nothing printed allows; a failure for everything that is not plainly a verdict.
sdk::Outcome<sdk::Verdict> verdictFrom(const QString &program, const QByteArray &output);

} // namespace dragonscales::plugins::command
