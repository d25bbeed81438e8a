// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "support/http_call.h"
#include "support/webhook_receiver.h"

#include <QByteArray>
#include <QString>

namespace dragonscales::test {

// The project of these tests: queues "work" (2 workers) and "careful" (1 worker, runners), tasks "echo", "sleep",
// "checksum" (of files in "files"), "missing-file" and "careful-sleep", storages "discard", "disk" (in "results") and
// "nowhere" (whose folder cannot be made), callbacks "hook" (tries again after 0, 1 and 1 s) and "log".
QByteArray projectJson();

// The key of "hook", as it stands in the project.
QByteArray hookSecret();

// Whether the request carries a signature of that key over its id, its time and its body.
bool isSigned(const ReceivedHook &hook);

// The body of a submission that calls `hookUrl`; `params` of the task as JSON.
QByteArray jobBody(const QByteArray &task, const QByteArray &params, const QString &hookUrl,
                   const QByteArray &storage = "discard", const QByteArray &storageParams = "{}");

// A string member of a JSON object, one number deep at most; empty when there is none.
QByteArray member(const QByteArray &object, const QString &key);

// The id of an accepted job; empty when it was refused.
QByteArray submit(const HttpCall &http, const QByteArray &body);

// The status that GET answers for the job; the HTTP status instead of it when there is none.
QByteArray statusOf(const HttpCall &http, const QByteArray &id);

} // namespace dragonscales::test
