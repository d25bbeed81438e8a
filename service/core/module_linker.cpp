// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/module_linker.h"

#include "core/json/reader.h"
#include "core/module_reference.h"
#include "core/project_fields.h"
#include "core/project_reader.h"
#include "core/python_interpreter.h"
#include "core/schema.h"
#include "core/secrets.h"

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::core {

namespace {

QHash<QString, ModuleInfo> &modulesOf(ModuleKind kind, LoadedProject &project)
{
    return kind == ModuleKind::Task      ? project.tasks
           : kind == ModuleKind::Storage ? project.storages
                                         : project.callbacks;
}

const json::Value &emptyObject()
{
    static const json::Value value = *json::read("{}");
    return value;
}

// Where in the args a fault lies, for a person: "args.allow[0]".
QString spoken(QByteArrayView pointer)
{
    QString text = u"args"_s;
    for (const QByteArray &token : pointer.toByteArray().split('/').mid(1)) {
        bool index = false;
        token.toUInt(&index);
        text += index ? u"[%1]"_s.arg(QString::fromUtf8(token)) : u".%1"_s.arg(QString::fromUtf8(token));
    }
    return text;
}

} // namespace

ModuleLinker::ModuleLinker(const ModuleSource &modules, const QProcessEnvironment &environment, QStringList folders,
                           ProblemList &problems)
    : m_modules(modules)
    , m_environment(environment)
    , m_folders(std::move(folders))
    , m_problems(problems)
{
}

void ModuleLinker::link(const json::Value &root, LoadedProject &project)
{
    for (const auto kind : {ModuleKind::Task, ModuleKind::Storage, ModuleKind::Callback}) {
        const json::Value *entries = root.find(keyOf(kind));
        for (std::size_t i = 0; entries != nullptr && i < entries->items().size(); ++i) {
            linkEntry(kind, Place{{}, &root}.member(keyOf(kind)).item(i), project);
        }
    }
    if (const json::Value *authorizer = root.find("authorizer"); authorizer != nullptr && authorizer->isObject()) {
        linkEntry(ModuleKind::Authorizer, Place{{}, &root}.member("authorizer"), project);
    }
}

std::optional<ModuleInfo> ModuleLinker::findModule(ModuleKind kind, const Place &module, const Project &project)
{
    ModuleReference reference = resolveModule(QString::fromUtf8(module.value->text()), m_folders, project.folder);
    if (reference.origin == ModuleOrigin::Python) {
        reference.interpreter = pythonInterpreter(m_environment, project.python, project.folder);
        // A Python file that happens to be called like a bundled module does not stand in for it, and a package that
        // has no such file does not hide any.
        const auto native = reference.forced
                                ? tl::unexpected(Error{})
                                : m_modules.find(kind, {ModuleOrigin::Native, reference.name, {}, false, {}, {}});
        if (native && (native->bundled || reference.file.isEmpty())) {
            return *native;
        }
    }
    auto found = m_modules.find(kind, reference);
    if (!found) {
        m_problems.error(module, found.error().message,
                         u"Name a module that there is, or install the plugin that has it."_s);
        return std::nullopt;
    }
    if (!found->fault.isEmpty()) {
        m_problems.warning(module, found->fault, u"Its jobs fail until it is mended."_s);
    }
    return std::move(*found);
}

void ModuleLinker::linkEntry(ModuleKind kind, const Place &entry, LoadedProject &project)
{
    if (!entry.value->isObject()) {
        return;
    }
    const json::Value *argsValue = entry.value->find("args");
    const bool hasArgs = argsValue != nullptr && argsValue->isObject();
    const Place args = hasArgs ? entry.member("args") : Place{entry.pointer, &emptyObject()};
    const QByteArray source = hasArgs ? json::sourceOf(project.project.text, *argsValue) : QByteArray("{}");
    SecretFiller filler(m_environment, m_problems);
    const QByteArray filled = filler.fill(args, source);

    const QString name = textOf(*entry.value, "name");
    project.args.insert({static_cast<int>(kind), name}, filled);
    if (textOf(*entry.value, "module").isEmpty()) {
        return;
    }
    auto module = findModule(kind, entry.member("module"), project.project);
    if (!module) {
        return;
    }
    if (const ModuleEntry *read = project.project.entry(kind, name);
        module->origin == ModuleOrigin::Exec && read != nullptr && !read->params.isEmpty()) {
        module->paramsSchema = read->params;
    }
    if (module->origin == ModuleOrigin::Python) {
        checkPythonSchema(entry.member("module"), &*module);
    } else {
        checkArgs(*module, hasArgs ? args : entry, filled, filler.used());
    }
    if (kind == ModuleKind::Authorizer) {
        project.authorizer = *module;
    } else {
        modulesOf(kind, project).insert(name, *module);
    }
}

// Its args are for its host to convert ("5" for an int), which a schema would refuse. What Python writes as a schema
// need not be one for us: then its params are for the host as well.
void ModuleLinker::checkPythonSchema(const Place &place, ModuleInfo *module)
{
    const auto schema = Schema::compile(module->paramsSchema);
    if (!schema) {
        m_problems.warning(
            place,
            u"What “%1” takes cannot be checked before its jobs run: %2"_s.arg(module->name, schema.error().message),
            u"Annotate its parameters in another way."_s);
        module->paramsSchema = "{}";
    }
}

// Many entries share few modules.
const Result<Schema> &ModuleLinker::schemaOf(const ModuleInfo &module)
{
    const auto key = std::tuple(module.kind, module.name, module.paramsSchema);
    auto it = m_schemas.find(key);
    if (it == m_schemas.end()) {
        it = m_schemas.emplace(key, Schema::compile(module.argsSchema)).first;
        if (auto params = Schema::compile(module.paramsSchema); it->second && !params) {
            it->second = tl::unexpected(std::move(params.error()));
        }
    }
    return it->second;
}

void ModuleLinker::checkArgs(const ModuleInfo &module, const Place &args, const QByteArray &filled,
                             const QMap<QByteArray, QByteArray> &secrets)
{
    const Result<Schema> &schema = schemaOf(module);
    const auto value = json::read(filled);
    if (!schema || !value) {
        m_problems.error(args,
                         u"The args or params cannot be checked, since a schema of the module “%1” is wrong: %2"_s.arg(
                             module.name, schema ? QString() : schema.error().message),
                         module.origin == ModuleOrigin::Exec
                             ? u"Mend “params”, which is to be a JSON Schema."_s
                             : u"Tell whoever made the plugin %1."_s.arg(module.library));
        return;
    }
    for (const SchemaFault &fault : schema->validate(*value)) {
        const Place place = args.below(fault.pointer);
        // What the schema says may repeat the value, which must not be told when it comes from the environment.
        const QString message = place.value->isText() && holdsReference(*place.value)
                                    ? u"does not fit with the value of the reference (%1)"_s.arg(fault.keyword)
                                    : QString::fromUtf8(masked(fault.message.toUtf8(), secrets));
        m_problems.error(place, u"“%1” %2."_s.arg(spoken(fault.pointer), message),
                         u"Write what the module “%1” takes."_s.arg(module.name));
    }
}

} // namespace dragonscales::core
