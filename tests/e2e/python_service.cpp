// SPDX-License-Identifier: LGPL-3.0-or-later
#include "python_service.h"

#include "broker/sqlite_store.h"
#include "core/ids.h"
#include "e2e_project.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::test {

namespace {

constexpr auto kOwnerMayWrite = QFile::ReadOwner | QFile::WriteOwner | QFile::ReadGroup | QFile::ReadOther;
constexpr auto kOwnerFolder = kOwnerMayWrite | QFile::ExeOwner | QFile::ExeGroup | QFile::ExeOther;

void makeFolder(const QString &path)
{
    if (QFileInfo::exists(path)) {
        return;
    }
    makeFolder(QFileInfo(path).path());
    if (!QDir().mkdir(path) || !QFile::setPermissions(path, kOwnerFolder)) {
        qFatal("%s cannot be made", qPrintable(path));
    }
}

void write(const QString &path, const QByteArray &content)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size() ||
        !file.setPermissions(kOwnerMayWrite)) {
        qFatal("%s cannot be written", qPrintable(path));
    }
}

} // namespace

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void copyFolder(const QString &from, const QString &to)
{
    makeFolder(to);
    QDirIterator each(from, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    while (each.hasNext()) {
        const QString target = to + u'/' + QDir(from).relativeFilePath(each.next());
        if (!target.contains(u"/__pycache__/"_s)) {
            makeFolder(QFileInfo(target).path());
            write(target, contentOf(each.filePath()));
        }
    }
}

QByteArray tokenLine()
{
    return "X-Token: open sesame\r\n";
}

QByteArray finishedBody(const QByteArray &id, const QByteArray &location)
{
    return R"({"id":")" + id + R"(","status":"finished","result":)" + location + R"(,"info":null})";
}

QByteArray infoOf(const QByteArray &body)
{
    return member(body, u"info"_s);
}

void PythonService::copyExample(const QString &folder) const
{
    copyFolder(QStringLiteral(DRAGONSCALES_SOURCE_DIR "/resources/examples/python"), path(folder));
}

void PythonService::writeModule(const QString &name, const QByteArray &source) const
{
    const QString file = path(name);
    makeFolder(QFileInfo(file).path());
    if (const QString package = QFileInfo(file).path() + u"/__init__.py"_s;
        name.contains(u'/') && !QFileInfo::exists(package)) {
        write(package, {});
    }
    write(file, source);
}

HttpCall PythonService::http() const
{
    return m_process.http().with(tokenLine());
}

QByteArray PythonService::request(const QByteArray &task, const QByteArray &params, const QByteArray &storage,
                                  const QByteArray &storageParams) const
{
    return jobBody(task, params, m_receiver.url(), storage, storageParams)
        .replace(R"("callback":{"name":"hook")", R"("callback":{"name":"post")");
}

QByteArray PythonService::submit(const QByteArray &task, const QByteArray &params, const QByteArray &storage,
                                 const QByteArray &storageParams) const
{
    return test::submit(http(), request(task, params, storage, storageParams));
}

QByteArray PythonService::run(const QByteArray &task, const QByteArray &params, const QByteArray &storage,
                              const QByteArray &storageParams) const
{
    const QByteArray id = submit(task, params, storage, storageParams);
    return id.isEmpty() ? QByteArray() : told(id);
}

QByteArray PythonService::told(const QByteArray &id, std::chrono::milliseconds limit) const
{
    QByteArray body;
    m_receiver.waitFor(
        [&](const QList<ReceivedHook> &list) {
            const auto it = std::ranges::find_if(list, [&](const auto &hook) { return hook.body.contains(id); });
            body = it == list.end() ? QByteArray() : it->body;
            return !body.isEmpty();
        },
        limit);
    return body;
}

qsizetype PythonService::timesTold(const QByteArray &id) const
{
    const auto list = m_receiver.received();
    return std::ranges::count_if(list, [&](const auto &hook) { return hook.body.contains(id); });
}

QStringList PythonService::logged(const QString &level) const
{
    QStringList messages;
    for (const QByteArray &line : m_process.errorText().split('\n')) {
        const QJsonObject entry = QJsonDocument::fromJson(line).object();
        if (entry.value(u"level"_s).toString() == level) {
            messages << entry.value(u"message"_s).toString();
        }
    }
    return messages;
}

QStringList PythonService::warningsWith(const QString &needle) const
{
    return logged(u"warning"_s).filter(needle);
}

QStringList PythonService::jobLog(const QByteArray &id) const
{
    auto store =
        broker::SqliteStore::open({m_process.storePath(), u"a test"_s, true}, std::make_shared<core::SystemClock>());
    if (!store) {
        return {store.error().message};
    }
    const auto job = (*store)->job(core::idFromText(id));
    if (!job) {
        return {job.error().message};
    }
    QStringList lines;
    for (const core::LogLine &line : job->log) {
        lines << line.level + u' ' + line.text;
    }
    return lines;
}

} // namespace dragonscales::test
