// SPDX-License-Identifier: LGPL-3.0-or-later
#include "bin/manager/http_call.h"

#include "client/service_address.h"
#include "core/json/reader.h"
#include "core/json/writer.h"

#include <QCoreApplication>
#include <QEventLoop>
#include <QFutureWatcher>
#include <QTimer>
#include <QUrl>

#include <cstdio>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::manager {

namespace {

constexpr qsizetype kMostShown = 4000; // of an answer that is not what was expected

bool isFieldName(const QString &name)
{
    static const QString others = u"!#$%&'*+-.^_`|~"_s;
    return !name.isEmpty() && std::all_of(name.begin(), name.end(), [](QChar c) {
        return c.unicode() < 128 && (c.isLetterOrNumber() || others.contains(c));
    });
}

bool isFieldValue(const QString &value)
{
    return std::none_of(value.begin(), value.end(),
                        [](QChar c) { return c.category() == QChar::Other_Control && c != u'\t'; });
}

// What a refusal says, if it says it as one sentence.
QString detailOf(const QByteArray &body)
{
    const auto value = core::json::read(body);
    const auto *detail = value ? value->find("detail") : nullptr;
    return detail != nullptr && detail->isText() ? QString::fromUtf8(detail->text()) : QString();
}

Exit refusal(const client::Answer &answer)
{
    const Exit exit = exitOfHttp(answer.status);
    if (const QString detail = detailOf(answer.body); !detail.isEmpty()) {
        return complain(exit, u"The service answered %1: %2"_s.arg(answer.status).arg(detail));
    }
    complain(exit, u"The service answered %1."_s.arg(answer.status));
    const auto value = core::json::read(answer.body);
    const QByteArray text = (value ? core::json::prettySorted(*value) : answer.body).left(kMostShown);
    if (!text.isEmpty()) {
        std::fprintf(stderr, "%s\n", text.constData());
    }
    return exit;
}

bool isText(const core::json::Value *value)
{
    return value != nullptr && value->isText();
}

// What the answer is instead of what was expected; empty when it is that.
QString strangeness(const tl::expected<core::json::Value, core::json::ParseError> &value, Shape shape)
{
    if (!value) {
        return u"its answer is not JSON"_s;
    }
    switch (shape) {
    case Shape::Job:
        return isText(value->find("id")) && isText(value->find("status")) ? QString() : u"its answer is no job"_s;
    case Shape::Jobs:
        return value->isArray() ? QString() : u"its answer is no list of jobs"_s;
    case Shape::Null:
        return value->isNull() ? QString() : u"its answer is not null"_s;
    case Shape::Outcome:
        return isText(value->find("outcome")) ? QString() : u"its answer is no outcome"_s;
    }
    return {};
}

} // namespace

core::Result<client::ApiClient *> makeClient(const core::Settings &settings, std::chrono::milliseconds timeout)
{
    client::ClientOptions options;
    const auto url = client::serviceAddress(settings.text(u"url"_s));
    if (!url) {
        return tl::unexpected(url.error());
    }
    options.url = *url;
    options.timeout = timeout;
    for (const auto &[name, value] : settings.pairs(u"header"_s)) {
        if (!isFieldName(name) || !isFieldValue(value)) {
            return core::failure(core::ErrorCode::InvalidArgument,
                                 u"--header “%1”: this is no name and value of a field; write them as two arguments, "
                                 "such as --header X-API-Key KEY."_s.arg(name));
        }
        options.headers.append({name.toLatin1(), value.toUtf8()});
    }
    return new client::ApiClient(std::move(options), QCoreApplication::instance());
}

QString shownAddress(const core::Settings &settings)
{
    return client::displayAddress(QUrl(settings.text(u"url"_s)));
}

std::chrono::milliseconds answerTimeout(const core::Settings &settings)
{
    return settings.isSet(u"timeout"_s) ? std::chrono::seconds(settings.integer(u"timeout"_s))
                                        : std::chrono::milliseconds(client::ClientOptions{}.timeout);
}

core::Result<client::Answer> await(const client::ApiClient::Reply<client::Answer> &reply, QDeadlineTimer deadline)
{
    QFutureWatcher<core::Result<client::Answer>> watcher;
    QEventLoop loop;
    QObject::connect(&watcher, &QFutureWatcherBase::finished, &loop, &QEventLoop::quit);
    if (!deadline.isForever()) {
        QTimer::singleShot(std::chrono::milliseconds(deadline.remainingTime()), &loop, &QEventLoop::quit);
    }
    watcher.setFuture(reply);
    if (!reply.isFinished()) {
        loop.exec();
    }
    return reply.isFinished() ? reply.result()
                              : core::failure(core::ErrorCode::TimedOut, u"There was no answer in time."_s);
}

Exit complainOf(const core::Result<client::Answer> &answer, const QString &address, const QString &strange)
{
    if (!answer) {
        return complain(exitOf(answer.error().code), answer.error().message);
    }
    if (exitOfHttp(answer->status) != Exit::Done) {
        return refusal(*answer);
    }
    return complain(Exit::Unreachable,
                    u"What answered at %1 is no dragonscales service: %2. Check the address."_s.arg(address, strange));
}

Exit show(const core::Result<client::Answer> &answer, Shape shape, const QString &address)
{
    if (!answer || exitOfHttp(answer->status) != Exit::Done) {
        return complainOf(answer, address, {});
    }
    const auto value = core::json::read(answer->body);
    if (const QString strange = strangeness(value, shape); !strange.isEmpty()) {
        return complainOf(answer, address, strange);
    }
    print(core::json::prettySorted(*value) + '\n');
    return Exit::Done;
}

QString jobPathV2(const QString &id)
{
    return u"/api/v2/jobs/"_s + QString::fromLatin1(QUrl::toPercentEncoding(id));
}

QString jobPath(const QString &id)
{
    return u"/api/v1/jobs/"_s + QString::fromLatin1(QUrl::toPercentEncoding(id));
}

} // namespace dragonscales::manager
