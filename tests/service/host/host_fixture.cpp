// SPDX-License-Identifier: LGPL-3.0-or-later
#include "host_fixture.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::testing {

namespace {

const QString kBuild = QStringLiteral(DRAGONSCALES_BUILD_DIR);

host::HostOptions withRunner(host::HostOptions options)
{
    if (options.runnerProgram.isEmpty()) {
        options.runnerProgram = runnerProgram();
    }
    return options;
}

} // namespace

QString runnerProgram()
{
    return kBuild + u"/bin/dragonscales-runner"_s;
}

bool isAlive(qint64 pid)
{
    QFile file(u"/proc/%1/stat"_s.arg(pid));
    if (!file.open(QIODevice::ReadOnly)) {
        return false;
    }
    const QByteArray text = file.readAll();
    const char state = text.mid(text.lastIndexOf(')') + 2, 1).at(0);
    return state != 'Z' && state != 'X';
}

HostFixture::HostFixture(host::HostOptions options, const QByteArray &badArgs, const QString &authorizer)
    : m_catalog(
          host::Catalog::scan({{kBuild + u"/bin/plugins"_s, true}, {kBuild + u"/tests/plugins/misbehave"_s, false}}))
    , m_project(std::make_shared<core::LoadedProject>())
    , m_host(std::make_unique<host::Host>(m_catalog, withRunner(options)))
{
    m_project->project.folder = m_folder.path();
    add(core::ModuleKind::Task, u"bad"_s, u"misbehave"_s, badArgs);
    add(core::ModuleKind::Task, u"ghost"_s, u"ghost"_s, "{}");
    add(core::ModuleKind::Task, u"echo"_s, u"echo"_s, "{}");
    add(core::ModuleKind::Storage, u"bad"_s, u"misbehave"_s, "{}");
    add(core::ModuleKind::Storage, u"discard"_s, u"discard"_s, "{}");
    add(core::ModuleKind::Callback, u"bad"_s, u"misbehave"_s, badArgs);
    add(core::ModuleKind::Callback, u"log"_s, u"log"_s, "{}");
    if (!authorizer.isEmpty()) {
        add(core::ModuleKind::Authorizer, u"guard"_s, authorizer, "{}");
    }
}

void HostFixture::add(core::ModuleKind kind, const QString &name, const QString &module, const QByteArray &args)
{
    const auto info = m_catalog->find(kind, module);
    if (!info) {
        qFatal("%s", qPrintable(info.error().message));
    }
    core::ModuleEntry entry;
    entry.kind = kind;
    entry.name = name;
    entry.module = module;
    entry.args = args;
    entry.queue = kind == core::ModuleKind::Task ? u"queue"_s : QString();
    m_project->args.insert({static_cast<int>(kind), name}, args);
    switch (kind) {
    case core::ModuleKind::Task:
        m_project->project.tasks.append(entry);
        m_project->tasks.insert(name, *info);
        return;
    case core::ModuleKind::Storage:
        m_project->project.storages.append(entry);
        m_project->storages.insert(name, *info);
        return;
    case core::ModuleKind::Callback:
        m_project->project.callbacks.append(entry);
        m_project->callbacks.insert(name, *info);
        return;
    case core::ModuleKind::Authorizer:
        m_project->project.authorizer = entry;
        m_project->authorizer = *info;
        return;
    }
}

QByteArray HostFixture::paramsFor(const QString &deed) const
{
    return QJsonDocument(QJsonObject{{u"do"_s, deed}, {u"note"_s, noteFile()}}).toJson(QJsonDocument::Compact);
}

host::JobCall HostFixture::job(const QString &deed, core::Isolation isolation) const
{
    host::JobCall call;
    call.job = QUuid::createUuid();
    call.project = m_project;
    call.task = {u"bad"_s, paramsFor(deed)};
    call.storage = {u"bad"_s, "{}"};
    call.queue.isolation = isolation;
    call.queue.grace = std::chrono::milliseconds(200);
    return call;
}

host::JobCall HostFixture::echo(core::Isolation isolation) const
{
    host::JobCall call = job({}, isolation);
    call.task = {u"echo"_s, R"({"value":12345678901234567890})"};
    return call;
}

host::CallbackCall HostFixture::callback(const QString &deed) const
{
    host::CallbackCall call;
    call.job = QUuid::createUuid();
    call.delivery = QUuid::createUuid();
    call.project = m_project;
    call.callback = {u"bad"_s, paramsFor(deed)};
    call.payload = R"({"id":"1","status":"finished"})";
    return call;
}

QList<qint64> HostFixture::noted() const
{
    QList<qint64> pids;
    QFile file(noteFile());
    if (file.open(QIODevice::ReadOnly)) {
        for (const QByteArray &line : file.readAll().split('\n')) {
            if (const qint64 pid = line.toLongLong(); pid > 0) {
                pids.append(pid);
            }
        }
    }
    return pids;
}

QList<qint64> HostFixture::alive() const
{
    QList<qint64> living;
    for (const qint64 pid : noted()) {
        if (isAlive(pid)) {
            living.append(pid);
        }
    }
    return living;
}

Heard::Heard(host::Control &control)
{
    control.onLog = [this](const core::LogLine &line) {
        const std::lock_guard lock(mutex);
        lines.append(line);
    };
    control.onProgress = [this](double to, const QString &what) {
        const std::lock_guard lock(mutex);
        fraction = to;
        text = what;
    };
}

QStringList Heard::linesOf(const QString &level) const
{
    const std::lock_guard lock(mutex);
    QStringList found;
    for (const core::LogLine &line : lines) {
        if (line.level == level) {
            found.append(line.text);
        }
    }
    return found;
}

} // namespace dragonscales::testing
