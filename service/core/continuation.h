// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <QFuture>
#include <QPromise>

#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

// What follows a future, in place of QFuture::then(). Qt 6.8 runs a continuation twice, and crashes at that, when it is
// added in the moment in which another thread finishes the promise. Here a promise's outcome and a continuation never
// come at once: whoever makes promises for these futures ends them by resolve(), drop() or failBy().
namespace dragonscales::core {

// Held for moments only, but recursive: Qt may run a continuation that is added to a dropped promise at once.
inline std::recursive_mutex &continuationMutex()
{
    static std::recursive_mutex mutex;
    return mutex;
}

template <typename T, typename SetOutcome>
void endBy(QPromise<T> &promise, SetOutcome setOutcome)
{
    {
        const std::lock_guard lock(continuationMutex());
        setOutcome();
    }
    promise.finish();
}

template <typename T>
void resolve(QPromise<T> &promise, T result)
{
    endBy(promise, [&] { promise.addResult(std::move(result)); });
}

// There will be no result.
template <typename T>
void drop(QPromise<T> &promise)
{
    endBy(promise, [&] { promise.future().cancel(); });
}

// An exception instead of a result.
template <typename T>
void failBy(QPromise<T> &promise, const std::exception_ptr &exception)
{
    endBy(promise, [&] { promise.setException(exception); });
}

// Calls handler(const QFuture<T> &) once, when the result is there: in the thread that brings it, or at once. The
// future of a promise that was dropped has no result (resultCount() is 0); of one that failed it has the exception.
template <typename T, typename Handler>
void whenDone(QFuture<T> future, Handler handler)
{
    {
        const std::lock_guard lock(continuationMutex());
        if (future.resultCount() == 0 && !future.isCanceled() && !future.isFinished()) {
            const auto shared = std::make_shared<Handler>(std::move(handler));
            future.then([shared](const QFuture<T> &done) { (*shared)(done); }).onCanceled([shared] {
                (*shared)(QFuture<T>());
            });
            return;
        }
    }
    handler(future);
}

// Of a future without a result: the exception that it has, or that it was dropped.
template <typename T, typename Next>
void passOn(QFuture<T> future, QPromise<Next> &promise)
{
    try {
        future.waitForFinished(); // throws it
    } catch (...) {
        failBy(promise, std::current_exception());
        return;
    }
    drop(promise);
}

// The future of f(T). It is dropped when `future` is, and has what f or `future` throw.
template <typename T, typename F>
auto followedBy(const QFuture<T> &future, F f) -> QFuture<std::invoke_result_t<F, T>>
{
    using Next = std::invoke_result_t<F, T>;
    const auto promise = std::make_shared<QPromise<Next>>();
    promise->start();
    whenDone(future, [promise, f = std::move(f)](const QFuture<T> &done) mutable {
        if (done.resultCount() == 0) {
            passOn(done, *promise);
            return;
        }
        try {
            resolve(*promise, Next(f(done.result())));
        } catch (...) {
            failBy(*promise, std::current_exception());
        }
    });
    return promise->future();
}

// The same for an f that answers a future itself.
template <typename T, typename F>
auto followedByFuture(const QFuture<T> &future, F f) -> std::invoke_result_t<F, T>
{
    using Next = std::decay_t<decltype(std::declval<std::invoke_result_t<F, T>>().result())>;
    const auto promise = std::make_shared<QPromise<Next>>();
    promise->start();
    whenDone(future, [promise, f = std::move(f)](const QFuture<T> &done) mutable {
        if (done.resultCount() == 0) {
            passOn(done, *promise);
            return;
        }
        try {
            whenDone(f(done.result()), [promise](const QFuture<Next> &next) {
                if (next.resultCount() > 0) {
                    resolve(*promise, next.result());
                } else {
                    passOn(next, *promise);
                }
            });
        } catch (...) {
            failBy(*promise, std::current_exception());
        }
    });
    return promise->future();
}

// The results of all of them, in their order; dropped when one of them is.
template <typename T>
QFuture<QList<T>> allOf(const QList<QFuture<T>> &futures)
{
    struct Gathering
    {
        QPromise<QList<T>> promise;
        std::mutex mutex;
        std::vector<std::optional<T>> results;
        qsizetype missing = 0;
    };
    const auto all = std::make_shared<Gathering>();
    all->promise.start();
    all->results.resize(static_cast<size_t>(futures.size()));
    all->missing = futures.size();
    const auto complete = [all] {
        QList<T> results;
        for (auto &result : all->results) {
            if (!result) {
                drop(all->promise);
                return;
            }
            results.append(std::move(*result));
        }
        resolve(all->promise, std::move(results));
    };
    for (qsizetype i = 0; i < futures.size(); ++i) {
        whenDone(futures.at(i), [all, complete, i](const QFuture<T> &done) {
            {
                const std::lock_guard lock(all->mutex);
                if (done.resultCount() > 0) {
                    all->results[static_cast<size_t>(i)] = done.result();
                }
                if (--all->missing > 0) {
                    return;
                }
            }
            complete();
        });
    }
    if (futures.isEmpty()) {
        complete();
    }
    return all->promise.future();
}

} // namespace dragonscales::core
