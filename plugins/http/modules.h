// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "exchange.h"
#include "signature.h"

#include <dragonscales/plugin.h>

namespace dragonscales::plugins::http {

// Sends one request and answers what came back, whatever its status.
class RequestTask final : public sdk::BaseTask
{
public:
    explicit RequestTask(const sdk::Args &args);
    sdk::Outcome<sdk::TaskResult> run(const sdk::Json &params, sdk::Context &context) override;

private:
    Guard m_guard;
    ExchangeLimits m_limits;
};

// Posts the status object to the client's address, signed as Standard Webhooks says.
class Webhook final : public sdk::BaseCallback
{
public:
    explicit Webhook(const sdk::Args &args);
    sdk::Outcome<sdk::CallbackResult> call(const sdk::Json &status, const sdk::Json &params,
                                           sdk::Context &context) override;

private:
    Headers signedHeaders(const QByteArray &body, const sdk::Context &context) const;

    Guard m_guard;
    Signer m_signer;
    ExchangeLimits m_limits;
};

// From args: "allow", and "timeout" in seconds. Both throw when they make no sense.
Guard guardFrom(const sdk::Args &args);
std::chrono::milliseconds timeoutFrom(const sdk::Args &args, double fallbackSec);

} // namespace dragonscales::plugins::http
