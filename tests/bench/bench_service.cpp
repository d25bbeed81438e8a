// SPDX-License-Identifier: LGPL-3.0-or-later
#include "bench/bench_service.h"

#include "bench/python_modules.h"
#include "core/ids.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

namespace dragonscales::bench {

core::JobSpec benchJob()
{
    core::JobSpec spec;
    spec.id = core::newJobId(core::SystemClock().now());
    spec.queue = QStringLiteral("bench");
    spec.task = {QStringLiteral("echo"), R"({"value":"hello"})"};
    spec.storage = {QStringLiteral("discard"), "{}"};
    spec.callback = {QStringLiteral("log"), "{}"};
    return spec;
}

QByteArray benchBody()
{
    return R"({"task":{"name":"echo","params":{"value":"hello"}},)"
           R"("storage":{"name":"discard","params":{}},"callback":{"name":"log","params":{}}})";
}

QByteArray benchProject(int workers, const QByteArray &isolation)
{
    return R"({"id":"bench","queues":[{"name":"bench","args":{"workers":)" + QByteArray::number(workers) +
           R"(,"isolation":")" + isolation +
           R"("}}],)"
           R"("tasks":[{"name":"echo","queue":"bench","module":"echo","args":{}}],)"
           R"("storages":[{"name":"discard","module":"discard","args":{}}],)"
           R"("callbacks":[{"name":"log","module":"log","args":{}}]})";
}

void BenchService::writeProject(const QString &folder, const Options &options)
{
    const auto write = [&folder](const QString &name, const QByteArray &content) {
        QFile file(folder + u'/' + name);
        if (!QDir().mkpath(QFileInfo(file).path()) || !file.open(QIODevice::WriteOnly) || file.write(content) < 0) {
            qFatal("bench: cannot write %s", qPrintable(file.fileName()));
        }
    };
    if (!options.python) {
        write(QStringLiteral("project.json"), benchProject(options.workers, options.isolation));
        return;
    }
    write(QStringLiteral("project.json"), pythonProject(options.workers, options.authorizer));
    for (const auto &[name, source] : pythonModules()) {
        write(name, source);
    }
}

BenchService::BenchService(const Options &options)
{
    writeProject(m_folder.path(), options);
    assembly::ServiceOptions service;
    service.projectPath = m_folder.filePath(QStringLiteral("project.json"));
    service.storePath = m_folder.filePath(QStringLiteral("store.db"));
    service.server.port = 0;
    service.server.tokenFolder = m_folder.filePath(QStringLiteral("run"));
    m_service = std::make_unique<assembly::Service>(service);
    const auto facts = m_service->start();
    if (!facts) {
        qFatal("bench: %s", qPrintable(facts.error().lines.join(u'\n')));
    }
    m_facts = *facts;
    QObject::connect(
        m_service->broker(), &broker::Broker::committed, m_service->broker(),
        [this](const broker::Commit &commit) { onCommit(commit); }, Qt::DirectConnection);
}

BenchService::~BenchService()
{
    m_service.reset();
}

void BenchService::onCommit(const broker::Commit &commit)
{
    qint64 done = 0;
    for (const broker::Event &event : commit.events) {
        if (event.kind == broker::Event::Kind::DeliveryDone) {
            done += event.deliveries.size();
        }
    }
    if (done == 0) {
        return;
    }
    const std::lock_guard lock(m_mutex);
    m_deliveries += done;
    m_delivered.notify_all();
}

void BenchService::submit(int jobs, int window)
{
    for (int i = 0; i < jobs; ++i) {
        if (i >= window) {
            waitForDeliveries(i - window + 1);
        }
        m_service->broker()->enqueue(benchJob());
    }
}

void BenchService::waitForDeliveries(qint64 count)
{
    std::unique_lock lock(m_mutex);
    m_delivered.wait(lock, [&] { return m_deliveries >= count; });
}

} // namespace dragonscales::bench
