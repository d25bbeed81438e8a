// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "bin/manager/command.h"
#include "client/api_client.h"

#include <QDeadlineTimer>

#include <memory>

namespace dragonscales::manager {

// Makes the client that the settings describe; the error is wrong usage.
core::Result<std::unique_ptr<client::ApiClient>> makeClient(const core::Settings &settings,
                                                            std::chrono::milliseconds timeout);
// From --timeout, or 30 s.
std::chrono::milliseconds answerTimeout(const core::Settings &settings);

// Runs the event loop until the answer is there, or the deadline: TimedOut.
core::Result<client::Answer> await(const client::ApiClient::Reply<client::Answer> &reply,
                                   QDeadlineTimer deadline = QDeadlineTimer(QDeadlineTimer::Forever));

// Prints the JSON of an answer; an answer that refuses, or is no JSON, goes to standard error with a sentence.
Exit show(const core::Result<client::Answer> &answer);

QString jobPath(const QString &id);

} // namespace dragonscales::manager
