// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "support/service_process.h"
#include "support/webhook_receiver.h"

#include <QList>
#include <QStringList>

namespace dragonscales::test {

// The real service with a project of Python modules in its temporary folder, and a receiver for what the callback
// "post" of that project tells.
class PythonService final
{
public:
    ServiceProcess &process() { return m_process; }
    WebhookReceiver &receiver() { return m_receiver; }
    QString path(const QString &name = {}) const { return m_process.path(name); }

    // The project of resources/examples/python, in the temporary folder or in this one below it.
    void copyExample(const QString &folder = {}) const;
    void setProject(const QByteArray &json) const { m_process.setProject(json); }
    // Writes such a file as "tasks/bad.py", with the packages that lead to it. Only the owner may write it.
    void writeModule(const QString &name, const QByteArray &source) const;

    bool start(const QStringList &furtherArguments = {}) { return m_process.start(furtherArguments); }
    HttpCall http() const; // shows the token of the example

    // The body of a submission that tells the receiver.
    QByteArray request(const QByteArray &task, const QByteArray &params, const QByteArray &storage = "plain",
                       const QByteArray &storageParams = "{}") const;
    // The id of an accepted job; empty when it was refused.
    QByteArray submit(const QByteArray &task, const QByteArray &params, const QByteArray &storage = "plain",
                      const QByteArray &storageParams = "{}") const;
    // Submits it and waits for its end: the body of which the callback told.
    QByteArray run(const QByteArray &task, const QByteArray &params, const QByteArray &storage = "plain",
                   const QByteArray &storageParams = "{}") const;
    // What the receiver was told of this job; empty when nothing came in time.
    QByteArray told(const QByteArray &id, std::chrono::milliseconds limit = std::chrono::seconds(40)) const;
    qsizetype timesTold(const QByteArray &id) const;

    // Messages of this level in the service's log so far.
    QStringList logged(const QString &level) const;
    QStringList warningsWith(const QString &needle) const;
    // Of the job, as the store has it: "level text" each.
    QStringList jobLog(const QByteArray &id) const;

private:
    ServiceProcess m_process;
    WebhookReceiver m_receiver;
};

// Copies a folder with all that is in it; only the owner may write the copies.
void copyFolder(const QString &from, const QString &to);

// What GET answers for a job, and what its callback gets.
QByteArray finishedBody(const QByteArray &id, const QByteArray &location);

// What the file holds; empty when there is none.
QByteArray contentOf(const QString &path);

// What the client is told of a failure: the member "info".
QByteArray infoOf(const QByteArray &body);

// The header line that the example's authorizer asks for.
QByteArray tokenLine();

} // namespace dragonscales::test
