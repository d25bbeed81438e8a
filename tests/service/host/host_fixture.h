// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "host/host.h"

#include <QTemporaryDir>

#include <mutex>

namespace dragonscales::testing {

// A project of the misbehaving and of the bundled modules, found in the real libraries, and a host that runs them.
// Entries: task, storage, callback "bad" (misbehave) and "ghost"; task "echo", storage "discard", callback "log".
class HostFixture final
{
public:
    explicit HostFixture(host::HostOptions options = {}, const QByteArray &badArgs = "{}",
                         const QString &authorizer = {});

    host::Host &host() { return *m_host; }
    core::ProjectPointer project() const { return m_project; }
    std::shared_ptr<const host::Catalog> catalog() const { return m_catalog; }

    // A job of the task "bad" with {"do": deed, "note": noteFile()} and of the storage "bad" or another one.
    host::JobCall job(const QString &deed, core::Isolation isolation) const;
    host::JobCall echo(core::Isolation isolation) const;
    host::CallbackCall callback(const QString &deed) const;

    QString noteFile() const { return m_folder.filePath(QStringLiteral("note")); }
    // The processes that deeds noted down, and those of them that still live.
    QList<qint64> noted() const;
    QList<qint64> alive() const;
    QByteArray paramsFor(const QString &deed) const;

private:
    void add(core::ModuleKind kind, const QString &name, const QString &module, const QByteArray &args);

    QTemporaryDir m_folder;
    std::shared_ptr<const host::Catalog> m_catalog;
    std::shared_ptr<core::LoadedProject> m_project;
    std::unique_ptr<host::Host> m_host;
};

QString runnerProgram();
// False for one that has ended, also when nobody has waited for it.
bool isAlive(qint64 pid);

// What running code said.
struct Heard
{
    explicit Heard(host::Control &control);

    QStringList linesOf(const QString &level) const;

    mutable std::mutex mutex;
    QList<core::LogLine> lines;
    double fraction = -1;
    QString text;
};

} // namespace dragonscales::testing
