// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "bin/manager/command.h"
#include "client/api_client.h"

#include <QDeadlineTimer>

namespace dragonscales::manager {

// Makes the client that the settings describe, which lives as long as the program; the error is wrong usage.
core::Result<client::ApiClient *> makeClient(const core::Settings &settings, std::chrono::milliseconds timeout);
QString shownAddress(const core::Settings &settings); // without a password
// From --timeout, or 30 s.
std::chrono::milliseconds answerTimeout(const core::Settings &settings);

// Runs the event loop until the answer is there, or the deadline: TimedOut.
core::Result<client::Answer> await(const client::ApiClient::Reply<client::Answer> &reply,
                                   QDeadlineTimer deadline = QDeadlineTimer(QDeadlineTimer::Forever));

// What the service answers when all is well.
enum class Shape : quint8 { Job, Jobs, Null, Outcome };
// Prints the JSON of an answer of `address`; an answer that refuses, or that no service of ours gives, goes to standard
// error with a sentence.
Exit show(const core::Result<client::Answer> &answer, Shape shape, const QString &address);
// The same for an answer that is not what was expected: what it says, and the exit status of that.
Exit complainOf(const core::Result<client::Answer> &answer, const QString &address, const QString &strange);

QString jobPath(const QString &id);
QString jobPathV2(const QString &id);

} // namespace dragonscales::manager
