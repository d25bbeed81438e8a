// SPDX-License-Identifier: LGPL-3.0-or-later
#include "api/json_body.h"

#include "api/router.h"
#include "core/continuation.h"

#include <QPromise>

#include <algorithm>
#include <exception>

namespace dragonscales::api {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr qsizetype kMaxTraceparent = 256;
constexpr qsizetype kLong = 64 * 1024;
constexpr int kLongOnesAtOnce = 16; // waiting and being read

// JSON, said so or not said at all. A web page of anybody can post a form or plain text without being asked first.
bool isJson(const QByteArray &contentType)
{
    const QByteArray type = contentType.split(';').first().trimmed().toLower();
    return type.isEmpty() || type == "application/json" || (type.startsWith("application/") && type.endsWith("+json"));
}

bool isCompressed(const Request &request)
{
    return std::any_of(request.headers.begin(), request.headers.end(), [](const auto &field) {
        return field.first.compare("Content-Encoding", Qt::CaseInsensitive) == 0 &&
               field.second.trimmed().compare("identity", Qt::CaseInsensitive) != 0;
    });
}

} // namespace

JsonBodies::JsonBodies()
{
    m_thread.setMaxThreadCount(1);
}

QFuture<Response> JsonBodies::read(const Request &request, const Reader &reader)
{
    if (!isJson(request.header("Content-Type"))) {
        return ready(Response::detail(415, u"The body must be JSON: send Content-Type: application/json."_s));
    }
    if (isCompressed(request)) {
        return ready(Response::detail(415, u"The body must not be compressed: leave Content-Encoding out."_s));
    }
    // An array may hold many requests, each of which takes its time to check.
    const bool isShort = request.body.size() <= kLong && !request.body.trimmed().startsWith('[');
    return isShort ? reader(request) : readLong(request, reader);
}

QFuture<Response> JsonBodies::readLong(const Request &request, const Reader &reader)
{
    if (m_waiting.fetch_add(1) >= kLongOnesAtOnce) {
        --m_waiting;
        return ready(Response::detail(503, u"Too many long requests wait to be read; try again later."_s));
    }
    const auto promise = std::make_shared<QPromise<Response>>();
    promise->start();
    m_thread.start([this, request, reader, promise] {
        try {
            QFuture<Response> answer = reader(request);
            answer.waitForFinished(); // so that one at a time is in the making; throws what went wrong
            if (answer.resultCount() > 0) {
                core::resolve(*promise, answer.result());
            } else {
                core::drop(*promise);
            }
        } catch (...) {
            core::failBy(*promise, std::current_exception());
        }
        --m_waiting;
    });
    return promise->future();
}

QByteArray traceparentOf(const Request &request)
{
    const QByteArray value = request.header("traceparent");
    const bool plain = std::all_of(value.begin(), value.end(), [](char c) { return c > 0x20 && c < 0x7f; });
    return plain && value.size() <= kMaxTraceparent ? value : QByteArray();
}

} // namespace dragonscales::api
