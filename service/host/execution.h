// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/delivery.h"
#include "core/job.h"
#include "core/project.h"

#include <QMutex>

#include <atomic>
#include <functional>

namespace dragonscales::host {

// One run of a task and its storage.
struct JobCall
{
    QUuid job;
    core::ProjectPointer project; // definitions that it starts with
    core::ModuleCall task;
    core::ModuleCall storage;
    core::QueueOptions queue;             // isolation, memory, grace, jobs per runner
    std::chrono::milliseconds timeout{0}; // 0: none
    QByteArray traceparent;
};

// One try of a callback.
struct CallbackCall
{
    QUuid job;
    QUuid delivery;
    core::ProjectPointer project;
    core::ModuleCall callback;
    QByteArray payload;
    std::chrono::milliseconds timeout{60'000};
    QByteArray traceparent;
};

struct JobOutcome
{
    enum class Kind : quint8 { Finished, Failed, Canceled, Stopped };

    Kind kind = Kind::Finished; // Canceled, Stopped: it ended because of the control's request
    QByteArray location;        // JSON, when finished
    core::JobError error;       // when failed
};

struct CallbackOutcome
{
    enum class Kind : quint8 { Delivered, Retry, GiveUp };

    Kind kind = Kind::Delivered;
    int httpStatus = 0;
    QByteArray answer; // at most 4 KiB
    QString error;
    std::optional<std::chrono::milliseconds> retryAfter;
};

// The other end of running code: ask it to stop, hear what it says. Thread-safe; owned by the caller, which keeps it
// until the call has returned (and, after Host gave up a stuck thread, until that thread is back: hence shared).
class Control
{
public:
    enum class Request : quint8 { None, Cancel, Stop };

    Control();
    ~Control();
    Q_DISABLE_COPY_MOVE(Control)

    // Stop flag at once; process isolation: SIGTERM to the group, after `grace` SIGKILL. The first request counts,
    // except that `graceless` shortens an earlier one to now.
    void request(Request what, bool graceless = false);
    Request requested() const { return m_request.load(std::memory_order_acquire); }
    bool graceless() const { return m_graceless.load(std::memory_order_acquire); }
    // Readable (poll) once something was requested. Made at the first call; -1 when the process has no more of them.
    int descriptor();

    // Set before the call; called from whichever thread the code runs in.
    std::function<void(const core::LogLine &)> onLog;
    std::function<void(double fraction, const QString &text)> onProgress;

private:
    std::atomic<Request> m_request = Request::None;
    std::atomic<bool> m_graceless = false;
    QMutex m_mutex;
    int m_eventFd = -1; // under the mutex; most calls run in a thread and never need one
};

} // namespace dragonscales::host
