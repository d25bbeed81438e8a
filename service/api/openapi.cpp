// SPDX-License-Identifier: LGPL-3.0-or-later
#include "api/openapi.h"

#include "api/openapi_operation.h"
#include "api/openapi_schema.h"
#include "api/openapi_v2.h"
#include "core/json/writer.h"

#include <QFileInfo>

namespace dragonscales::api {

using core::json::ObjectWriter;
using core::json::quoted;
using namespace Qt::Literals::StringLiterals;

namespace {

using openapi::answer;
using openapi::operationJson;
using openapi::reference;

struct Group
{
    core::ModuleKind kind;
    QByteArray key;       // in a request
    QByteArray component; // "TaskRef"
    const QList<core::ModuleEntry> &entries;
};

// Writes the document of one project.
class Document
{
public:
    explicit Document(const core::LoadedProject &project)
        : m_project(project)
        , m_groups{{core::ModuleKind::Task, "task", "TaskRef", project.project.tasks},
                   {core::ModuleKind::Storage, "storage", "StorageRef", project.project.storages},
                   {core::ModuleKind::Callback, "callback", "CallbackRef", project.project.callbacks}}
    {
    }

    QByteArray text()
    {
        for (const Group &group : m_groups) {
            for (const core::ModuleEntry &entry : group.entries) {
                addEntry(group, entry);
            }
        }
        addFixed();
        ObjectWriter info;
        info.addText("title", u"dragonscales"_s)
            .addText("description", u"Jobs of the project %1."_s.arg(m_project.project.id))
            .addText("version", QStringLiteral(DRAGONSCALES_VERSION));
        return ObjectWriter()
            .add("openapi", "\"3.0.3\"")
            .add("info", info.text())
            .add("paths", paths())
            .add("components",
                 ObjectWriter()
                     .add("schemas", m_schemas.text())
                     .add("securitySchemes", R"({"bearer":{"type":"http","scheme":"bearer"},)"
                                             R"("apiKey":{"type":"apiKey","in":"header","name":"X-API-Key"}})")
                     .text())
            .add("security", m_project.project.authorizer ? R"([{"bearer":[]},{"apiKey":[]}])" : "[{}]")
            .text();
    }

private:
    QByteArray paramsSchema(const Group &group, const core::ModuleEntry &entry) const
    {
        const core::ModuleInfo *module = m_project.module(group.kind, entry.name);
        return module && !module->paramsSchema.isEmpty() ? module->paramsSchema : QByteArray("{}");
    }

    void addEntry(const Group &group, const core::ModuleEntry &entry)
    {
        const QByteArray params = componentName(group.component + "Params_", entry.name);
        OpenApiSchema schema = toOpenApi(paramsSchema(group, entry), params);
        if (schema.schema == "{}") {
            schema.schema = R"({"type":"object"})";
        }
        m_schemas.add(params, schema.schema);
        for (const auto &[name, definition] : schema.components) {
            m_schemas.add(name, definition);
        }
        const QByteArray name = quoted(entry.name);
        ObjectWriter properties;
        properties.add("name", R"({"title":"Name","type":"string","enum":[)" + name + "]}")
            .add("params", reference(params));
        ObjectWriter written;
        written.add("title", quoted(QString::fromLatin1(group.component) + u'_' + entry.name))
            .add("required", R"(["name","params"])")
            .add("type", "\"object\"")
            .add("properties", properties.text())
            .add("example", example(group, entry));
        const core::ModuleInfo *module = m_project.module(group.kind, entry.name);
        if (module && !(module->title + module->description).isEmpty()) {
            written.addText("description", QStringList{module->title, module->description}.join(u"\n\n"_s).trimmed());
        }
        m_schemas.add(componentName(group.component + '_', entry.name), written.text());
    }

    QByteArray example(const Group &group, const core::ModuleEntry &entry) const
    {
        return ObjectWriter().addText("name", entry.name).add("params", exampleOf(paramsSchema(group, entry))).text();
    }

    QByteArray anyOf(const Group &group) const
    {
        QList<QByteArray> each;
        for (const core::ModuleEntry &entry : group.entries) {
            each << reference(componentName(group.component + '_', entry.name));
        }
        return R"({"title":)" + quoted(core::kindWord(group.kind)) + R"(,"anyOf":[)" +
               (each.isEmpty() ? QByteArray(R"({"not":{}})") : each.join(',')) + "]}";
    }

    void addFixed()
    {
        ObjectWriter properties;
        for (const Group &group : m_groups) {
            properties.add(group.key, anyOf(group));
        }
        openapi::addV2Schemas(properties.text(), &m_schemas);
        m_schemas
            .add("JobRequest", R"({"title":"JobRequest","required":["task","storage","callback"],"type":"object",)"
                               R"("properties":)" +
                                   properties.text() + '}')
            .add("Status", R"({"title":"Status","type":"string","description":"How far a job has got.",)"
                           R"("enum":["queued","started","finished","canceled","failed"]})")
            .add("JobStatus",
                 R"({"title":"JobStatus","required":["id","status"],"type":"object","properties":{)"
                 R"("id":{"title":"Id","type":"string","format":"uuid","description":"The job's id."},)"
                 R"("status":{"$ref":"#/components/schemas/Status"},)"
                 R"("result":{"title":"Result","nullable":true,)"
                 R"("description":"Where the storage has put the result; null until the job has finished."},)"
                 R"("info":{"title":"Info","type":"string","nullable":true,)"
                 R"("description":"Why the job failed; else null."}}})")
            .add("HTTPValidationError",
                 R"({"title":"HTTPValidationError","type":"object","properties":{"detail":{"title":"Detail",)"
                 R"("type":"array","items":{"$ref":"#/components/schemas/ValidationError"}}}})")
            .add(
                "ValidationError",
                R"({"title":"ValidationError","required":["loc","msg","type"],"type":"object","properties":{)"
                R"("loc":{"title":"Location","type":"array","items":{"anyOf":[{"type":"string"},{"type":"integer"}]}},)"
                R"("msg":{"title":"Message","type":"string"},"type":{"title":"Error Type","type":"string"},)"
                R"("ctx":{"title":"Context","type":"object"}}})")
            .add("Detail", R"({"title":"Detail","type":"object","properties":{"detail":{"type":"string"}}})");
    }

    // One request for each task, with the first storage and callback.
    QByteArray examples() const
    {
        ObjectWriter all;
        const auto &storages = m_groups[1];
        const auto &callbacks = m_groups[2];
        for (const core::ModuleEntry &task : m_groups[0].entries) {
            if (storages.entries.isEmpty() || callbacks.entries.isEmpty()) {
                break;
            }
            const QByteArray value = ObjectWriter()
                                         .add("task", example(m_groups[0], task))
                                         .add("storage", example(storages, storages.entries.first()))
                                         .add("callback", example(callbacks, callbacks.entries.first()))
                                         .text();
            all.add(task.name.toUtf8(), ObjectWriter().addText("summary", task.name).add("value", value).text());
        }
        return all.text();
    }

    // Of every route that needs a caller: who may not, and what went wrong on our side.
    static ObjectWriter &withCommon(ObjectWriter &answers)
    {
        const QByteArray detail = reference("Detail");
        return answers.add("401", answer("No API key, or one that is not known.", detail))
            .add("403", answer("The key's role does not allow this.", detail))
            .add("503", answer("The store is out of reach; Retry-After says when to come again.", detail));
    }

    static QByteArray listOperation()
    {
        ObjectWriter answers;
        answers
            .add("200",
                 answer("Ids, newest first.", R"({"type":"array","items":{"type":"string","format":"uuid"}})",
                        R"({"Link":{"description":"The next page, as rel=\"next\".","schema":{"type":"string"}}})"))
            .add("422", answer("The request does not fit; detail says where.", reference("HTTPValidationError")));
        return operationJson(
            {"jobs",
             "List",
             "list_api_v1_jobs__get",
             R"([{"name":"status","in":"query","description":"Only jobs in one of these states.","explode":true,)"
             R"("schema":{"type":"array","items":{"$ref":"#/components/schemas/Status"}}},)"
             R"({"name":"queue","in":"query","description":"Only jobs of this queue.","schema":{"type":"string"}},)"
             R"({"name":"limit","in":"query","description":"At most so many; all without it.",)"
             R"("schema":{"type":"integer","minimum":1}},)"
             R"({"name":"cursor","in":"query","description":"Only jobs older than this one.",)"
             R"("schema":{"type":"string","format":"uuid"}}])",
             {},
             withCommon(answers).text()});
    }

    QByteArray createOperation() const
    {
        ObjectWriter content;
        content.add("schema", reference("JobRequest")).add("examples", examples());
        ObjectWriter answers;
        answers.add("200", answer("Queued.", reference("JobStatus")))
            .add("415", answer("The body is not said to be JSON, or is compressed.", reference("Detail")))
            .add("422", answer("The request does not fit; detail says where.", reference("HTTPValidationError")))
            .add("429", answer("The queue is full; Retry-After says when to come again.", reference("Detail")));
        return operationJson({"jobs",
                              "Create",
                              "create_api_v1_jobs__post",
                              {},
                              R"({"required":true,"content":{"application/json":)" + content.text() + "}}",
                              withCommon(answers).text()});
    }

    static QByteArray oneJob(const char *summary, const char *id, const char *said, const QByteArray &schema)
    {
        ObjectWriter answers;
        answers.add("200", answer(said, schema)).add("404", answer("There is no such job.", reference("Detail")));
        return operationJson({"jobs", summary, id, openapi::idParameter(), {}, withCommon(answers).text()});
    }

    static QByteArray probeSchema(bool withReasons)
    {
        const QByteArray status = R"("status":{"type":"string","description":"The same in a word."})";
        const QByteArray reasons = R"(,"reasons":{"type":"array","items":{"type":"string"},)"
                                   R"("description":"Why it takes or runs no jobs; empty if it does."})";
        return R"({"type":"object","properties":{)" + status + (withReasons ? reasons : QByteArray()) + "}}";
    }

    static QByteArray probe(const char *summary, const char *id, const char *said, bool mayFail)
    {
        ObjectWriter answers;
        const QByteArray schema = probeSchema(mayFail);
        answers.add("200", answer(said, schema));
        if (mayFail) {
            answers.add("503", answer("It does not; reasons says why.", schema));
        }
        return ObjectWriter()
            .add("tags", R"(["service"])")
            .addText("summary", QString::fromUtf8(summary))
            .addText("operationId", QString::fromUtf8(id))
            .add("security", "[{}]")
            .add("responses", answers.text())
            .text();
    }

    QByteArray paths() const
    {
        ObjectWriter all;
        all.add("/api/v1/jobs/", ObjectWriter().add("get", listOperation()).add("post", createOperation()).text())
            .add("/api/v1/jobs/{id}",
                 ObjectWriter()
                     .add("get", oneJob("Get", "get_api_v1_jobs__id__get", "How far it is.", reference("JobStatus")))
                     .add("delete", oneJob("Cancel", "cancel_api_v1_jobs__id__delete", "Canceled and deleted.",
                                           R"({"nullable":true})"))
                     .text());
        openapi::addV2Paths(examples(), &all);
        return all
            .add("/healthz",
                 ObjectWriter()
                     .add("get", probe("Does the service live?", "healthz_get", "The service is alive.", false))
                     .text())
            .add("/readyz",
                 ObjectWriter()
                     .add("get", probe("Can it take and run jobs?", "readyz_get", "It takes and runs jobs.", true))
                     .text())
            .text();
    }

    const core::LoadedProject &m_project;
    const QList<Group> m_groups;
    ObjectWriter m_schemas;
};

} // namespace

QByteArray openApiDocument(const core::LoadedProject &project)
{
    return Document(project).text();
}

} // namespace dragonscales::api
