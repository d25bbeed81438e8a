// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "api/http.h"
#include "api/limits.h"

#include <optional>

namespace dragonscales::api {

// Why a request is not taken: the status of the answer and a sentence for its "detail".
struct Refusal
{
    int status = 400;
    QString sentence;
};

// The head of a request, by RFC 9112.
struct RequestHead
{
    Request request; // without body and client address
    bool http11 = true;
    bool keepAlive = true;
    bool chunked = false;
    bool expectsContinue = false;
    qint64 contentLength = 0;
};

// Each takes one line without its CRLF, or the whole head, and answers why it is refused, or nothing.
std::optional<Refusal> parseRequestLine(QByteArrayView line, const Limits &limits, RequestHead &head);
std::optional<Refusal> parseField(QByteArrayView line, Headers &headers);
// After the last field: hosts, lengths, codings, expectations, persistence.
std::optional<Refusal> judgeHead(const Limits &limits, RequestHead &head);

} // namespace dragonscales::api
