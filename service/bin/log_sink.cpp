// SPDX-License-Identifier: LGPL-3.0-or-later
#include "bin/log_sink.h"

#include <QDateTime>
#include <QFileInfo>
#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <cstdio>
#include <unistd.h>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::assembly {

namespace {

// The handler is a plain function: this is where it finds the sink. Under a mutex, since the sink may go while another
// thread logs.
std::mutex installedMutex;
LogSink *installed = nullptr;

void handle(QtMsgType type, const QMessageLogContext &context, const QString &message)
{
    const std::lock_guard lock(installedMutex);
    if (installed != nullptr) {
        installed->write(type, context.category, message);
    }
}

// QtMsgType is not in order of weight: info came later than the others.
int weight(QtMsgType type)
{
    switch (type) {
    case QtDebugMsg:
        return 0;
    case QtInfoMsg:
        return 1;
    case QtWarningMsg:
        return 2;
    case QtCriticalMsg:
        return 3;
    case QtFatalMsg:
        return 4;
    }
    return 4;
}

QString word(QtMsgType type)
{
    static const QStringList words{u"debug"_s, u"info"_s, u"warning"_s, u"error"_s, u"fatal"_s};
    return words.at(weight(type));
}

QByteArray line(QtMsgType type, const char *category, const QString &message)
{
    // QJsonObject sorts its keys, and the time belongs in front.
    const auto quoted = [](const QString &text) {
        const QByteArray array = QJsonDocument(QJsonArray{text}).toJson(QJsonDocument::Compact);
        return array.mid(1, array.size() - 2);
    };
    const QString time = QDateTime::currentDateTimeUtc().toString(Qt::ISODateWithMs);
    return "{\"time\":" + quoted(time) + ",\"level\":" + quoted(word(type)) +
           ",\"from\":" + quoted(QString::fromUtf8(category)) + ",\"message\":" + quoted(message) + "}\n";
}

// One line whatever the message has in it, which may come from clients.
QByteArray terminalLine(QtMsgType type, QString message)
{
    for (QChar &c : message) {
        if (c.category() == QChar::Other_Control) {
            c = u' ';
        }
    }
    const QString time = QDateTime::currentDateTime().toString(u"HH:mm:ss"_s);
    return u"%1 %2 %3\n"_s.arg(time, word(type), message).toUtf8();
}

} // namespace

core::Result<QtMsgType> logLevel(const QString &wanted)
{
    static const QHash<QString, QtMsgType> levels{
        {u"debug"_s, QtDebugMsg},    {u"info"_s, QtInfoMsg},      {u"warning"_s, QtWarningMsg},
        {u"warn"_s, QtWarningMsg},   {u"error"_s, QtCriticalMsg}, {u"critical"_s, QtCriticalMsg},
        {u"fatal"_s, QtCriticalMsg}, {u"notset"_s, QtDebugMsg},
    };
    const auto it = levels.find(wanted.trimmed().toLower());
    if (it == levels.end()) {
        return core::failure(core::ErrorCode::InvalidArgument,
                             u"The log level “%1” is not known; write debug, info, warning or error."_s.arg(wanted));
    }
    return *it;
}

LogSink::LogSink(LogOptions options)
    : m_options(std::move(options))
    , m_forPerson(m_options.path.isEmpty() && isatty(STDERR_FILENO) == 1)
{
}

core::Result<std::unique_ptr<LogSink>> LogSink::open(const LogOptions &options)
{
    std::unique_ptr<LogSink> sink(new LogSink(options));
    if (const auto opened = sink->openFile(); !opened) {
        return tl::unexpected(opened.error());
    }
    return sink;
}

LogSink::~LogSink()
{
    const std::lock_guard lock(installedMutex);
    if (installed == this) {
        installed = nullptr;
        qInstallMessageHandler(nullptr);
    }
}

void LogSink::install()
{
    const std::lock_guard lock(installedMutex);
    installed = this;
    qInstallMessageHandler(handle);
}

core::Result<void> LogSink::openFile()
{
    if (m_options.path.isEmpty()) {
        m_file.open(stderr, QIODevice::WriteOnly | QIODevice::Unbuffered);
        return {};
    }
    const QFileInfo there(m_options.path);
    if (there.exists() && !there.isFile()) {
        return core::failure(core::ErrorCode::Unavailable,
                             u"The log file %1 is no regular file. Name another one with --log-path, or none to write "
                             "to standard error."_s.arg(m_options.path),
                             m_options.path);
    }
    m_file.setFileName(m_options.path);
    if (!m_file.open(QIODevice::WriteOnly | QIODevice::Append | QIODevice::Unbuffered)) {
        return core::failure(core::ErrorCode::Unavailable,
                             u"The log file %1 cannot be written: %2. Name another one with --log-path."_s.arg(
                                 m_options.path, m_file.errorString()),
                             m_options.path);
    }
    return {};
}

void LogSink::write(QtMsgType type, const char *category, const QString &message)
{
    if (weight(type) < weight(m_options.least)) {
        return;
    }
    const QByteArray text = m_forPerson ? terminalLine(type, message) : line(type, category, message);
    const std::lock_guard lock(m_mutex);
    if (!m_options.path.isEmpty() && m_options.maxBytes > 0 && m_file.size() + text.size() > m_options.maxBytes) {
        rotate();
    }
    m_file.write(text);
}

void LogSink::rotate()
{
    if (m_file.size() == 0) {
        return; // one line longer than the limit
    }
    m_file.close();
    const QString old = m_options.path + u".1"_s;
    QFile::remove(old);
    QFile::rename(m_options.path, old);
    if (const auto opened = openFile(); !opened) {
        m_file.open(stderr, QIODevice::WriteOnly | QIODevice::Unbuffered);
    }
}

} // namespace dragonscales::assembly
