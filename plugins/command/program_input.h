// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <dragonscales/authorizer.h>
#include <dragonscales/context.h>
#include <dragonscales/result.h>

namespace dragonscales::plugins::command {

// What a program reads on standard input: one JSON object and a line feed. Args, params, result and status stand in it
// as they were written.

struct ProgramEntry
{
    QString name; // in the project
    sdk::Json args;
};

QByteArray taskInput(const ProgramEntry &entry, const sdk::Json &params, sdk::Context &context);
QByteArray storageInput(const ProgramEntry &entry, const sdk::TaskResult &result, const sdk::Json &params,
                        sdk::Context &context);
QByteArray callbackInput(const ProgramEntry &entry, const sdk::Json &status, const sdk::Json &params,
                         sdk::Context &context);
// Bytes of header values and of the query stand as the characters of their numbers (ISO 8859-1).
QByteArray authorizerInput(const ProgramEntry &entry, const sdk::Request &request);

} // namespace dragonscales::plugins::command
