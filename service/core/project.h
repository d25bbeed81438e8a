// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/job.h"
#include "core/json/value.h"
#include "core/module_reference.h"
#include "core/result.h"

#include <QHash>

#include <memory>

namespace dragonscales::core {

// "args" of a queue, with their defaults.
struct QueueOptions
{
    int workers = 1;
    Isolation isolation = Isolation::Auto;
    std::chrono::milliseconds timeout{0}; // 0: none
    qint64 memoryMiB = 0;                 // 0: none
    std::chrono::milliseconds grace{10'000};
    int jobsPerRunner = 1000;
    int maxConcurrency = 0; // over all machines; 0: none
    int rateCount = 0;      // 0: none
    std::chrono::milliseconds ratePer{0};
    qint64 maxQueued = 0; // 0: no limit
    std::chrono::seconds resultTtl = std::chrono::days(7);
    std::chrono::seconds failureTtl = std::chrono::days(30);
};

struct QueueEntry
{
    QString name;
    QueueOptions options;
};

// A task, storage, callback or authorizer of the project.
struct ModuleEntry
{
    ModuleKind kind = ModuleKind::Task;
    QString name;
    QString module;
    QString queue;                        // tasks only
    QByteArray args = "{}";               // JSON object as written, ${…} and all
    QByteArray params;                    // programs only: JSON Schema of a request's params; empty: none is told
    std::optional<RetryPolicy> retry;     // absent: the kind's default
    std::chrono::milliseconds timeout{0}; // 0: the queue's
    // Tasks only, of requests that do not say otherwise:
    int priority = 0;
    std::chrono::milliseconds delay{0};
    QStringList tags;
    std::optional<std::chrono::seconds> unique;
};

inline const RetryPolicy kDefaultTaskRetry{0, {}};
inline const RetryPolicy kDefaultCallbackRetry{
    3, {std::chrono::seconds(30), std::chrono::seconds(60), std::chrono::seconds(120)}};

// A project file, read. Schedules are kept in the text and read by whoever runs them.
struct Project
{
    QString path;    // absolute, of the file
    QString folder;  // absolute, that it lies in: base of relative paths in args
    QString id;      // the key "id", else base name and 8 hex digits of the path's SHA-256
    QByteArray text; // the file as read
    QList<QueueEntry> queues;
    QList<ModuleEntry> tasks;
    QList<ModuleEntry> storages;
    QList<ModuleEntry> callbacks;
    std::optional<ModuleEntry> authorizer;
    QStringList pluginFolders; // absolute, from the key "plugins"
    QString python;            // the key of that name: which Python runs its modules; empty: none is named

    const QueueEntry *queue(const QString &name) const;
    const ModuleEntry *entry(ModuleKind kind, const QString &name) const;
};

// One thing wrong with a project file.
struct Problem
{
    enum class Severity : quint8 { Warning, Error };

    Severity severity = Severity::Error;
    QByteArray pointer; // JSON pointer (RFC 6901) of the value, or of the object that lacks one
    json::Position position;
    QString message; // what is wrong
    QString remedy;  // how to mend it
};

// Answers what a project's "module" stands for.
class ModuleSource
{
public:
    virtual ~ModuleSource() = default;
    // NotFound with a sentence that names near misses or the fault of the library that should have it. What is there
    // but cannot be used has a ModuleInfo::fault instead.
    virtual Result<ModuleInfo> find(ModuleKind kind, const ModuleReference &reference) const = 0;
};

// A project whose modules have been found: what the service runs. Shared read-only between threads.
struct LoadedProject
{
    Project project;
    // By entry name; every entry of the project is there.
    QHash<QString, ModuleInfo> tasks;
    QHash<QString, ModuleInfo> storages;
    QHash<QString, ModuleInfo> callbacks;
    std::optional<ModuleInfo> authorizer;
    // args with ${NAME} replaced and nothing else changed, by kind and entry name.
    QHash<std::pair<int, QString>, QByteArray> args;

    const ModuleInfo *module(ModuleKind kind, const QString &name) const;
    QByteArray argsOf(ModuleKind kind, const QString &name) const;
};

// $XDG_DATA_HOME/dragonscales/<id>: where the store and everything else that the service keeps for a project lies.
QString dataFolder(const QString &projectId);

// The id of a project file that names none: its base name and 8 hex digits of its canonical path's SHA-256.
QString projectIdOf(const QString &path);

using ProjectPointer = std::shared_ptr<const LoadedProject>;

} // namespace dragonscales::core
