// SPDX-License-Identifier: LGPL-3.0-or-later
#include "bin/manager/http_call.h"
#include "bin/manager/job_wait.h"

#include "core/json/reader.h"

#include <QFile>
#include <QFileInfo>

#include <cstdio>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::manager {

namespace {

constexpr qint64 kMostBytes = 1024LL * 1024 * 1024;

core::Result<QByteArray> readRequest(const QString &path)
{
    QFile file(path);
    const bool opened = path == u"-"_s ? file.open(stdin, QIODevice::ReadOnly)
                                       : !QFileInfo(path).isDir() && file.open(QIODevice::ReadOnly);
    if (!opened) {
        const QString why = QFileInfo(path).isDir() ? u"it is a folder"_s : file.errorString();
        return core::failure(core::ErrorCode::InvalidArgument, u"The file “%1” cannot be read: %2."_s.arg(path, why),
                             path);
    }
    QByteArray body = file.read(kMostBytes + 1);
    if (body.size() > kMostBytes) {
        return core::failure(core::ErrorCode::InvalidArgument, u"The file “%1” is larger than 1 GiB."_s.arg(path),
                             path);
    }
    return body;
}

Exit noSuchJob(const Call &call)
{
    return complain(Exit::NotFound,
                    u"There is no job “%1” at %2."_s.arg(call.arguments.first(), shownAddress(call.settings)));
}

template <typename Ask>
core::Result<client::Answer> answerTo(const Call &call, Ask &&ask)
{
    const auto client = makeClient(call.settings, answerTimeout(call.settings));
    if (!client) {
        return tl::unexpected(client.error());
    }
    return await(ask(**client));
}

// Another server's 404 says nothing of jobs.
bool isUnknown(const core::Result<client::Answer> &answer)
{
    return answer && exitOfHttp(answer->status) == Exit::NotFound &&
           (answer->body.contains("Not found") || answer->body.contains("There is no such job."));
}

Exit showJob(const Call &call, const core::Result<client::Answer> &answer, Shape shape)
{
    return isUnknown(answer) ? noSuchJob(call) : show(answer, shape, shownAddress(call.settings));
}

// POSTs to what lies below a job.
Exit act(const Call &call, const QString &below, Shape shape)
{
    return showJob(
        call,
        answerTo(call,
                 [&](client::ApiClient &client) { return client.post(jobPathV2(call.arguments.first()) + below, {}); }),
        shape);
}

// "2026-11-26T20:21:00.123Z info     the text", of the lines of an answer; nothing when it has none.
std::optional<QByteArray> linesOf(const QByteArray &body)
{
    const auto value = core::json::read(body);
    const core::json::Value *lines = value ? value->find("lines") : nullptr;
    if (lines == nullptr || !lines->isArray()) {
        return std::nullopt;
    }
    QByteArray text;
    for (const core::json::Value &line : lines->items()) {
        const auto member = [&](const char *name) {
            const core::json::Value *found = line.find(name);
            return found == nullptr ? QByteArray() : found->text();
        };
        text += member("time") + ' ' + member("level").leftJustified(7) + ' ' + member("text") + '\n';
    }
    return text;
}

} // namespace

Exit runQueue(const Call &call)
{
    const auto body = readRequest(call.arguments.first());
    if (!body) {
        return complain(Exit::Usage, body.error().message);
    }
    return show(answerTo(call, [&](client::ApiClient &client) { return client.post(u"/api/v1/jobs/"_s, *body); }),
                Shape::Job, shownAddress(call.settings));
}

Exit runList(const Call &call)
{
    return show(answerTo(call, [](client::ApiClient &client) { return client.get(u"/api/v1/jobs/"_s); }), Shape::Jobs,
                shownAddress(call.settings));
}

Exit runRemove(const Call &call)
{
    return showJob(
        call, answerTo(call, [&](client::ApiClient &client) { return client.remove(jobPath(call.arguments.first())); }),
        Shape::Null);
}

Exit runCancel(const Call &call)
{
    return act(call, u"/cancel"_s, Shape::Outcome);
}

Exit runRetry(const Call &call)
{
    return act(call, u"/retry"_s, Shape::Job);
}

Exit runLogs(const Call &call)
{
    const auto answer = answerTo(
        call, [&](client::ApiClient &client) { return client.get(jobPathV2(call.arguments.first()) + u"/logs"_s); });
    if (isUnknown(answer)) {
        return noSuchJob(call);
    }
    const auto lines = answer && exitOfHttp(answer->status) == Exit::Done ? linesOf(answer->body) : std::nullopt;
    if (!lines) {
        return complainOf(answer, shownAddress(call.settings), u"its answer is no log"_s);
    }
    print(*lines);
    return Exit::Done;
}

Exit runCheck(const Call &call)
{
    const QString id = call.arguments.first();
    if (!call.settings.flag(u"wait"_s)) {
        return showJob(call, answerTo(call, [&](client::ApiClient &client) { return client.get(jobPath(id)); }),
                       Shape::Job);
    }
    // --timeout is for the wait as a whole; one answer may take no longer than that either.
    const auto client = makeClient(call.settings, answerTimeout(call.settings));
    if (!client) {
        return complain(exitOf(client.error().code), client.error().message);
    }
    QDeadlineTimer deadline(QDeadlineTimer::Forever);
    if (call.settings.isSet(u"timeout"_s)) {
        deadline.setRemainingTime(std::chrono::seconds(call.settings.integer(u"timeout"_s)));
    }
    const Exit exit = JobWait(**client, shownAddress(call.settings), id, deadline).run();
    return exit == Exit::NotFound ? noSuchJob(call) : exit;
}

} // namespace dragonscales::manager
