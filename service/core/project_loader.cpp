// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/project_loader.h"

#include "core/module_linker.h"
#include "core/project_file.h"
#include "core/project_reader.h"
#include "core/project_schema.h"

#include <QDir>
#include <QFileInfo>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::core {

namespace {

// A text that is a JSON object, and what it was read from.
tl::expected<json::Value, Problem> parseObject(const QByteArray &text)
{
    auto root = parseProjectText(text);
    if (root && !root->isObject()) {
        Problem problem = fileProblem(u"A project must be an object, and this is something else."_s,
                                      u"Write { … } around it, with “queues”, “tasks”, “storages” and “callbacks”."_s);
        problem.position = json::Position{};
        return tl::unexpected(std::move(problem));
    }
    return root;
}

// The key "plugins", or the folder of that name beside the file when it is there.
QStringList pluginFoldersOf(const Project &project, const json::Value &root)
{
    const QDir folder(project.folder);
    QStringList folders;
    for (const QString &written : project.pluginFolders) {
        folders.append(QDir::cleanPath(folder.absoluteFilePath(written)));
    }
    if (root.find("plugins") == nullptr && QFileInfo(folder.filePath(u"plugins"_s)).isDir()) {
        folders.append(folder.filePath(u"plugins"_s));
    }
    return folders;
}

Project readParsed(const QByteArray &text, const QString &path, const json::Value &root, ProblemList &problems)
{
    Project project;
    project.path = QDir::cleanPath(QFileInfo(path).absoluteFilePath());
    project.folder = QFileInfo(project.path).absolutePath();
    project.text = text;
    ProjectReader(root, project.text, problems).readInto(project);
    if (project.id.isEmpty()) {
        project.id = projectIdOf(project.path);
    }
    project.pluginFolders = pluginFoldersOf(project, root);
    return project;
}

// On one line, whatever is in it.
QString oneLine(QString text)
{
    for (QChar &c : text) {
        c = c.category() == QChar::Other_Control ? QChar(u' ') : c;
    }
    return text;
}

} // namespace

std::unique_ptr<Project> readProject(const QString &path, QList<Problem> *problems)
{
    const auto text = readProjectBytes(path);
    const auto root = text ? parseObject(*text) : tl::unexpected(text.error());
    if (!root) {
        problems->append(root.error());
        return nullptr;
    }
    ProblemList ignored(*text);
    return std::make_unique<Project>(readParsed(*text, path, *root, ignored));
}

LoadOutcome loadProjectText(const QByteArray &text, const QString &path, const ModuleSource &modules,
                            const QProcessEnvironment &environment)
{
    const auto root = parseObject(text);
    if (!root) {
        return {nullptr, {root.error()}};
    }
    ProblemList problems(text);
    auto loaded = std::make_shared<LoadedProject>();
    loaded->project = readParsed(text, path, *root, problems);
    checkProjectSchema(*root, problems);
    ModuleLinker(modules, environment, {QDir::currentPath(), loaded->project.folder}, problems).link(*root, *loaded);
    if (problems.hasErrors()) {
        loaded = nullptr;
    }
    return {std::move(loaded), problems.sorted()};
}

LoadOutcome loadProject(const QString &path, const ModuleSource &modules, const QProcessEnvironment &environment)
{
    const auto text = readProjectBytes(path);
    if (!text) {
        return {nullptr, {text.error()}};
    }
    return loadProjectText(*text, path, modules, environment);
}

QString compilerLine(const QString &path, const Problem &problem)
{
    const QString place =
        problem.position.line > 0 ? u"%1:%2:"_s.arg(problem.position.line).arg(problem.position.column) : QString();
    const QString severity = problem.severity == Problem::Severity::Warning ? u"warning"_s : u"error"_s;
    QString line = u"%1:%2 %3: %4"_s.arg(path, place, severity, problem.message);
    if (!problem.remedy.isEmpty()) {
        // What a module says of itself need not be a whole sentence.
        line += (line.endsWith(u'.') ? u" "_s : u". "_s) + problem.remedy;
    }
    if (!problem.pointer.isEmpty()) {
        line += u" [%1]"_s.arg(QString::fromUtf8(problem.pointer));
    }
    return oneLine(line);
}

} // namespace dragonscales::core
