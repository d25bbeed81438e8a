// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "api/http.h"

#include <QFuture>

#include <functional>

namespace dragonscales::api {

// Answers one framed request, now or later, from any thread; may be called in the gate's thread only.
using RequestHandler = std::function<QFuture<Response>(const Request &)>;

// How the client that asked must be answered.
struct AnswerForm
{
    bool headOnly = false;
    bool http11 = true;
    bool keepAlive = true;
};

// An answer as it goes to the socket.
struct Answer
{
    QByteArray bytes;                  // the head, and the body unless it is streamed
    std::shared_ptr<QIODevice> stream; // what follows them, or null
    bool keepAlive = true;
};

// Content-Type, Date, the response's own and what says how long the body is and whether the connection stays.
Headers answerFields(const Response &response, const AnswerForm &form);
// The whole of it. A stream is chunked for HTTP/1.1; for HTTP/1.0 the end of the connection ends it.
Answer makeAnswer(const Response &response, const AnswerForm &form);
bool mayHaveBody(int status);

} // namespace dragonscales::api
