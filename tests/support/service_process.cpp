// SPDX-License-Identifier: LGPL-3.0-or-later
#include "support/service_process.h"

#include <QDeadlineTimer>
#include <QDir>
#include <QFile>

#include <csignal>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::test {

ServiceProcess::ServiceProcess()
    : m_environment(QProcessEnvironment::systemEnvironment())
{
    for (const QString &name : m_environment.keys()) {
        if (name.startsWith(u"DRAGONSCALES_"_s)) {
            m_environment.remove(name);
        }
    }
    for (const auto &[variable, folder] : {std::pair(u"HOME"_s, u"home"_s), std::pair(u"XDG_DATA_HOME"_s, u"data"_s),
                                           std::pair(u"XDG_RUNTIME_DIR"_s, u"runtime"_s)}) {
        QDir().mkpath(path(folder));
        QFile::setPermissions(path(folder), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        m_environment.insert(variable, path(folder));
    }
}

ServiceProcess::~ServiceProcess()
{
    kill();
}

QString ServiceProcess::path(const QString &name) const
{
    return m_folder.filePath(name);
}

void ServiceProcess::writeFile(const QString &name, const QByteArray &content) const
{
    QFile file(path(name));
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size()) {
        qFatal("%s cannot be written", qPrintable(file.fileName()));
    }
}

QStringList ServiceProcess::arguments() const
{
    return {u"--project"_s, path(u"project.json"_s), u"--queue-url"_s, u"sqlite:"_s + storePath(),
            u"--address"_s, u"127.0.0.1:0"_s,        u"--lease"_s,     u"3"_s};
}

void ServiceProcess::launch(const QStringList &arguments)
{
    m_process = std::make_unique<QProcess>();
    m_process->setProcessEnvironment(m_environment);
    m_process->setWorkingDirectory(m_workingFolder.isEmpty() ? path() : m_workingFolder);
    m_process->setStandardErrorFile(path(u"stderr.log"_s), QIODevice::Append);
    m_process->setProgram(QStringLiteral(DRAGONSCALES_BIN_DIR "/dragonscales-service"));
    m_process->setArguments(arguments);
    m_process->start();
    m_process->waitForStarted();
}

bool ServiceProcess::start(const QStringList &furtherArguments)
{
    return startWith(arguments() + furtherArguments);
}

bool ServiceProcess::startWith(const QStringList &arguments)
{
    m_url.clear();
    m_firstLine.clear();
    launch(arguments);
    const QDeadlineTimer until(std::chrono::seconds(30));
    while (!m_process->canReadLine()) {
        if (!m_process->waitForReadyRead(static_cast<int>(until.remainingTime()))) {
            return false;
        }
    }
    m_firstLine = m_process->readLine().trimmed();
    const QByteArray prefix = "listening on ";
    if (m_firstLine.startsWith(prefix)) {
        m_url = QString::fromUtf8(m_firstLine.mid(prefix.size()));
    }
    return true;
}

int ServiceProcess::runToEnd(const QStringList &arguments, std::chrono::milliseconds limit)
{
    launch(arguments);
    return waitForEnd(limit);
}

QByteArray ServiceProcess::errorText() const
{
    QFile file(path(u"stderr.log"_s));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void ServiceProcess::sendSignal(int number) const
{
    if (m_process && m_process->state() == QProcess::Running) {
        ::kill(static_cast<pid_t>(m_process->processId()), number);
    }
}

int ServiceProcess::waitForEnd(std::chrono::milliseconds limit)
{
    if (m_process->state() != QProcess::NotRunning && !m_process->waitForFinished(static_cast<int>(limit.count()))) {
        return -2;
    }
    return m_process->exitStatus() == QProcess::NormalExit ? m_process->exitCode() : -1;
}

void ServiceProcess::kill()
{
    if (m_process && m_process->state() != QProcess::NotRunning) {
        m_process->kill();
        m_process->waitForFinished();
    }
}

} // namespace dragonscales::test
