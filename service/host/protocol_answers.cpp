// SPDX-License-Identifier: LGPL-3.0-or-later
#include "host/protocol.h"

#include "core/delivery.h"
#include "core/json/reader.h"
#include "core/json/writer.h"
#include "host/protocol_fields.h"

#include <algorithm>
#include <array>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::host::protocol {

namespace {

using core::json::ObjectWriter;
using core::json::Value;

constexpr std::array kPhases{"idle", "loading", "task", "storage", "callback", "authorizer"};
constexpr std::array kOutcomes{"delivered", "retry", "give_up"};

template <typename Enum, size_t N>
Enum wordIn(const Value &object, QByteArrayView name, const std::array<const char *, N> &words, Enum otherwise)
{
    const Value *value = object.find(name);
    for (size_t i = 0; value != nullptr && i < N; ++i) {
        if (value->text() == words[i]) {
            return static_cast<Enum>(i);
        }
    }
    return otherwise;
}

ObjectWriter begun(const QString &type)
{
    ObjectWriter writer;
    writer.addText("type", type);
    return writer;
}

QByteArray textOf(const Hello &hello)
{
    return begun(u"hello"_s)
        .addNumber("protocol", hello.protocol)
        .addText("version", hello.version)
        .addNumber("pid", hello.pid)
        .text();
}

QByteArray textOf(const Log &log)
{
    return begun(u"log"_s).addText("level", log.level).addText("text", log.text).text();
}

QByteArray textOf(const Progress &progress)
{
    return begun(u"progress"_s)
        .add("fraction", QByteArray::number(progress.fraction, 'g', 6))
        .addText("text", progress.text)
        .text();
}

QByteArray textOf(const Done &done)
{
    return begun(u"done"_s).add("location", core::json::quoted(done.location)).text();
}

QByteArray textOf(const TaskResult &done)
{
    ObjectWriter writer = begun(u"result"_s);
    writePassed(done.result, &writer);
    return writer.text();
}

QByteArray textOf(const Described &described)
{
    const core::ModuleInfo &info = described.info;
    return begun(u"described"_s)
        .addText("title", info.title)
        .addText("description", info.description)
        .add("args_schema", core::json::quoted(info.argsSchema))
        .add("params_schema", core::json::quoted(info.paramsSchema))
        .add("result_schema", core::json::quoted(info.resultSchema))
        .addText("file", info.library)
        .text();
}

QByteArray textOf(const Failed &failed)
{
    core::json::ObjectWriter text = begun(u"failed"_s);
    text.addText("error", failed.error.type)
        .addText("message", failed.error.message)
        .addText("detail", failed.error.detail);
    if (failed.error.permanent) {
        text.addBool("permanent", true);
    }
    return text.text();
}

QByteArray textOf(const Called &called)
{
    const sdk::CallbackResult &result = called.result;
    ObjectWriter writer = begun(u"called"_s);
    writer.addText("outcome", QString::fromLatin1(kOutcomes.at(static_cast<size_t>(result.kind))))
        .addNumber("http_status", result.httpStatus)
        .addText("answer_base64", QString::fromLatin1(result.answer.left(core::kMaxAnswer).toBase64()))
        .addText("error", result.error);
    if (result.retryAfter) {
        writer.addNumber("retry_after_ms", result.retryAfter->count());
    }
    return writer.text();
}

QByteArray textOf(const sdk::Verdict &verdict)
{
    return begun(u"verdict"_s)
        .addBool("allowed", verdict.allowed)
        .addNumber("status", verdict.status)
        .addText("detail", verdict.detail)
        .addText("principal", verdict.principal)
        .addText("role", verdict.role)
        .addNumber("max_age_ms", verdict.maxAge.count())
        .add("headers", pairsText(verdict.headers))
        .text();
}

QByteArray textOf(const Decided &decided)
{
    QByteArrayList verdicts;
    for (const auto &verdict : decided.verdicts) {
        verdicts.append(verdict ? textOf(*verdict) : textOf(Failed{verdict.error()}));
    }
    return begun(u"verdicts"_s).add("verdicts", '[' + verdicts.join(',') + ']').text();
}

QByteArray textOf(const Open &open)
{
    return begun(u"open"_s).addBool("open", open.open).text();
}

QByteArray textOf(const LeftBehind &left)
{
    return begun(u"left_behind"_s).addText("processes", left.processes).text();
}

QByteArray textOf(const Ended &ended)
{
    return begun(u"ended"_s)
        .addNumber("signal", ended.signal)
        .addNumber("status", ended.status)
        .addText("phase", QString::fromLatin1(kPhases.at(static_cast<size_t>(ended.phase))))
        .addNumber("requests", ended.requests)
        .addText("loading", ended.loading)
        .text();
}

Called calledOf(const Value &object)
{
    sdk::CallbackResult result;
    result.kind = wordIn(object, "outcome", kOutcomes, sdk::CallbackResult::Kind::Retry);
    result.httpStatus = static_cast<int>(integerIn(object, "http_status"));
    result.answer = QByteArray::fromBase64(textIn(object, "answer_base64").toLatin1()).left(core::kMaxAnswer);
    result.error = textIn(object, "error");
    if (object.find("retry_after_ms") != nullptr) {
        result.retryAfter = std::chrono::milliseconds(std::max<qint64>(0, integerIn(object, "retry_after_ms")));
    }
    return {result};
}

Failed failedOf(const Value &object)
{
    return {{textIn(object, "error"),
             textIn(object, "message"),
             textIn(object, "detail"),
             {},
             boolIn(object, "permanent")}};
}

sdk::Verdict verdictOf(const Value &object)
{
    sdk::Verdict verdict;
    verdict.allowed = boolIn(object, "allowed");
    verdict.status = static_cast<int>(integerIn(object, "status"));
    verdict.detail = textIn(object, "detail");
    verdict.principal = textIn(object, "principal");
    verdict.role = textIn(object, "role");
    verdict.maxAge = std::chrono::milliseconds(integerIn(object, "max_age_ms"));
    verdict.headers = pairsOf(object.find("headers"));
    return verdict;
}

Decided decidedOf(const Value &object)
{
    Decided decided;
    const Value *verdicts = object.find("verdicts");
    if (verdicts == nullptr || !verdicts->isArray()) {
        return decided;
    }
    for (const Value &one : verdicts->items()) {
        if (textIn(one, "type") == "verdict"_L1) {
            decided.verdicts.append(verdictOf(one));
        } else {
            decided.verdicts.append(tl::unexpected(failedOf(one).error));
        }
    }
    return decided;
}

Described describedOf(const Value &object)
{
    core::ModuleInfo info;
    info.title = textIn(object, "title");
    info.description = textIn(object, "description");
    info.argsSchema = bytesIn(object, "args_schema");
    info.paramsSchema = bytesIn(object, "params_schema");
    info.resultSchema = bytesIn(object, "result_schema");
    info.library = textIn(object, "file");
    return {info};
}

std::optional<Answer> finalOf(const Value &object, const QString &type)
{
    if (type == "done"_L1) {
        return Done{bytesIn(object, "location")};
    }
    if (type == "result"_L1) {
        return TaskResult{passedIn(object)};
    }
    if (type == "described"_L1) {
        return describedOf(object);
    }
    if (type == "failed"_L1) {
        return failedOf(object);
    }
    if (type == "called"_L1) {
        return calledOf(object);
    }
    if (type == "verdicts"_L1) {
        return decidedOf(object);
    }
    if (type == "open"_L1) {
        return Open{boolIn(object, "open")};
    }
    if (type == "left_behind"_L1) {
        return LeftBehind{textIn(object, "processes")};
    }
    if (type == "ended"_L1) {
        return Ended{static_cast<int>(integerIn(object, "signal")), static_cast<int>(integerIn(object, "status")),
                     wordIn(object, "phase", kPhases, Phase::Idle), static_cast<int>(integerIn(object, "requests")),
                     textIn(object, "loading")};
    }
    return std::nullopt;
}

} // namespace

QByteArray lineOf(const Answer &answer)
{
    return std::visit([](const auto &message) { return textOf(message); }, answer) + '\n';
}

std::optional<Answer> answerOf(const QByteArray &line)
{
    const auto read = core::json::read(line);
    if (!read || !read->isObject()) {
        return std::nullopt;
    }
    const QString type = textIn(*read, "type");
    if (type == "log"_L1) {
        return Log{textIn(*read, "level"), textIn(*read, "text")};
    }
    if (type == "progress"_L1) {
        const Value *fraction = read->find("fraction");
        return Progress{fraction == nullptr ? 0 : std::clamp(fraction->number(), 0.0, 1.0), textIn(*read, "text")};
    }
    if (type == "hello"_L1) {
        return Hello{static_cast<int>(integerIn(*read, "protocol")), textIn(*read, "version"),
                     static_cast<pid_t>(integerIn(*read, "pid"))};
    }
    return finalOf(*read, type);
}

bool isFinal(const Answer &answer)
{
    return !std::holds_alternative<Hello>(answer) && !std::holds_alternative<Log>(answer) &&
           !std::holds_alternative<Progress>(answer);
}

} // namespace dragonscales::host::protocol
