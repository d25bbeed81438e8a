// SPDX-License-Identifier: LGPL-3.0-or-later
#include "bin/manager/http_call.h"
#include "bin/manager/job_wait.h"

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

Exit showJob(const Call &call, const core::Result<client::Answer> &answer, Shape shape)
{
    // Another server's 404 says nothing of jobs.
    const bool unknown = answer && exitOfHttp(answer->status) == Exit::NotFound && answer->body.contains("Not found");
    return unknown ? noSuchJob(call) : show(answer, shape, shownAddress(call.settings));
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
