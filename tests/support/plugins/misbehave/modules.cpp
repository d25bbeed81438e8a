// SPDX-License-Identifier: LGPL-3.0-or-later
#include "modules.h"

#include "deeds.h"

#include <QFile>

#include <unistd.h>

using namespace Qt::Literals::StringLiterals;

namespace misbehave {

namespace {

QString deedIn(const sdk::Json &params)
{
    return params.object().value("do"_L1).toString();
}

// Texts that are no honest JSON, by the deed's name; nothing for others.
std::optional<sdk::Json> strangeJson(const QString &deed)
{
    if (deed == "no JSON"_L1) {
        return sdk::Json("{nope");
    }
    if (deed == "not UTF-8"_L1) {
        return sdk::Json("\"\xff\xfe\"");
    }
    if (deed == "200 MB"_L1) {
        return sdk::Json('"' + QByteArray(200'000'000, 'x') + '"');
    }
    if (deed == "deep"_L1) {
        return sdk::Json(QByteArray(200, '[') + QByteArray(200, ']'));
    }
    if (deed == "line breaks"_L1) {
        return sdk::Json("{\n\"a\":\r\n12345678901234567890\n}");
    }
    return std::nullopt;
}

QJsonObject environment()
{
    QJsonObject variables;
    for (char **entry = ::environ; *entry != nullptr; ++entry) {
        const QString variable = QString::fromLocal8Bit(*entry);
        variables.insert(variable.section(u'=', 0, 0), variable.section(u'=', 1));
    }
    return variables;
}

sdk::Outcome<sdk::TaskResult> fileIn(const QString &folder)
{
    QFile file(folder + u"/result.txt"_s);
    if (folder.isEmpty() || !file.open(QIODevice::WriteOnly) || file.write("kept") != 4) {
        return sdk::fail(u"no file in the scratch folder"_s);
    }
    return sdk::TaskResult(sdk::File{file.fileName(), u"text/plain"_s});
}

} // namespace

Task::Task(const sdk::Args &args)
{
    perform(args.json, nullptr);
}

sdk::Outcome<sdk::TaskResult> Task::run(const sdk::Json &params, sdk::Context &context)
{
    ++m_calls;
    perform(params, &context);
    const QString deed = deedIn(params);
    if (const auto strange = strangeJson(deed)) {
        return sdk::TaskResult(*strange);
    }
    if (deed == "fail"_L1) {
        return sdk::fail(u"failed on purpose"_s, u"and this is more of it"_s);
    }
    if (deed == "fail for good"_L1) {
        return sdk::failForGood(u"will never work"_s);
    }
    if (deed == "environment"_L1) {
        return sdk::TaskResult(sdk::Json(environment()));
    }
    if (deed == "file"_L1) {
        return fileIn(context.scratchFolder());
    }
    return sdk::TaskResult(sdk::Json(QJsonObject{{u"pid"_s, ::getpid()},
                                                 {u"calls"_s, m_calls},
                                                 {u"entry"_s, context.entryName()},
                                                 {u"job"_s, context.jobId()},
                                                 {u"trace"_s, QString::fromLatin1(context.traceparent())}}));
}

Storage::Storage(const sdk::Args &args)
{
    perform(args.json, nullptr);
}

sdk::Outcome<sdk::Json> Storage::store(const sdk::TaskResult &result, const sdk::Json &params, sdk::Context &context)
{
    perform(params, &context);
    const QString deed = deedIn(params);
    if (const auto strange = strangeJson(deed)) {
        return *strange;
    }
    if (deed == "fail"_L1) {
        return sdk::fail(u"nowhere to store it"_s);
    }
    if (const auto *file = std::get_if<sdk::File>(&result)) {
        return sdk::Json(QJsonObject{{u"path"_s, file->path}, {u"there"_s, QFile::exists(file->path)}});
    }
    return std::get<sdk::Json>(result);
}

Callback::Callback(const sdk::Args &args)
{
    perform(args.json, nullptr);
}

sdk::Outcome<sdk::CallbackResult> Callback::call(const sdk::Json &status, const sdk::Json &params,
                                                 sdk::Context &context)
{
    perform(params, &context);
    const QString deed = deedIn(params);
    sdk::CallbackResult result;
    if (deed == "fail"_L1) {
        return sdk::fail(u"nobody to call"_s);
    }
    if (deed == "give up"_L1) {
        result.kind = sdk::CallbackResult::Kind::GiveUp;
        result.httpStatus = 410;
        result.error = u"gone"_s;
        return result;
    }
    if (deed == "later"_L1) {
        result.kind = sdk::CallbackResult::Kind::Retry;
        result.retryAfter = std::chrono::seconds(7);
        result.answer = QByteArray(10'000, '\xff');
        return result;
    }
    result.httpStatus = 200;
    result.answer = status.text() + '|' + context.deliveryId().toLatin1() + '|' + QByteArray::number(::getpid());
    return result;
}

sdk::Outcome<sdk::Verdict> Authorizer::authorize(const sdk::Request &request)
{
    perform(sdk::Json(QJsonObject{{u"do"_s, request.path.mid(1)}}), nullptr);
    sdk::Verdict verdict;
    if (request.path == "/let-in"_L1) {
        verdict.allowed = true;
        verdict.principal = QString::fromLatin1(request.header("X-Who"));
        verdict.role = u"viewer"_s;
        return verdict;
    }
    verdict.status = 403;
    verdict.detail = u"not you"_s;
    return verdict;
}

} // namespace misbehave
