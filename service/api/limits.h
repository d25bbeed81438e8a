// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <QtGlobal>

#include <chrono>

namespace dragonscales::api {

// What clients may cost. Each is a setting.
struct Limits
{
    qint64 headBytes = 32 * 1024;
    int headFields = 100;
    qint64 urlBytes = 8 * 1024;
    qint64 bodyBytes = 10 * 1024 * 1024;
    qint64 bufferedBytes = 256 * 1024 * 1024;   // of requests of all clients that are not whole yet
    std::chrono::milliseconds sendTime{30'000}; // for a whole request; also the longest halt of a reader of an answer
    std::chrono::milliseconds idleTime{75'000}; // between requests
    int connections = 1024;
};

} // namespace dragonscales::api
