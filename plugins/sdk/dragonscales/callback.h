// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <dragonscales/context.h>
#include <dragonscales/result.h>

#include <optional>

namespace dragonscales::sdk {

// What became of one try.
struct CallbackResult
{
    enum class Kind : quint8 { Delivered, Retry, GiveUp };

    Kind kind = Kind::Delivered;
    int httpStatus = 0;                                  // 0: none
    QByteArray answer;                                   // what the receiver said; the first 4 KiB are kept
    QString error;                                       // one sentence unless delivered
    std::optional<std::chrono::milliseconds> retryAfter; // the receiver asked to wait at least so long
};

// Tells a client how its job ended. Threads as with BaseTask.
class BaseCallback
{
public:
    virtual ~BaseCallback() = default;
    // `status` is the object that GET /api/v1/jobs/{id} answers. A Failure or an exception counts as Retry.
    virtual Outcome<CallbackResult> call(const Json &status, const Json &params, Context &context) = 0;
};

} // namespace dragonscales::sdk
