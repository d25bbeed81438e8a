// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/job_request.h"

#include "core/json/reader.h"
#include "core/json/writer.h"
#include "core/pydantic_check.h"
#include "core/pydantic_text.h"
#include "core/schema.h"

#include <unordered_map>

namespace dragonscales::core {

using pydantic::Checker;
using pydantic::Dict;
using pydantic::FaultList;
using pydantic::Place;

namespace {

constexpr qsizetype kMaxDocCharacters = 1000;

// What a request may name in one place, ready to judge its params.
struct Entry
{
    explicit Entry(const QByteArray &schemaText)
        : rules(schemaText)
    {
        if (rules.incomplete()) {
            if (auto compiled = Schema::compile(schemaText)) {
                schema.emplace(std::move(*compiled));
            }
        }
    }

    pydantic::RuleSet rules;
    std::optional<Schema> schema; // for what the rules leave open
};

struct Kind
{
    std::unordered_map<QByteArray, Entry> entries;
    QByteArray permittedJson;
    QByteArray permittedText;
};

Kind prepare(const LoadedProject &project, ModuleKind kind, const QList<ModuleEntry> &list)
{
    Kind made;
    QList<QByteArray> dumped;
    QList<QByteArray> shown;
    for (const ModuleEntry &entry : list) {
        const ModuleInfo *module = project.module(kind, entry.name);
        const QByteArray name = entry.name.toUtf8();
        made.entries.try_emplace(name, module ? module->paramsSchema : QByteArray("{}"));
        dumped << json::quoted(QByteArrayView(name));
        shown << pydantic::reprOfText(name);
    }
    made.permittedJson = '[' + dumped.join(',') + ']';
    made.permittedText = shown.join(", ");
    return made;
}

QByteArray firstCharacters(const QByteArray &utf8, qsizetype n)
{
    qsizetype end = 0;
    for (qsizetype seen = 0; end < utf8.size(); ++end) {
        if ((static_cast<uchar>(utf8.at(end)) & 0xc0) != 0x80 && seen++ == n) {
            break;
        }
    }
    return utf8.left(end);
}

void addSyntaxFault(const QByteArray &text, const json::ParseError &error, FaultList *faults)
{
    json::ObjectWriter context;
    context.add("msg", json::quoted(QByteArrayView(error.message)))
        .add("doc", json::quoted(QByteArrayView(firstCharacters(text, kMaxDocCharacters))))
        .addNumber("pos", error.characters)
        .addNumber("lineno", error.position.line)
        .addNumber("colno", error.position.column);
    const Place body{nullptr, "body"};
    faults->add({&body, {}, error.characters}, error.withPosition(), "value_error.jsondecode", context.text());
}

// A violation that rules do not know, found by the whole schema in the coerced value.
void addSchemaFault(const json::Value &value, const SchemaFault &fault, const Place &params, FaultList *faults)
{
    std::vector<Place> chain;
    const QList<QByteArray> tokens = fault.pointer.mid(1).split('/');
    chain.reserve(static_cast<std::size_t>(tokens.size()));
    QByteArray pointer;
    for (const QByteArray &token : fault.pointer.isEmpty() ? QList<QByteArray>() : tokens) {
        const json::Value *holder = value.at(pointer);
        const Place *parent = chain.empty() ? &params : &chain.back();
        const bool item = holder && holder->isArray();
        chain.push_back({parent, QByteArray(token).replace("~1", "/").replace("~0", "~"),
                         item ? token.toLongLong() : qsizetype(-1)});
        pointer += '/' + token;
    }
    faults->add(chain.empty() ? params : chain.back(), fault.message.toUtf8(), "value_error");
}

} // namespace

struct JobRequestReader::Private
{
    explicit Private(ProjectPointer loaded)
        : project(std::move(loaded))
        , tasks(prepare(*project, ModuleKind::Task, project->project.tasks))
        , storages(prepare(*project, ModuleKind::Storage, project->project.storages))
        , callbacks(prepare(*project, ModuleKind::Callback, project->project.callbacks))
    {
    }

    ProjectPointer project;
    Kind tasks;
    Kind storages;
    Kind callbacks;
};

namespace {

// Reads one body.
class Reading
{
public:
    Reading(const QByteArray &text, QList<RequestFault> *faults)
        : m_faults(faults)
        , m_checker(text, &m_faults)
    {
    }

    ModuleCall reference(const Kind &kind, const Dict &body, const QByteArray &key)
    {
        const Place root{nullptr, "body"};
        const Place place{&root, key};
        const json::Value *value = present(body, key, place);
        if (!value) {
            return {};
        }
        const auto dict = pydantic::toDict(*value);
        if (!dict) {
            m_faults.notDict(place);
            return {};
        }
        QByteArray name;
        const Entry *entry = named(kind, *dict, place, &name);
        const Place paramsPlace{&place, "params"};
        const json::Value *params = present(*dict, paramsPlace.name, paramsPlace);
        if (!params) {
            return {};
        }
        return {QString::fromUtf8(name), checkedParams(entry, *params, paramsPlace)};
    }

private:
    const json::Value *present(const Dict &dict, const QByteArray &key, const Place &place)
    {
        const json::Value *value = dict.find(key);
        if (!value) {
            m_faults.missing(place);
        } else if (value->isNull()) {
            m_faults.none(place);
            return nullptr;
        }
        return value;
    }

    const Entry *named(const Kind &kind, const Dict &dict, const Place &parent, QByteArray *name)
    {
        const Place place{&parent, "name"};
        const json::Value *value = present(dict, place.name, place);
        if (!value) {
            return nullptr;
        }
        const auto it = value->isText() ? kind.entries.find(value->text()) : kind.entries.end();
        if (it == kind.entries.end()) {
            m_faults.add(place, "unexpected value; permitted: " + kind.permittedText, "value_error.const",
                         "{\"given\":" + pydantic::dumps(*value) + ",\"permitted\":" + kind.permittedJson + '}');
            return nullptr;
        }
        *name = it->first;
        return &it->second;
    }

    QByteArray checkedParams(const Entry *entry, const json::Value &params, const Place &place)
    {
        static const pydantic::Rule object = [] {
            pydantic::Rule rule;
            rule.kind = pydantic::Rule::Kind::Model;
            return rule;
        }();
        const qsizetype before = m_faults.size();
        auto outcome = m_checker.check(object, params, place);
        if (!entry || !outcome.fits) {
            return {};
        }
        if (entry->rules.root().kind != pydantic::Rule::Kind::Any) {
            outcome = m_checker.check(entry->rules.root(), params, place);
        }
        const QByteArray text = m_checker.textOf(outcome, params);
        if (outcome.fits && entry->schema && m_faults.size() == before) {
            if (!outcome.changed) {
                judge(*entry->schema, params, place);
            } else if (const auto coerced = json::read(text)) {
                judge(*entry->schema, *coerced, place);
            }
        }
        return text;
    }

    void judge(const Schema &schema, const json::Value &params, const Place &place)
    {
        for (const SchemaFault &fault : schema.validate(params)) {
            addSchemaFault(params, fault, place, &m_faults);
        }
    }

    FaultList m_faults;
    Checker m_checker;
};

} // namespace

JobRequestReader::JobRequestReader(ProjectPointer project)
    : d(std::make_unique<Private>(std::move(project)))
{
}

JobRequestReader::~JobRequestReader() = default;

RequestOutcome JobRequestReader::readV1(const QByteArray &body, TimePoint now) const
{
    RequestOutcome outcome;
    FaultList faults(&outcome.faults);
    const Place root{nullptr, "body"};
    const QByteArray text = body.startsWith("\xef\xbb\xbf") ? body.mid(3) : body;
    if (text.isEmpty()) {
        faults.missing(root);
        return outcome;
    }
    outcome.unreadable = !QUtf8StringView(text).isValidUtf8();
    if (outcome.unreadable) {
        return outcome;
    }
    const auto value = json::read(text);
    if (!value) {
        outcome.unreadable = value.error().kind != json::ParseError::Kind::Syntax;
        if (!outcome.unreadable) {
            addSyntaxFault(text, value.error(), &faults);
        }
        return outcome;
    }
    const auto dict = value->isNull() ? std::nullopt : pydantic::toDict(*value);
    if (!dict) {
        value->isNull() ? faults.missing(root) : faults.notDict(root);
        return outcome;
    }
    Reading reading(text, &outcome.faults);
    JobSpec spec;
    spec.task = reading.reference(d->tasks, *dict, "task");
    spec.storage = reading.reference(d->storages, *dict, "storage");
    spec.callback = reading.reference(d->callbacks, *dict, "callback");
    if (!outcome.faults.isEmpty()) {
        return outcome;
    }
    takeDefaults(d->project->project, now, &spec);
    outcome.spec = std::move(spec);
    return outcome;
}

void takeDefaults(const Project &project, TimePoint now, JobSpec *spec)
{
    const ModuleEntry *task = project.entry(ModuleKind::Task, spec->task.name);
    if (task == nullptr) {
        return;
    }
    spec->queue = task->queue;
    spec->priority = task->priority;
    spec->tags = task->tags;
    spec->unique = task->unique;
    if (task->delay.count() > 0) {
        spec->runAt = now + task->delay;
    }
    if (const QueueEntry *queue = project.queue(spec->queue)) {
        spec->resultTtl = queue->options.resultTtl;
        spec->failureTtl = queue->options.failureTtl;
        spec->maxQueued = queue->options.maxQueued;
    }
}

} // namespace dragonscales::core
