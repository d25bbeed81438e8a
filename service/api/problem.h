// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "api/http.h"
#include "core/project.h"

namespace dragonscales::api {

// Errors of API v2: application/problem+json (RFC 9457) without a type, so its title is the status in words. `faults`
// go into "errors", each with a JSON pointer into the body.
Response problem(int status, const QString &detail, const QList<core::Problem> &faults = {});

// 422 with one sentence that sums them up.
Response problemOfBody(const QList<core::Problem> &faults);

// The same answer, as a problem when it is an error that says {"detail": "…"}.
Response asProblem(Response response);

} // namespace dragonscales::api
