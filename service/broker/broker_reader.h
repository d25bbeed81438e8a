// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "broker/store.h"
#include "core/continuation.h"

#include <QFuture>
#include <QPromise>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace dragonscales::broker {

// The thread that reads, on a connection of its own, so that reads never hold up writes. Asked from any thread.
class BrokerReader final
{
public:
    explicit BrokerReader(std::unique_ptr<Store> store);
    ~BrokerReader();
    Q_DISABLE_COPY_MOVE(BrokerReader)

    void start();
    void stop(); // after all that has been asked is answered

    // `read` is called with the store from the reader's thread and returns Result<T>.
    template <typename T, typename Read>
    QFuture<core::Result<T>> ask(Read read)
    {
        auto task = std::make_unique<TaskOf<T, Read>>(std::move(read));
        QFuture<core::Result<T>> reply = task->promise.future();
        add(std::move(task));
        return reply;
    }

private:
    struct Task
    {
        virtual ~Task() = default;
        virtual void run(Store &store) = 0;
        virtual void refuse(const core::Error &error) = 0;
    };

    template <typename T, typename Read>
    struct TaskOf final : Task
    {
        explicit TaskOf(Read readOfTask)
            : read(std::move(readOfTask))
        {
            promise.start();
        }
        void run(Store &store) override { answer(read(store)); }
        void refuse(const core::Error &error) override { answer(tl::unexpected(error)); }
        void answer(core::Result<T> result) { core::resolve(promise, std::move(result)); }

        Read read;
        QPromise<core::Result<T>> promise;
    };

    void add(std::unique_ptr<Task> task);
    void loop();
    std::unique_ptr<Task> next();

    std::unique_ptr<Store> m_store;
    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::deque<std::unique_ptr<Task>> m_waiting;
    bool m_stopping = false;
    std::thread m_thread;
};

} // namespace dragonscales::broker
