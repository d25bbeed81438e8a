// SPDX-License-Identifier: LGPL-3.0-or-later
#include "bin/assembly.h"

#include "broker/sqlite_store.h"
#include "core/project_loader.h"
#include "host/module_sources.h"
#include "host/runner_environment.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QLoggingCategory>
#include <QRegularExpression>
#include <QSysInfo>

#include <algorithm>

#include <sys/resource.h>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::assembly {

Q_LOGGING_CATEGORY(lcService, "dragonscales.service")

namespace {

using Failed = tl::unexpected<StartFailure>;

Failed failed(const core::Error &error)
{
    QString line = error.where.isEmpty() || error.message.contains(error.where)
                       ? error.message
                       : u"%1: %2"_s.arg(error.where, error.message);
    // Who has the store says so as owner() does.
    static const QRegularExpression address(u" at (https?://\\S+):"_s);
    if (const auto match = address.match(line); error.code == core::ErrorCode::StoreInUse && match.hasMatch()) {
        line += u" Show that one: dragonscales --url %1"_s.arg(match.captured(1));
    }
    return Failed(StartFailure{1, {line}});
}

Failed failed(const QString &path, const QList<core::Problem> &problems)
{
    StartFailure failure;
    qsizetype errors = 0;
    for (const core::Problem &problem : problems) {
        failure.lines.append(core::compilerLine(path, problem));
        errors += problem.severity == core::Problem::Severity::Error ? 1 : 0;
    }
    failure.lines.append(u"The project %1 has %2; the service does not start with it."_s.arg(
        path, errors == 1 ? u"an error"_s : u"%1 errors"_s.arg(errors)));
    return Failed(std::move(failure));
}

QString owner(const QString &url)
{
    const auto process = u"process %1"_s.arg(QCoreApplication::applicationPid());
    return url.isEmpty() ? process : u"%1 at %2"_s.arg(process, url);
}

// Each connection and each runner takes some descriptors, and the usual soft limit of 1,024 is soon reached.
void allowDescriptors(const ServiceOptions &options)
{
    constexpr rlim_t kOthers = 65'536; // runners of queues with a thousand workers, store, logs
    const rlim_t wanted = kOthers + (options.api ? static_cast<rlim_t>(options.server.limits.connections) : 0);
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < wanted) {
        limit.rlim_cur = std::min(wanted, limit.rlim_max);
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

} // namespace

// In the order in which they are made; taken down in the reverse one.
struct Service::Parts
{
    std::shared_ptr<const core::Clock> clock = std::make_shared<core::SystemClock>();
    std::shared_ptr<const host::Catalog> catalog;
    std::shared_ptr<core::LoadedProject> project;
    QString storePath;
    std::unique_ptr<broker::Broker> broker;
    std::unique_ptr<index::Index> index;
    std::unique_ptr<host::Host> host;
    std::unique_ptr<engine::Engine> engine;
    std::unique_ptr<api::Server> server;
    ServiceFacts facts;

    using Step = tl::expected<void, StartFailure>;
    Step load(const ServiceOptions &options);
    Step checkQueues(const ServiceOptions &options) const;
    Step openStore(const ServiceOptions &options);
    Step makeHost();
    QStringList formerQueues() const;
    Step makeEngine(const ServiceOptions &options);
    Step listen(const ServiceOptions &options);
};

Service::Parts::Step Service::Parts::load(const ServiceOptions &options)
{
    QList<core::Problem> problems;
    const QString path = QFileInfo(options.projectPath).absoluteFilePath();
    const auto read = core::readProject(path, &problems);
    if (!read) {
        return failed(options.projectPath, problems);
    }
    auto folders = host::Catalog::bundledFolders();
    for (const QString &folder : options.pluginFolders + read->pluginFolders) {
        folders.append({folder, false});
    }
    catalog = host::Catalog::scan(folders);
    for (const host::CatalogFault &fault : catalog->faults()) {
        qCWarning(lcService).noquote() << u"%1: %2"_s.arg(fault.path, fault.message);
    }
    // Whoever names a project for a service trusts it.
    host::PythonModules python({}, host::referencedNames(*read));
    const host::ModuleSources modules(*catalog, &python);
    auto outcome = core::loadProject(path, modules, QProcessEnvironment::systemEnvironment());
    if (!outcome.ok()) {
        return failed(options.projectPath, outcome.problems);
    }
    for (const core::Problem &problem : outcome.problems) {
        facts.warnings.append(core::compilerLine(options.projectPath, problem));
        qCWarning(lcService).noquote() << facts.warnings.last();
    }
    project = std::move(outcome.project);
    facts.projectId = project->project.id;
    facts.projectPath = project->project.path;
    facts.tasks = static_cast<int>(project->project.tasks.size());
    facts.queues = static_cast<int>(project->project.queues.size());
    return {};
}

Service::Parts::Step Service::Parts::checkQueues(const ServiceOptions &options) const
{
    for (const QString &name : options.engine.queues) {
        if (project->project.queue(name) == nullptr) {
            QStringList names;
            for (const core::QueueEntry &queue : project->project.queues) {
                names.append(queue.name);
            }
            return Failed(StartFailure{2,
                                       {u"--queues names “%1”, but the project has no such queue; it has: %2."_s.arg(
                                           name, names.join(u", "_s))}});
        }
    }
    return {};
}

Service::Parts::Step Service::Parts::openStore(const ServiceOptions &options)
{
    storePath = options.storePath.isEmpty() ? QDir(core::dataFolder(project->project.id)).filePath(u"store.db"_s)
                                            : options.storePath;
    broker::SqliteOptions writing{storePath, owner({}), false};
    auto writer = broker::SqliteStore::open(writing, clock);
    if (!writer) {
        return failed(writer.error());
    }
    storePath = QFileInfo(storePath).absoluteFilePath();
    facts.storePath = storePath;
    broker::SqliteOptions reading{storePath, owner({}), true};
    auto reader = broker::SqliteStore::open(reading, clock);
    if (!reader) {
        return failed(reader.error());
    }
    broker = std::make_unique<broker::Broker>(std::move(*writer), std::move(*reader), broker::BrokerOptions{});
    broker->start();
    if (options.api) {
        const QString path = QFileInfo(storePath).absoluteDir().filePath(u"index.db"_s);
        index = std::make_unique<index::Index>(*broker, index::IndexOptions{path});
        index->start();
    }
    return {};
}

Service::Parts::Step Service::Parts::makeHost()
{
    host = std::make_unique<host::Host>(catalog, host::HostOptions{});
    const auto problems = host->tryConstructors(project);
    for (const core::Problem &problem : problems) {
        if (problem.severity == core::Problem::Severity::Error) {
            return failed(project->project.path, problems);
        }
    }
    return {};
}

// Queues that the project has no more: jobs may wait in them, or be run again. Those that wait are told of, since a
// renamed queue may be a slip.
QStringList Service::Parts::formerQueues() const
{
    QStringList former;
    const auto counts = broker->counts().result();
    for (const broker::QueueCounts &queue : counts.value_or(QList<broker::QueueCounts>())) {
        const qint64 waiting = queue.scheduled + queue.queued + queue.started;
        if (project->project.queue(queue.queue) != nullptr) {
            continue;
        }
        former << queue.queue;
        if (waiting > 0) {
            qCWarning(lcService).noquote() << waiting << "jobs wait in the queue" << queue.queue
                                           << "that the project has no more; one worker works them off.";
        }
    }
    return former;
}

Service::Parts::Step Service::Parts::makeEngine(const ServiceOptions &options)
{
    if (!options.workers) {
        return {};
    }
    auto settings = options.engine;
    if (settings.worker.isEmpty()) {
        settings.worker = u"%1:%2"_s.arg(QSysInfo::machineHostName()).arg(QCoreApplication::applicationPid());
    }
    if (settings.queues.isEmpty()) {
        settings.formerQueues = formerQueues();
    }
    engine = std::make_unique<engine::Engine>(*broker, *host, project, settings);
    return {};
}

Service::Parts::Step Service::Parts::listen(const ServiceOptions &options)
{
    if (!options.api) {
        return {};
    }
    server = std::make_unique<api::Server>(*broker, *index, *host, engine.get(), project, options.server);
    const auto url = server->start();
    if (!url) {
        return failed(url.error());
    }
    facts.url = *url;
    broker::SqliteStore::tellOwner(storePath, owner(*url));
    return {};
}

Service::Service(ServiceOptions options, QObject *parent)
    : QObject(parent)
    , m_options(std::move(options))
{
}

Service::~Service()
{
    takeDown();
}

tl::expected<ServiceFacts, StartFailure> Service::start()
{
    allowDescriptors(m_options);
    m_parts = std::make_unique<Parts>();
    const auto outcome = m_parts->load(m_options)
                             .and_then([this] { return m_parts->checkQueues(m_options); })
                             .and_then([this] { return m_parts->openStore(m_options); })
                             .and_then([this] { return m_parts->makeHost(); })
                             .and_then([this] { return m_parts->makeEngine(m_options); })
                             .and_then([this] { return m_parts->listen(m_options); });
    if (!outcome) {
        takeDown();
        return tl::unexpected(outcome.error());
    }
    if (m_parts->engine) {
        connect(
            m_parts->engine.get(), &engine::Engine::stopped, this,
            [this] {
                takeDown();
                Q_EMIT stopped();
            },
            Qt::QueuedConnection);
        m_parts->engine->start();
    }
    return m_parts->facts;
}

void Service::stop()
{
    if (m_parts && m_parts->engine) {
        m_parts->engine->stop();
        return;
    }
    stopNow();
}

void Service::stopNow()
{
    if (m_parts && m_parts->engine) {
        m_parts->engine->stopNow();
        return;
    }
    takeDown();
    Q_EMIT stopped();
}

broker::Broker *Service::broker() const
{
    return m_parts->broker.get();
}

bool Service::hasStuckThreads() const
{
    return m_stuck;
}

void Service::takeDown()
{
    if (!m_parts) {
        return;
    }
    const auto parts = std::exchange(m_parts, nullptr);
    if (parts->server) {
        parts->server->stop();
    }
    // The server asks the engine how it does, so it goes first.
    parts->server.reset();
    m_stuck = parts->engine && !parts->engine->end();
    parts->engine.reset();
    // The index last: it would have to be rebuilt if it missed a commit.
    if (parts->broker) {
        parts->broker->stop();
    }
    if (parts->index) {
        parts->index->stop();
    }
    if (m_stuck) {
        // The thread that is stuck in a module's code may come back to its host.
        std::ignore = parts->host.release();
    }
}

} // namespace dragonscales::assembly
