// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "broker/broker.h"
#include "engine/engine.h"

#include <QTemporaryDir>

#include <condition_variable>
#include <mutex>

namespace dragonscales::test {

// A gate for code that is to run until the test says so.
class Gate final
{
public:
    void open()
    {
        const std::lock_guard lock(m_mutex);
        m_open = true;
        m_changed.notify_all();
    }
    // Until opened, or until the control asks to stop if it is given; true when opened.
    bool wait(const host::Control *control = nullptr)
    {
        std::unique_lock lock(m_mutex);
        while (!m_open) {
            if (control != nullptr && control->requested() != host::Control::Request::None) {
                return false;
            }
            m_changed.wait_for(lock, std::chrono::milliseconds(2));
        }
        return true;
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_changed;
    bool m_open = false;
};

// An engine on the real broker and embedded store in a temporary folder, with a clock that the test moves and code that
// the test writes. The project: queues "fast" and "slow", tasks "task" (fast), "task-slow" (slow), "task-limited"
// (fast, 200 ms), "task-retry" (fast, two re-runs after 10 and 60 s), storage "storage", callback "callback".
class EngineFixture final
{
public:
    using Run = std::function<host::JobOutcome(const host::JobCall &, host::Control &)>;
    using Call = std::function<host::CallbackOutcome(const host::CallbackCall &, host::Control &)>;

    EngineFixture();
    ~EngineFixture();
    Q_DISABLE_COPY_MOVE(EngineFixture)

    // To be changed before start().
    core::LoadedProject project;
    engine::EngineOptions options;
    core::Isolation isolation = core::Isolation::Thread;
    std::function<std::unique_ptr<broker::Store>(std::unique_ptr<broker::Store>)> decorate; // the writer

    // What runs; may be changed at any time. Without one, everything succeeds.
    void setRun(Run run);
    void setCall(Call call);

    void start();
    void stopBroker();
    engine::Engine &engine() { return *m_engine; }
    // Alive as long as anything of the engine that was started last is.
    std::weak_ptr<const core::LoadedProject> loaded() const { return m_loaded; }
    void dropEngine() { m_engine.reset(); }
    broker::Broker &broker() { return *m_broker; }
    core::ManualClock &clock() { return *m_clock; }

    core::JobSpec spec(const QString &task = QStringLiteral("task")) const;
    QUuid enqueue(const core::JobSpec &spec); // and waits until it is stored
    QUuid enqueue(const QString &task = QStringLiteral("task")) { return enqueue(spec(task)); }

    core::Job job(const QUuid &id);
    core::JobStatus status(const QUuid &id) { return job(id).status; }
    core::Delivery delivery(const QUuid &job); // of its latest run; of no id when there is none
    bool isDelivered(const QUuid &job) { return delivery(job).status == core::DeliveryStatus::Delivered; }

    static host::JobOutcome finished(const QByteArray &location = "\"there\"");
    static host::JobOutcome failed(const QString &message);
    static host::CallbackOutcome delivered();
    static host::CallbackOutcome refused(int status);

private:
    engine::Code code();

    QTemporaryDir m_folder;
    std::shared_ptr<core::ManualClock> m_clock = std::make_shared<core::ManualClock>();
    std::unique_ptr<broker::Broker> m_broker;
    std::weak_ptr<const core::LoadedProject> m_loaded;
    std::unique_ptr<engine::Engine> m_engine;
    std::mutex m_mutex;
    Run m_run;
    Call m_call;
};

} // namespace dragonscales::test
