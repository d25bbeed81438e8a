// SPDX-License-Identifier: LGPL-3.0-or-later
#include "engine_fixture.h"

#include "broker/sqlite_store.h"
#include "core/ids.h"

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace dragonscales::test {

namespace {

core::ModuleEntry entry(core::ModuleKind kind, const QString &name, const QString &queue = {})
{
    core::ModuleEntry made;
    made.kind = kind;
    made.name = name;
    made.module = name;
    made.queue = queue;
    return made;
}

template <typename T>
T must(QFuture<core::Result<T>> future)
{
    auto result = future.result();
    if (!result) {
        qFatal("the store answered: %s", qPrintable(result.error().message));
    }
    return *result;
}

} // namespace

EngineFixture::EngineFixture()
{
    core::QueueOptions queue;
    queue.workers = 2;
    queue.grace = 300ms;
    project.project.queues = {{u"fast"_s, queue}, {u"slow"_s, queue}};
    project.project.tasks = {entry(core::ModuleKind::Task, u"task"_s, u"fast"_s),
                             entry(core::ModuleKind::Task, u"task-slow"_s, u"slow"_s),
                             entry(core::ModuleKind::Task, u"task-limited"_s, u"fast"_s),
                             entry(core::ModuleKind::Task, u"task-retry"_s, u"fast"_s)};
    project.project.tasks[2].timeout = 200ms;
    project.project.tasks[3].retry = core::RetryPolicy{2, {10s, 60s}};
    project.project.storages = {entry(core::ModuleKind::Storage, u"storage"_s)};
    project.project.callbacks = {entry(core::ModuleKind::Callback, u"callback"_s)};
    options.worker = u"tester"_s;
    options.look = 20ms;
    options.purgeEvery = 50ms;
}

EngineFixture::~EngineFixture()
{
    m_engine.reset();
    stopBroker();
}

void EngineFixture::setRun(Run run)
{
    const std::lock_guard lock(m_mutex);
    m_run = std::move(run);
}

void EngineFixture::setCall(Call call)
{
    const std::lock_guard lock(m_mutex);
    m_call = std::move(call);
}

engine::Code EngineFixture::code()
{
    engine::Code code;
    code.run = [this](const host::JobCall &call, const std::shared_ptr<host::Control> &control) {
        Run run;
        {
            const std::lock_guard lock(m_mutex);
            run = m_run;
        }
        return run ? run(call, *control) : finished();
    };
    code.call = [this](const host::CallbackCall &callbackCall, const std::shared_ptr<host::Control> &control) {
        Call call;
        {
            const std::lock_guard lock(m_mutex);
            call = m_call;
        }
        return call ? call(callbackCall, *control) : delivered();
    };
    code.isolationOf = [this](const host::JobCall &) { return isolation; };
    return code;
}

void EngineFixture::start()
{
    if (!m_broker) {
        broker::SqliteOptions writing{m_folder.filePath(u"store.db"_s), u"the test"_s, false};
        auto writer = broker::SqliteStore::open(writing, m_clock);
        auto reading = writing;
        reading.readOnly = true;
        auto reader = broker::SqliteStore::open(reading, m_clock);
        if (!writer || !reader) {
            qFatal("the store does not open");
        }
        std::unique_ptr<broker::Store> store = std::move(*writer);
        if (decorate) {
            store = decorate(std::move(store));
        }
        m_broker = std::make_unique<broker::Broker>(std::move(store), std::move(*reader), broker::BrokerOptions{});
        m_broker->start();
    }
    const auto loaded = std::make_shared<core::LoadedProject>(project);
    m_loaded = loaded;
    m_engine = std::make_unique<engine::Engine>(*m_broker, code(), loaded, options);
    m_engine->start();
}

void EngineFixture::stopBroker()
{
    if (m_broker) {
        m_broker->stop();
    }
}

core::JobSpec EngineFixture::spec(const QString &task) const
{
    core::JobSpec made;
    made.id = core::newJobId(m_clock->now());
    const core::ModuleEntry *found = project.project.entry(core::ModuleKind::Task, task);
    made.queue = found != nullptr ? found->queue : u"fast"_s;
    made.task.name = task;
    made.storage.name = u"storage"_s;
    made.callback.name = u"callback"_s;
    return made;
}

QUuid EngineFixture::enqueue(const core::JobSpec &spec)
{
    return must(m_broker->enqueue(spec)).id;
}

core::Job EngineFixture::job(const QUuid &id)
{
    return must(m_broker->job(id));
}

core::Delivery EngineFixture::delivery(const QUuid &job)
{
    const auto list = must(m_broker->deliveriesOf(job));
    return list.isEmpty() ? core::Delivery{} : list.last();
}

host::JobOutcome EngineFixture::finished(const QByteArray &location)
{
    host::JobOutcome outcome;
    outcome.location = location;
    return outcome;
}

host::JobOutcome EngineFixture::failed(const QString &message)
{
    host::JobOutcome outcome;
    outcome.kind = host::JobOutcome::Kind::Failed;
    outcome.error.type = u"failure"_s;
    outcome.error.message = message;
    return outcome;
}

host::CallbackOutcome EngineFixture::delivered()
{
    return {};
}

host::CallbackOutcome EngineFixture::refused(int status)
{
    host::CallbackOutcome outcome;
    outcome.kind = host::CallbackOutcome::Kind::Retry;
    outcome.httpStatus = status;
    outcome.error = u"The receiver answered %1."_s.arg(status);
    return outcome;
}

} // namespace dragonscales::test
