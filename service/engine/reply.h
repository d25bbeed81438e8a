// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/continuation.h"
#include "core/result.h"

#include <QFutureWatcher>

namespace dragonscales::engine {

// Calls handler(core::Result<T>) once the broker has answered, which it does for every call: in the thread that
// answers, or at once in the caller's when it has answered already.
template <typename T, typename Handler>
void whenReady(QFuture<core::Result<T>> future, Handler handler)
{
    core::whenDone(std::move(future), [handler = std::move(handler)](const QFuture<core::Result<T>> &done) mutable {
        if (done.resultCount() > 0) {
            handler(done.result());
        }
    });
}

// The same in the thread of `context`, which is the caller's; never when that is gone by then. By a watcher, since
// QFuture::then(context, …) of Qt 6.4 asserts that the context is still there.
template <typename T, typename Handler>
void whenReadyIn(QObject *context, const QFuture<T> &future, Handler handler)
{
    auto *watcher = new QFutureWatcher<T>(context);
    QObject::connect(watcher, &QFutureWatcherBase::finished, context,
                     [watcher, handler = std::move(handler)]() mutable {
                         watcher->deleteLater();
                         handler(watcher->result());
                     });
    watcher->setFuture(future);
}

} // namespace dragonscales::engine
