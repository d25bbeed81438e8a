// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "support/http_call.h"

#include <QProcess>
#include <QProcessEnvironment>
#include <QTemporaryDir>

#include <memory>

namespace dragonscales::test {

// The real dragonscales-service, on a free port, with its project, store, runtime and home folders in a temporary one.
// It can be ended and started again on the same store. Ended with SIGKILL when the fixture goes.
class ServiceProcess final
{
public:
    ServiceProcess();
    ~ServiceProcess();
    Q_DISABLE_COPY_MOVE(ServiceProcess)

    QString path(const QString &name = {}) const; // in the temporary folder
    QString storePath() const { return path(QStringLiteral("store.db")); }
    void writeFile(const QString &name, const QByteArray &content) const;
    void setProject(const QByteArray &json) const { writeFile(QStringLiteral("project.json"), json); }
    QProcessEnvironment &environment() { return m_environment; }

    void setWorkingFolder(const QString &folder) { m_workingFolder = folder; } // else the temporary one

    // Starts it and waits for its first line; false when it ended or was silent instead.
    bool start(const QStringList &furtherArguments = {});
    bool startWith(const QStringList &arguments); // exactly these
    // Starts it with exactly these arguments and waits for its end; the exit status, -1 when it did not end in time or
    // was killed by a signal.
    int runToEnd(const QStringList &arguments, std::chrono::milliseconds limit = std::chrono::seconds(20));
    QStringList arguments() const; // that start() gives

    QString url() const { return m_url; }
    HttpCall http() const { return HttpCall(m_url); }
    qint64 pid() const { return m_process ? m_process->processId() : 0; }
    QByteArray firstLine() const { return m_firstLine; }
    QByteArray errorText() const; // what it wrote to standard error so far

    void sendSignal(int number) const;
    // After a signal: waits for the end; the exit status, -1 when killed by a signal, -2 when it still runs.
    int waitForEnd(std::chrono::milliseconds limit = std::chrono::seconds(20));
    void kill(); // SIGKILL, and waits

private:
    void launch(const QStringList &arguments);

    QTemporaryDir m_folder;
    QString m_workingFolder;
    QProcessEnvironment m_environment;
    std::unique_ptr<QProcess> m_process;
    QByteArray m_firstLine;
    QString m_url;
};

} // namespace dragonscales::test
