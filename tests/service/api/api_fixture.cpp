// SPDX-License-Identifier: LGPL-3.0-or-later
#include "api_fixture.h"

#include "broker/sqlite_store.h"

namespace dragonscales::test {

using namespace Qt::Literals::StringLiterals;

namespace {

std::unique_ptr<broker::Store> opened(const QString &path, bool readOnly)
{
    auto store = broker::SqliteStore::open({path, u"a test"_s, readOnly}, std::make_shared<core::SystemClock>());
    if (!store) {
        qFatal("%s", qPrintable(store.error().message));
    }
    return std::move(*store);
}

core::ModuleEntry entryOf(core::ModuleKind kind, const QString &name)
{
    core::ModuleEntry entry;
    entry.kind = kind;
    entry.name = name;
    entry.module = u"some.module"_s;
    return entry;
}

} // namespace

ApiFixture::ApiFixture(core::ProjectPointer project, api::ApiOptions options)
{
    const QString path = m_folder.filePath(u"store.db"_s);
    auto writer = std::make_unique<FailingStore>(opened(path, false), faults);
    broker = std::make_unique<broker::Broker>(std::move(writer), opened(path, true), broker::BrokerOptions());
    broker->start();
    index = std::make_unique<index::Index>(*broker, index::IndexOptions{m_folder.filePath(u"index.db"_s)});
    index->start();
    const auto catalog = host::Catalog::scan({{QStringLiteral(DRAGONSCALES_BIN_DIR "/plugins"), true}});
    host = std::make_unique<host::Host>(catalog, host::HostOptions());
    api = std::make_unique<api::Api>(*broker, *index, *host, nullptr, std::move(project), std::move(options));
}

ApiFixture::~ApiFixture()
{
    api.reset();
    index->stop();
    broker->stop();
}

api::Response ApiFixture::ask(const QByteArray &verb, const QString &target, const QByteArray &body,
                              const api::Headers &headers)
{
    api::Request request;
    request.method = verb;
    request.target = target.toUtf8();
    request.path = target.section(u'?', 0, 0);
    request.query = QUrlQuery(target.section(u'?', 1));
    request.headers = headers;
    request.headers.emplaceBack("Host", "127.0.0.1:5003");
    request.body = body;
    request.clientAddress = u"127.0.0.1"_s;
    return api->handle(request).result();
}

QByteArray ApiFixture::post()
{
    return ask("POST", u"/api/v1/jobs/"_s, plainBody()).body.mid(7, 36);
}

std::shared_ptr<core::LoadedProject> ApiFixture::plainProject()
{
    auto loaded = std::make_shared<core::LoadedProject>();
    loaded->project.id = u"plain"_s;
    loaded->project.queues = {{u"queue"_s, {}}};
    loaded->project.tasks = {entryOf(core::ModuleKind::Task, u"task"_s)};
    loaded->project.tasks.first().queue = u"queue"_s;
    loaded->project.storages = {entryOf(core::ModuleKind::Storage, u"storage"_s)};
    loaded->project.callbacks = {entryOf(core::ModuleKind::Callback, u"callback"_s)};
    core::ModuleInfo module;
    loaded->storages.insert(u"storage"_s, module);
    loaded->callbacks.insert(u"callback"_s, module);
    module.title = u"A task"_s;
    module.paramsSchema =
        R"({"type":"object","properties":{"a":{"type":"integer"},"b":{"type":"string"}},"required":["a","b"]})";
    loaded->tasks.insert(u"task"_s, module);
    return loaded;
}

QByteArray ApiFixture::plainBody()
{
    return R"({"task":{"name":"task","params":{"a":1,"b":"x"}},"storage":{"name":"storage","params":{}},)"
           R"("callback":{"name":"callback","params":{}}})";
}

QByteArray ApiFixture::headerOf(const api::Response &response, QByteArrayView name)
{
    for (const auto &[key, value] : response.headers) {
        if (QByteArrayView(key).compare(name, Qt::CaseInsensitive) == 0) {
            return value;
        }
    }
    return {};
}

QByteArray ApiFixture::textOf(const api::Response &response)
{
    return response.stream ? response.stream->readAll() : response.body;
}

} // namespace dragonscales::test
