// SPDX-License-Identifier: LGPL-3.0-or-later
#include "api/errors.h"

namespace dragonscales::api {

using namespace Qt::Literals::StringLiterals;

namespace {

struct Row
{
    core::ErrorCode code;
    int status;
    int retryAfterSec;   // 0: it will not help
    QStringView wording; // instead of the error's own; empty: its own
};

constexpr QStringView kStore = u"The store is out of reach. Try again later.";

constexpr Row kRows[] = {
    {core::ErrorCode::InvalidArgument, 400, 0, {}},
    {core::ErrorCode::NotFound, 404, 0, u"Not found"},
    {core::ErrorCode::Conflict, 409, 0, {}},
    {core::ErrorCode::StaleLease, 409, 0, {}},
    {core::ErrorCode::Unauthorized, 401, 0, {}},
    {core::ErrorCode::Forbidden, 403, 0, {}},
    {core::ErrorCode::TooLarge, 413, 0, {}},
    {core::ErrorCode::QueueFull, 429, 5, {}},
    {core::ErrorCode::Unavailable, 503, 2, kStore},
    {core::ErrorCode::StoreFull, 503, 60, u"The store has no space left. Try again later."},
    {core::ErrorCode::StoreCorrupt, 503, 60, kStore},
    {core::ErrorCode::StoreTooNew, 503, 60, kStore},
    {core::ErrorCode::StoreInUse, 503, 60, kStore},
    {core::ErrorCode::TimedOut, 503, 2, kStore},
    {core::ErrorCode::Canceled, 503, 2, u"The service is stopping. Try again later."},
    {core::ErrorCode::Crashed, 500, 0, u"Internal Server Error"},
    {core::ErrorCode::Internal, 500, 0, u"Internal Server Error"},
};

const Row &rowOf(core::ErrorCode code)
{
    for (const Row &row : kRows) {
        if (row.code == code) {
            return row;
        }
    }
    return kRows[std::size(kRows) - 1];
}

} // namespace

int statusOf(core::ErrorCode code)
{
    return rowOf(code).status;
}

Response responseOf(const core::Error &error)
{
    const Row &row = rowOf(error.code);
    Response response = Response::detail(row.status, row.wording.isEmpty() ? error.message : row.wording.toString());
    response.headers.clear(); // the row knows better when to come again
    if (row.retryAfterSec > 0) {
        response.headers.emplaceBack("Retry-After", QByteArray::number(row.retryAfterSec));
    }
    return response;
}

} // namespace dragonscales::api
