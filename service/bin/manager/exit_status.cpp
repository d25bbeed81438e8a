// SPDX-License-Identifier: LGPL-3.0-or-later
#include "bin/manager/exit_status.h"

#include <array>

namespace dragonscales::manager {

namespace {

struct HttpRow
{
    int from;
    int to;
    Exit exit;
};

// The first row that has the status counts.
constexpr std::array kHttp{
    HttpRow{200, 299, Exit::Done},     HttpRow{404, 404, Exit::NotFound}, HttpRow{410, 410, Exit::NotFound},
    HttpRow{408, 408, Exit::TimedOut}, HttpRow{400, 499, Exit::Refused},  HttpRow{504, 504, Exit::TimedOut},
};

struct CodeRow
{
    core::ErrorCode code;
    Exit exit;
};

constexpr std::array kCodes{
    CodeRow{core::ErrorCode::InvalidArgument, Exit::Usage}, CodeRow{core::ErrorCode::NotFound, Exit::NotFound},
    CodeRow{core::ErrorCode::Conflict, Exit::Refused},      CodeRow{core::ErrorCode::Unauthorized, Exit::Refused},
    CodeRow{core::ErrorCode::Forbidden, Exit::Refused},     CodeRow{core::ErrorCode::TooLarge, Exit::Refused},
    CodeRow{core::ErrorCode::QueueFull, Exit::Refused},     CodeRow{core::ErrorCode::TimedOut, Exit::TimedOut},
};

} // namespace

Exit exitOf(core::ErrorCode code)
{
    for (const CodeRow &row : kCodes) {
        if (row.code == code) {
            return row.exit;
        }
    }
    return Exit::Unreachable;
}

Exit exitOfHttp(int status)
{
    for (const HttpRow &row : kHttp) {
        if (status >= row.from && status <= row.to) {
            return row.exit;
        }
    }
    return Exit::Unreachable;
}

} // namespace dragonscales::manager
