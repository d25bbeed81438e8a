// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "answer_parser.h"
#include "guard.h"

#include <dragonscales/context.h>

#include <QUrl>

#include <chrono>

namespace dragonscales::plugins::http {

struct Request
{
    QByteArray method = "GET";
    QUrl url;
    Headers headers; // besides those that frame the message
    QByteArray body;
};

struct ExchangeLimits
{
    std::chrono::milliseconds timeout{15'000}; // for everything, from the look-up of the name to the answer's last byte
    qint64 maxBody = 0;
    AnswerParser::Overflow overflow =
        AnswerParser::Overflow::Fail; // Cut: a body that stops coming is no failure either
};

// Types of failures.
inline const QString kRefused = QStringLiteral("refused"); // will be refused again: the URL, or the guard
inline const QString kStopped = QStringLiteral("stopped");
inline const QString kNetwork = QStringLiteral("network"); // not reached, too slow, or no sense in the answer

// An absolute http or https address without user name and password; else a failure of type kRefused.
sdk::Outcome<QUrl> checkedUrl(const QString &text);

// Sends one request and reads its answer. The host is resolved once, the connection goes to an address that the guard
// has seen, by way of no proxy; a redirect is an answer like any other. TLS certificates are checked against the host's
// name. Works in any thread, with or without an event loop of its own, and returns soon after a stop request.
sdk::Outcome<Answer> exchange(const Request &request, const Guard &guard, const ExchangeLimits &limits,
                              sdk::Context &context);

} // namespace dragonscales::plugins::http
