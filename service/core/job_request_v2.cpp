// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/job_request_v2.h"

#include "core/ids.h"
#include "core/job_request.h"
#include "core/json/reader.h"
#include "core/near_miss.h"
#include "core/retry_reader.h"
#include "core/rfc3339.h"
#include "core/schema.h"
#include "core/tag_reader.h"

#include <unordered_map>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::core {

namespace {

using Kind = Field::Kind;

constexpr double kYearSec = 366.0 * 24 * 3600;
constexpr std::size_t kMostJobs = 1000; // in one body
constexpr std::size_t kMostParents = 100;

const QList<Field> &requestFields()
{
    static const QList<Field> fields{
        {"task", Kind::Object, true},
        {"storage", Kind::Object, true},
        {"callback", Kind::Object, true},
        {"priority", Kind::Whole, false, -100, 100},
        {"delay", Kind::Seconds, false, 0, kYearSec},
        {"run_at", Kind::Text},
        {"timeout", Kind::Seconds, false, 0.001, kYearSec},
        {"retry", Kind::Object},
        {"tags", Kind::Array},
        {"unique", Kind::Seconds, false, 1, kYearSec},
        {"depends_on", Kind::Any},
    };
    return fields;
}

// What a request may name in one place.
struct Group
{
    ModuleKind kind;
    std::unordered_map<QByteArray, std::optional<Schema>> entries;
    QStringList names;
};

Group prepare(const LoadedProject &project, ModuleKind kind, const QList<ModuleEntry> &list)
{
    Group group{kind, {}, {}};
    for (const ModuleEntry &entry : list) {
        const ModuleInfo *module = project.module(kind, entry.name);
        std::optional<Schema> schema;
        if (auto compiled = Schema::compile(module ? module->paramsSchema : QByteArray("{}"))) {
            schema.emplace(std::move(*compiled));
        }
        group.entries.try_emplace(entry.name.toUtf8(), std::move(schema));
        group.names.append(entry.name);
    }
    return group;
}

const json::Value &emptyObject()
{
    static const json::Value value = *json::read("{}");
    return value;
}

// Reads the requests of one body.
class Reading
{
public:
    Reading(const QByteArray &text, const Project &project, TimePoint now)
        : m_text(text)
        , m_project(project)
        , m_now(now)
        , m_problems(text)
    {
    }

    std::optional<JobSpec> request(const Place &place, const Group &tasks, const Group &storages,
                                   const Group &callbacks)
    {
        const bool good = checkObject(place, requestFields(), u"a request"_s, m_problems, UnknownKeys::Refuse);
        if (!place.value->isObject()) {
            return std::nullopt;
        }
        JobSpec spec;
        spec.task = module(place, "task", tasks);
        spec.storage = module(place, "storage", storages);
        spec.callback = module(place, "callback", callbacks);
        takeDefaults(m_project, m_now, &spec);
        readOptions(place, spec);
        if (!good || m_problems.touches(place.pointer)) {
            return std::nullopt;
        }
        return spec;
    }

    ProblemList &problems() { return m_problems; }

private:
    ModuleCall module(const Place &request, const char *key, const Group &group)
    {
        static const QList<Field> kFields{{"name", Kind::Name, true}, {"params", Kind::Object}};
        const json::Value *value = request.value->find(key);
        if (value == nullptr || !value->isObject()) {
            return {};
        }
        const Place place = request.member(key);
        checkObject(place, kFields, u"a %1"_s.arg(kindWord(group.kind)), m_problems, UnknownKeys::Refuse);
        const json::Value *name = value->find("name");
        const json::Value *params = value->find("params");
        if (name == nullptr || !name->isText()) {
            return {};
        }
        const auto it = group.entries.find(name->text());
        if (it == group.entries.end()) {
            tellUnknown(place.member("name"), group);
            return {};
        }
        ModuleCall call{QString::fromUtf8(name->text())};
        if (params == nullptr) {
            judge(it->second, {place.pointer + "/params", &emptyObject()}, place);
        } else if (params->isObject()) {
            call.params = json::sourceOf(m_text, *params);
            judge(it->second, place.member("params"), place);
        }
        return call;
    }

    void tellUnknown(const Place &name, const Group &group)
    {
        const QString wrong = QString::fromUtf8(name.value->text());
        const QString near = nearMiss(wrong, group.names);
        const QString remedy = !near.isEmpty()         ? u"Write “%1”, if you mean that."_s.arg(near)
                               : group.names.isEmpty() ? u"The project must have one first."_s
                                                       : u"There are %1."_s.arg(quotedList(group.names));
        m_problems.error(name, u"The project has no %1 “%2”."_s.arg(kindWord(group.kind), wrong), remedy);
    }

    // `reference`: where params that are not there would be.
    void judge(const std::optional<Schema> &schema, const Place &params, const Place &reference)
    {
        if (!schema) {
            return;
        }
        for (const SchemaFault &fault : schema->validate(*params.value)) {
            Place place = params.below(fault.pointer);
            if (params.value == &emptyObject()) {
                place.value = reference.value;
            }
            const QString what = fault.pointer.isEmpty() ? u"params"_s : QString::fromUtf8(fault.pointer.mid(1));
            m_problems.error(place, u"“%1” %2."_s.arg(what, fault.message), u"/docs tells what it takes."_s);
        }
    }

    void readOptions(const Place &place, JobSpec &spec)
    {
        const json::Value &request = *place.value;
        if (const json::Value *priority = request.find("priority")) {
            spec.priority = static_cast<int>(priority->integer());
        }
        if (const json::Value *timeout = request.find("timeout"); timeout != nullptr && timeout->isNumber()) {
            spec.timeout = secondsOf(*timeout);
        }
        if (const json::Value *retry = request.find("retry"); retry != nullptr && retry->isObject()) {
            spec.retry = readRetry(place.member("retry"), UnknownKeys::Refuse, m_problems);
        }
        if (const json::Value *unique = request.find("unique"); unique != nullptr && unique->isNumber()) {
            spec.unique = std::chrono::ceil<std::chrono::seconds>(secondsOf(*unique));
        }
        if (const json::Value *tags = request.find("tags"); tags != nullptr && tags->isArray()) {
            spec.tags = readTags(place.member("tags"), m_problems);
        }
        if (request.find("depends_on") != nullptr) {
            readDependencies(place.member("depends_on"), spec);
        }
        readMoment(place, spec);
    }

    // "id", ["id", …] or {"jobs": …, "on_failure": "run"}.
    void readDependencies(const Place &place, JobSpec &spec)
    {
        static const QList<Field> kFields{{"jobs", Kind::TextOrTexts, true}, {"on_failure", Kind::Text}};
        if (!place.value->isObject()) {
            readParents(place, spec);
            return;
        }
        if (!checkObject(place, kFields, u"a dependency"_s, m_problems, UnknownKeys::Refuse)) {
            return;
        }
        readParents(place.member("jobs"), spec);
        const QString word = textOf(*place.value, "on_failure", u"cancel"_s);
        if (word != u"cancel"_s && word != u"run"_s) {
            m_problems.error(place.member("on_failure"),
                             u"“on_failure” is “cancel” or “run”, and this is “%1”."_s.arg(word),
                             u"Write one of them."_s);
        }
        spec.onFailure = word == u"run"_s ? OnFailure::Run : OnFailure::Cancel;
    }

    void readParents(const Place &place, JobSpec &spec)
    {
        const std::size_t count = place.value->items().size();
        if (place.value->isText()) {
            readParent(place, spec);
        } else if (!place.value->isArray() || count == 0 || count > kMostParents) {
            m_problems.error(place, u"A job depends on 1 to %1 others, by their ids."_s.arg(kMostParents),
                             u"Write an id, or an array of ids."_s);
        }
        for (std::size_t i = 0; i < count && count <= kMostParents; ++i) {
            readParent(place.item(i), spec);
        }
    }

    void readParent(const Place &place, JobSpec &spec)
    {
        const QUuid id = place.value->isText() ? idFromText(place.value->text()) : QUuid();
        if (id.isNull()) {
            m_problems.error(place, u"This is no id of a job."_s,
                             u"Write the id that the job got when it was taken."_s);
        } else if (!spec.dependsOn.contains(id)) {
            spec.dependsOn.append(id);
        }
    }

    void readMoment(const Place &place, JobSpec &spec)
    {
        const json::Value *delay = place.value->find("delay");
        const json::Value *runAt = place.value->find("run_at");
        if (delay != nullptr && runAt != nullptr) {
            m_problems.error(place.member("delay"),
                             u"A job waits for a delay or until a moment, and this one has both."_s,
                             u"Leave “delay” or “run_at” out."_s);
            return;
        }
        if (delay != nullptr && delay->isNumber()) {
            spec.runAt = m_now + secondsOf(*delay);
        }
        if (runAt != nullptr && runAt->isText()) {
            const auto moment = timeFromText(runAt->text());
            if (!moment) {
                m_problems.error(place.member("run_at"),
                                 u"“run_at” must be a moment with its zone, and this is “%1”."_s.arg(
                                     QString::fromUtf8(runAt->text().left(60))),
                                 u"Write it as RFC 3339 has it, such as “2030-01-31T08:00:00Z” or "
                                 "“2030-01-31T09:00:00+01:00”."_s);
            }
            spec.runAt = moment.value_or(TimePoint{});
        }
    }

    const QByteArray &m_text;
    const Project &m_project;
    const TimePoint m_now;
    ProblemList m_problems;
};

Problem unreadable(const json::ParseError &error)
{
    const QString why = error.kind == json::ParseError::Kind::NotUtf8   ? u"it is not UTF-8"_s
                        : error.kind == json::ParseError::Kind::TooDeep ? u"it is nested too deeply"_s
                                                                        : QString::fromUtf8(error.withPosition());
    return {Problem::Severity::Error, {}, error.position, u"The body is no JSON: %1."_s.arg(why), {}};
}

} // namespace

struct JobRequestReaderV2::Private
{
    explicit Private(ProjectPointer loaded)
        : project(std::move(loaded))
        , tasks(prepare(*project, ModuleKind::Task, project->project.tasks))
        , storages(prepare(*project, ModuleKind::Storage, project->project.storages))
        , callbacks(prepare(*project, ModuleKind::Callback, project->project.callbacks))
    {
    }

    ProjectPointer project;
    Group tasks;
    Group storages;
    Group callbacks;
};

JobRequestReaderV2::JobRequestReaderV2(ProjectPointer project)
    : d(std::make_unique<Private>(std::move(project)))
{
}

JobRequestReaderV2::~JobRequestReaderV2() = default;

SubmissionV2 JobRequestReaderV2::read(const QByteArray &body, TimePoint now) const
{
    SubmissionV2 submission;
    const auto root = json::read(body);
    if (!root) {
        submission.problems.append(unreadable(root.error()));
        return submission;
    }
    submission.many = root->isArray();
    Reading reading(body, d->project->project, now);
    const Place whole{{}, &*root};
    const auto readOne = [&](const Place &place) {
        if (auto spec = reading.request(place, d->tasks, d->storages, d->callbacks)) {
            submission.specs.append(std::move(*spec));
        }
    };
    const std::size_t count = root->items().size();
    if (!submission.many) {
        readOne(whole);
    } else if (count == 0 || count > kMostJobs) {
        reading.problems().error(
            whole, u"These are %1 requests; there may be 1 to %2 in an array."_s.arg(count).arg(kMostJobs),
            count == 0 ? u"Put requests in it."_s : u"Send them in several arrays."_s);
    }
    for (std::size_t i = 0; submission.many && i < count && count <= kMostJobs; ++i) {
        readOne(whole.item(i));
    }
    submission.problems = reading.problems().sorted();
    if (!submission.problems.isEmpty()) {
        submission.specs.clear();
    }
    return submission;
}

} // namespace dragonscales::core
