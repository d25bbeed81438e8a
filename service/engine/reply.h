// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/result.h"

#include <QFuture>

namespace dragonscales::engine {

// Calls handler(core::Result<T>) once the broker has answered, which it does for every call: in the thread that
// answers, or at once in the caller's when it has answered already.
template <typename T, typename Handler>
void whenReady(QFuture<core::Result<T>> future, Handler handler)
{
    future.then([handler = std::move(handler)](QFuture<core::Result<T>> done) mutable { handler(done.result()); });
}

// The same in the thread of `context`; never when that is gone by then.
template <typename T, typename Handler>
void whenReadyIn(QObject *context, QFuture<core::Result<T>> future, Handler handler)
{
    future.then(context,
                [handler = std::move(handler)](QFuture<core::Result<T>> done) mutable { handler(done.result()); });
}

} // namespace dragonscales::engine
