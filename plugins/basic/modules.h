// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <dragonscales/plugin.h>

namespace dragonscales::plugins::basic {

// Answers with params.value, byte for byte.
class Echo final : public sdk::BaseTask
{
public:
    sdk::Outcome<sdk::TaskResult> run(const sdk::Json &params, sdk::Context &context) override;
};

// Waits for params.seconds; a stop request ends it within 20 ms.
class Sleep final : public sdk::BaseTask
{
public:
    sdk::Outcome<sdk::TaskResult> run(const sdk::Json &params, sdk::Context &context) override;
};

// Keeps nothing; the location is null.
class Discard final : public sdk::BaseStorage
{
public:
    sdk::Outcome<sdk::Json> store(const sdk::TaskResult &result, const sdk::Json &params,
                                  sdk::Context &context) override;
};

// Logs the status object, cut at 4 KiB.
class Log final : public sdk::BaseCallback
{
public:
    sdk::Outcome<sdk::CallbackResult> call(const sdk::Json &status, const sdk::Json &params,
                                           sdk::Context &context) override;
};

} // namespace dragonscales::plugins::basic
