// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "program.h"

namespace dragonscales::plugins::command {

// The module "program": each kind runs the program of its args once per call.

class ProgramTask final : public sdk::BaseTask
{
public:
    explicit ProgramTask(const sdk::Args &args);
    sdk::Outcome<sdk::TaskResult> run(const sdk::Json &params, sdk::Context &context) override;

private:
    const Program m_program;
};

class ProgramStorage final : public sdk::BaseStorage
{
public:
    explicit ProgramStorage(const sdk::Args &args);
    sdk::Outcome<sdk::Json> store(const sdk::TaskResult &result, const sdk::Json &params,
                                  sdk::Context &context) override;

private:
    const Program m_program;
};

// Status 0 is delivered, 65 (EX_DATAERR) gives up, any other end is tried again.
class ProgramCallback final : public sdk::BaseCallback
{
public:
    explicit ProgramCallback(const sdk::Args &args);
    sdk::Outcome<sdk::CallbackResult> call(const sdk::Json &status, const sdk::Json &params,
                                           sdk::Context &context) override;

private:
    const Program m_program;
};

// Lets in only on status 0 with a verdict that allows, or with no output.
class ProgramAuthorizer final : public sdk::BaseAuthorizer
{
public:
    explicit ProgramAuthorizer(const sdk::Args &args);
    sdk::Outcome<sdk::Verdict> authorize(const sdk::Request &request) override;

private:
    const Program m_program;
};

} // namespace dragonscales::plugins::command
