// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "api/http.h"
#include "core/job_request.h"
#include "index/index.h"

namespace dragonscales::api {

// What GET /api/v1/jobs/ was asked for.
struct ListRequestV1
{
    index::ListQuery query;
    QList<core::RequestFault> faults;
};

// ?status=&queue=&limit=&cursor=; "status" may be given several times or as a list with commas.
ListRequestV1 readListQuery(const QUrlQuery &query);

// The page as a bare array, streamed when long, and the way to the next one.
Response listed(const index::IdPage &page, const QUrlQuery &query);

// 422 {"detail":[…]}
Response refused(const QList<core::RequestFault> &faults);

} // namespace dragonscales::api
