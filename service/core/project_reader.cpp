// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/project_reader.h"

#include "core/json/reader.h"
#include "core/near_miss.h"
#include "core/project_fields.h"
#include "core/queue_options.h"
#include "core/retry_reader.h"
#include "core/tag_reader.h"

#include <QSet>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::core {

namespace {

using Kind = Field::Kind;

constexpr double kYearSec = 366.0 * 24 * 3600;

const QList<Field> &rootFields()
{
    static const QList<Field> fields{
        {"queues", Kind::Array, true},    {"tasks", Kind::Array, true},   {"storages", Kind::Array, true},
        {"callbacks", Kind::Array, true}, {"authorizer", Kind::Any},      {"id", Kind::Id},
        {"schedules", Kind::Array},       {"plugins", Kind::TextOrTexts}, {"redact", Kind::TextOrTexts},
        {"description", Kind::Text},      {"$schema", Kind::Text},        {"python", Kind::Text},
    };
    return fields;
}

// Which keys entries of each kind have.
QList<Field> fieldsOf(ModuleKind kind)
{
    QList<Field> fields{{"name", Kind::Name, true}, {"module", Kind::Name, true}, {"args", Kind::Object}};
    if (kind == ModuleKind::Task) {
        fields.append({"queue", Kind::Name, true});
        fields.append({"priority", Kind::Whole, false, -100, 100});
        fields.append({"delay", Kind::Seconds, false, 0, kYearSec});
        fields.append({"tags", Kind::Array});
        fields.append({"unique", Kind::Seconds, false, 1, kYearSec});
    }
    if (kind != ModuleKind::Authorizer) {
        fields.append({"params", Kind::Object});
    }
    if (kind == ModuleKind::Task || kind == ModuleKind::Callback) {
        fields.append({"retry", Kind::Object});
        fields.append({"timeout", Kind::Seconds, false, 0.001, kYearSec});
    }
    return fields;
}

QString article(ModuleKind kind)
{
    return (kind == ModuleKind::Authorizer ? u"an %1"_s : u"a %1"_s).arg(kindWord(kind));
}

// Tells of an entry whose name another one has already.
class NameCheck
{
public:
    NameCheck(QString what, ProblemList &problems)
        : m_what(std::move(what))
        , m_problems(problems)
    {
    }

    // False when the entry has no usable name of its own.
    bool take(const Place &entry)
    {
        const QString name = entry.value->isObject() ? textOf(*entry.value, "name") : QString();
        if (name.isEmpty()) {
            return false;
        }
        if (m_seen.contains(name)) {
            m_problems.error(entry.member("name"), u"The name “%1” belongs to another %2 already."_s.arg(name, m_what),
                             u"Give each %1 a name of its own."_s.arg(m_what));
            return false;
        }
        m_seen.insert(name);
        return true;
    }

private:
    const QString m_what;
    ProblemList &m_problems;
    QSet<QString> m_seen;
};

QList<ModuleEntry> &listOf(ModuleKind kind, Project &project)
{
    return kind == ModuleKind::Task      ? project.tasks
           : kind == ModuleKind::Storage ? project.storages
                                         : project.callbacks;
}

} // namespace

QByteArray keyOf(ModuleKind kind)
{
    switch (kind) {
    case ModuleKind::Task:
        return "tasks";
    case ModuleKind::Storage:
        return "storages";
    case ModuleKind::Callback:
        return "callbacks";
    case ModuleKind::Authorizer:
        return "authorizer";
    }
    return {};
}

ProjectReader::ProjectReader(const json::Value &root, const QByteArray &text, ProblemList &problems)
    : m_root{{}, &root}
    , m_text(text)
    , m_problems(problems)
{
}

std::optional<Place> ProjectReader::array(QByteArrayView key, const QString &what)
{
    const json::Value *value = m_root.value->find(key);
    if (value == nullptr || !value->isArray()) {
        return std::nullopt;
    }
    if (value->items().empty() && !what.isEmpty()) {
        m_problems.warning(m_root.member(key), u"The project has no %1, so it takes no jobs."_s.arg(what),
                           u"Add at least one."_s);
    }
    return m_root.member(key);
}

void ProjectReader::readQueues(Project &project)
{
    static const QList<Field> kFields{{"name", Kind::Name, true}, {"args", Kind::Object}};
    const auto queues = array("queues", u"queue"_s);
    NameCheck names(u"queue"_s, m_problems);
    for (std::size_t i = 0; queues && i < queues->value->items().size(); ++i) {
        const Place place = queues->item(i);
        checkObject(place, kFields, u"a queue"_s, m_problems);
        QueueEntry entry{textOf(*place.value, "name"), {}};
        if (const json::Value *args = place.value->find("args"); args != nullptr && args->isObject()) {
            entry.options = readQueueOptions(place.member("args"), m_problems);
        }
        if (names.take(place)) {
            project.queues.append(std::move(entry));
        }
    }
}

ModuleEntry ProjectReader::readEntry(ModuleKind kind, const Place &place)
{
    ModuleEntry entry;
    entry.kind = kind;
    entry.name = textOf(*place.value, "name");
    entry.module = textOf(*place.value, "module");
    if (const json::Value *args = place.value->find("args"); args != nullptr && args->isObject()) {
        entry.args = json::sourceOf(m_text, *args);
    }
    const json::Value *params = place.value->find("params");
    if (params != nullptr && params->isObject()) {
        entry.params = json::sourceOf(m_text, *params);
    }
    if (params != nullptr && !entry.module.startsWith(u"exec:"_s)) {
        m_problems.warning(place.member("params"), u"“params” counts for programs (“exec:…”) only: it is ignored."_s,
                           u"Remove it: the module says itself what params it takes."_s);
    }
    if (kind != ModuleKind::Task && kind != ModuleKind::Callback) {
        return entry;
    }
    if (const json::Value *retry = place.value->find("retry"); retry != nullptr && retry->isObject()) {
        entry.retry = readRetry(place.member("retry"), UnknownKeys::Warn, m_problems);
    }
    if (const json::Value *timeout = place.value->find("timeout"); timeout != nullptr && timeout->isNumber()) {
        entry.timeout = secondsOf(*timeout);
    }
    if (kind == ModuleKind::Task) {
        readJobDefaults(place, entry);
    }
    return entry;
}

void ProjectReader::readJobDefaults(const Place &place, ModuleEntry &entry)
{
    const auto member = [&](const char *name, json::Value::Type type) {
        const json::Value *value = place.value->find(name);
        return value != nullptr && value->type() == type ? value : nullptr;
    };
    if (const json::Value *priority = member("priority", json::Value::Type::Number)) {
        entry.priority = static_cast<int>(priority->integer());
    }
    if (const json::Value *delay = member("delay", json::Value::Type::Number)) {
        entry.delay = secondsOf(*delay);
    }
    if (const json::Value *unique = member("unique", json::Value::Type::Number)) {
        entry.unique = std::chrono::ceil<std::chrono::seconds>(secondsOf(*unique));
    }
    if (member("tags", json::Value::Type::Array) != nullptr) {
        entry.tags = readTags(place.member("tags"), m_problems);
    }
}

void ProjectReader::checkQueueOf(const Place &entry, const Project &project)
{
    const QString queue = textOf(*entry.value, "queue");
    if (queue.isEmpty() || project.queue(queue) != nullptr) {
        return;
    }
    QStringList names;
    for (const QueueEntry &known : project.queues) {
        names.append(known.name);
    }
    const QString near = nearMiss(queue, names);
    const QString remedy = !near.isEmpty()   ? u"Use “%1”."_s.arg(near)
                           : names.isEmpty() ? u"Add it to “queues”."_s
                                             : u"Use one of %1, or add it to “queues”."_s.arg(quotedList(names));
    m_problems.error(entry.member("queue"), u"No queue “%1”."_s.arg(queue), remedy);
}

void ProjectReader::readEntries(ModuleKind kind, Project &project)
{
    const auto entries = array(keyOf(kind), kindWord(kind));
    NameCheck names(kindWord(kind), m_problems);
    const QList<Field> fields = fieldsOf(kind);
    for (std::size_t i = 0; entries && i < entries->value->items().size(); ++i) {
        const Place place = entries->item(i);
        checkObject(place, fields, article(kind), m_problems);
        ModuleEntry entry = readEntry(kind, place);
        if (kind == ModuleKind::Task) {
            entry.queue = textOf(*place.value, "queue");
            checkQueueOf(place, project);
        }
        if (names.take(place)) {
            listOf(kind, project).append(std::move(entry));
        }
    }
}

void ProjectReader::readAuthorizer(Project &project)
{
    const json::Value *value = m_root.value->find("authorizer");
    if (value == nullptr || value->isNull()) { // older files say so when there is none
        return;
    }
    const Place place = m_root.member("authorizer");
    if (checkObject(place, fieldsOf(ModuleKind::Authorizer), article(ModuleKind::Authorizer), m_problems)) {
        project.authorizer = readEntry(ModuleKind::Authorizer, place);
    }
}

void ProjectReader::readSchedules()
{
    static const QList<Field> kFields{
        {"name", Kind::Name, true}, {"cron", Kind::Text}, {"timezone", Kind::Text}, {"job", Kind::Object}};
    const auto schedules = array("schedules", {});
    NameCheck names(u"schedule"_s, m_problems);
    for (std::size_t i = 0; schedules && i < schedules->value->items().size(); ++i) {
        checkObject(schedules->item(i), kFields, u"a schedule"_s, m_problems);
        names.take(schedules->item(i));
        if (!m_problems.touches(schedules->item(i).pointer)) {
            m_problems.warning(schedules->item(i), u"Schedules do not fire yet."_s,
                               u"Post the job from cron or a systemd timer for now."_s);
        }
    }
}

void ProjectReader::readInto(Project &project)
{
    checkObject(m_root, rootFields(), u"a project"_s, m_problems);
    project.id = textOf(*m_root.value, "id");
    project.pluginFolders = textsOf(*m_root.value, "plugins");
    project.python = textOf(*m_root.value, "python");
    readQueues(project);
    for (const auto kind : {ModuleKind::Task, ModuleKind::Storage, ModuleKind::Callback}) {
        readEntries(kind, project);
    }
    readAuthorizer(project);
    readSchedules();
    if (m_root.value->find("redact") != nullptr) {
        m_problems.warning(m_root.member("redact"), u"“redact” has no effect yet: params are shown whole."_s,
                           u"Send secrets as “${NAME}” in args instead."_s);
    }
}

} // namespace dragonscales::core
