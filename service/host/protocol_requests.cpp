// SPDX-License-Identifier: LGPL-3.0-or-later
#include "host/protocol.h"

#include "core/json/reader.h"
#include "core/json/writer.h"
#include "host/protocol_fields.h"

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::host::protocol {

namespace {

using core::json::ObjectWriter;
using core::json::Value;

// args, params and status are JSON text in a text: they arrive as they were written, however deep and big.
QByteArray moduleText(const ModuleSpec &spec)
{
    return ObjectWriter()
        .addText("kind", core::kindWord(spec.kind))
        .addText("entry", spec.entry)
        .addText("module", spec.module)
        .addText("library", spec.library)
        .addText("folder", spec.folder)
        .addText("queue", spec.queue)
        .add("args", core::json::quoted(spec.args))
        .add("params", core::json::quoted(spec.params))
        .text();
}

ModuleSpec moduleOf(const Value *value, core::ModuleKind kind)
{
    ModuleSpec spec;
    spec.kind = kind;
    if (value != nullptr) {
        spec.entry = textIn(*value, "entry");
        spec.module = textIn(*value, "module");
        spec.library = textIn(*value, "library");
        spec.folder = textIn(*value, "folder");
        spec.queue = textIn(*value, "queue");
        spec.args = bytesIn(*value, "args");
        spec.params = bytesIn(*value, "params");
    }
    return spec;
}

ObjectWriter begun(const QString &type, const Header &header)
{
    ObjectWriter writer;
    writer.addText("type", type).addText("id", header.id).addNumber("timeout_ms", header.timeout.count());
    if (!header.traceparent.isEmpty()) {
        writer.addText("traceparent", QString::fromLatin1(header.traceparent));
    }
    return writer;
}

Header headerOf(const Value &object)
{
    return {textIn(object, "id"), std::chrono::milliseconds(integerIn(object, "timeout_ms")),
            textIn(object, "traceparent").toLatin1()};
}

QByteArray httpText(const sdk::Request &request)
{
    return ObjectWriter()
        .addText("method", QString::fromLatin1(request.method))
        .addText("path", request.path)
        .addText("query", QString::fromLatin1(request.query))
        .add("headers", pairsText(request.headers))
        .addText("client", request.clientAddress)
        .text();
}

sdk::Request httpOf(const Value &value)
{
    sdk::Request request;
    request.method = textIn(value, "method").toLatin1();
    request.path = textIn(value, "path");
    request.query = textIn(value, "query").toLatin1();
    request.clientAddress = textIn(value, "client");
    request.headers = pairsOf(value.find("headers"));
    return request;
}

QList<sdk::Request> httpsOf(const Value *value)
{
    QList<sdk::Request> requests;
    if (value != nullptr && value->isArray()) {
        for (const Value &one : value->items()) {
            requests.append(httpOf(one));
        }
    }
    return requests;
}

QByteArray textOf(const JobRequest &job)
{
    return begun(u"job"_s, job.header)
        .addNumber("max_result", job.plan.maxResultBytes)
        .add("task", moduleText(job.plan.task))
        .add("storage", moduleText(job.plan.storage))
        .text();
}

QByteArray textOf(const TaskRequest &request)
{
    return begun(u"task"_s, request.header)
        .addNumber("max_result", request.maxResultBytes)
        .add("task", moduleText(request.task))
        .text();
}

QByteArray textOf(const StoreRequest &request)
{
    ObjectWriter writer = begun(u"store"_s, request.header);
    writer.addNumber("max_result", request.maxResultBytes).add("storage", moduleText(request.storage));
    writePassed(request.result, &writer);
    return writer.text();
}

QByteArray textOf(const CallbackRequest &call)
{
    return begun(u"callback"_s, call.header)
        .addText("delivery", call.delivery)
        .add("callback", moduleText(call.callback))
        .add("status", core::json::quoted(call.status))
        .text();
}

QByteArray textOf(const AuthorizeRequest &ask)
{
    QByteArrayList requests;
    for (const sdk::Request &request : ask.requests) {
        requests.append(httpText(request));
    }
    return ObjectWriter()
        .addText("type", u"authorize"_s)
        .add("authorizer", moduleText(ask.authorizer))
        .add("requests", '[' + requests.join(',') + ']')
        .text();
}

QByteArray textOf(const OpenRequest &ask)
{
    return ObjectWriter().addText("type", u"open"_s).add("authorizer", moduleText(ask.authorizer)).text();
}

QByteArray textOf(const DescribeRequest &ask)
{
    return ObjectWriter().addText("type", u"describe"_s).add("module", moduleText(ask.module)).text();
}

} // namespace

QByteArray lineOf(const Request &request)
{
    return std::visit([](const auto &message) { return textOf(message); }, request) + '\n';
}

std::optional<Request> requestOf(const QByteArray &line)
{
    const auto read = core::json::read(line);
    if (!read || !read->isObject()) {
        return std::nullopt;
    }
    const Value &object = *read;
    const QString type = textIn(object, "type");
    if (type == "job"_L1) {
        JobPlan plan{moduleOf(object.find("task"), core::ModuleKind::Task),
                     moduleOf(object.find("storage"), core::ModuleKind::Storage), integerIn(object, "max_result")};
        return JobRequest{headerOf(object), std::move(plan)};
    }
    if (type == "task"_L1) {
        return TaskRequest{headerOf(object), moduleOf(object.find("task"), core::ModuleKind::Task),
                           integerIn(object, "max_result")};
    }
    if (type == "store"_L1) {
        return StoreRequest{headerOf(object), moduleOf(object.find("storage"), core::ModuleKind::Storage),
                            passedIn(object), integerIn(object, "max_result")};
    }
    if (type == "callback"_L1) {
        return CallbackRequest{headerOf(object), textIn(object, "delivery"),
                               moduleOf(object.find("callback"), core::ModuleKind::Callback),
                               bytesIn(object, "status")};
    }
    const ModuleSpec authorizer = moduleOf(object.find("authorizer"), core::ModuleKind::Authorizer);
    if (type == "authorize"_L1) {
        return AuthorizeRequest{authorizer, httpsOf(object.find("requests"))};
    }
    if (type == "open"_L1) {
        return OpenRequest{authorizer};
    }
    if (type == "describe"_L1) {
        const Value *module = object.find("module");
        const auto kind = module == nullptr ? std::nullopt : core::kindFromWord(textIn(*module, "kind"));
        return DescribeRequest{moduleOf(module, kind.value_or(core::ModuleKind::Task))};
    }
    return std::nullopt;
}

} // namespace dragonscales::host::protocol
