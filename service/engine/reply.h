// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/result.h"

#include <QFuture>

namespace dragonscales::engine {

// Calls handler(core::Result<T>) exactly once when the broker has answered: in the thread that answers, or at once in
// the caller's when it has answered already. A future that is given up without an answer reads as Unavailable.
template <typename T, typename Handler>
void whenReady(QFuture<core::Result<T>> future, Handler handler)
{
    future.then([handler = std::move(handler)](QFuture<core::Result<T>> done) mutable {
        if (done.isCanceled() || done.resultCount() == 0) {
            handler(core::Result<T>(
                core::failure(core::ErrorCode::Unavailable, QStringLiteral("The store stopped before it answered."))));
        } else {
            handler(done.takeResult());
        }
    });
}

} // namespace dragonscales::engine
