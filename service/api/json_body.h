// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "api/http.h"

#include <QFuture>
#include <QThreadPool>

#include <atomic>
#include <functional>
#include <optional>

namespace dragonscales::api {

// Hands requests with JSON bodies to who reads them. One that is long is read beside the gate's thread, which all
// requests go through; one at a time, since 10 MiB can be read into a gigabyte of values. Thread-safe.
class JsonBodies
{
public:
    using Reader = std::function<QFuture<Response>(const Request &)>; // any thread

    JsonBodies();

    // 415 for a body that is not said to be JSON or is compressed, 503 when too many long ones wait.
    QFuture<Response> read(const Request &request, const Reader &reader);

private:
    QFuture<Response> readLong(const Request &request, const Reader &reader);

    std::atomic<int> m_waiting = 0;
    QThreadPool m_thread; // last: it uses the others
};

// The request's W3C trace context, if it is one plain word that may go on into other headers.
QByteArray traceparentOf(const Request &request);

} // namespace dragonscales::api
