// SPDX-License-Identifier: LGPL-3.0-or-later
#include "api/reason.h"

#include <algorithm>
#include <iterator>

namespace dragonscales::api {

QByteArrayView reasonOf(int status)
{
    struct Reason
    {
        int status;
        QByteArrayView text;
    };
    static constexpr Reason kReasons[] = {
        {200, "OK"},
        {201, "Created"},
        {202, "Accepted"},
        {204, "No Content"},
        {207, "Multi-Status"},
        {304, "Not Modified"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {408, "Request Timeout"},
        {409, "Conflict"},
        {413, "Content Too Large"},
        {414, "URI Too Long"},
        {415, "Unsupported Media Type"},
        {417, "Expectation Failed"},
        {421, "Misdirected Request"},
        {422, "Unprocessable Content"},
        {429, "Too Many Requests"},
        {431, "Request Header Fields Too Large"},
        {500, "Internal Server Error"},
        {501, "Not Implemented"},
        {503, "Service Unavailable"},
        {505, "HTTP Version Not Supported"},
        {507, "Insufficient Storage"},
    };
    const auto *it = std::ranges::find(kReasons, status, &Reason::status);
    return it == std::end(kReasons) ? QByteArrayView() : it->text;
}

} // namespace dragonscales::api
