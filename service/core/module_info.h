// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>

#include <optional>

namespace dragonscales::core {

enum class ModuleKind : quint8 { Task, Storage, Callback, Authorizer };
QString kindWord(ModuleKind kind); // "task", "storage", "callback", "authorizer"
std::optional<ModuleKind> kindFromWord(QStringView word);

enum class ModuleOrigin : quint8 { Native, Python, Exec };

enum class Isolation : quint8 { Auto, Thread, Process };
QString isolationWord(Isolation isolation); // "auto", "thread", "process"
std::optional<Isolation> isolationFromWord(QStringView word);

// What is known of a module without running its code.
struct ModuleInfo
{
    ModuleKind kind = ModuleKind::Task;
    ModuleOrigin origin = ModuleOrigin::Native;
    QString name; // as a project's "module" names it
    QString title;
    QString description;
    QByteArray argsSchema = "{}";             // JSON Schema of the constructor's args
    QByteArray paramsSchema = "{}";           // JSON Schema of a request's params
    QByteArray resultSchema = "{}";           // JSON Schema of the result (tasks) or location (storages)
    Isolation isolation = Isolation::Process; // preferred: Thread or Process
    bool bundled = false;                     // comes with dragonscales
    QString library;                          // path of the library or of the Python file
    QString interpreter;                      // Python only: the program that runs it
    QString program;                          // programs only: its path
    // Why the code cannot be used as it is now; empty: nothing is known against it. Its jobs fail until it is mended.
    QString fault;
};

} // namespace dragonscales::core
