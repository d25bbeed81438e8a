// SPDX-License-Identifier: LGPL-3.0-or-later
#include "program_modules.h"

#include "program_output.h"

namespace dragonscales::plugins::command {

using namespace Qt::Literals::StringLiterals;
using sdk::CallbackResult;

namespace {

constexpr qsizetype kKeptAnswer = 4096;
constexpr auto kCallbackGrace = std::chrono::seconds(2);
constexpr int kDataError = 65; // EX_DATAERR of sysexits.h: another try would not help

// A client waits for the verdict. Both together end before the service, after 5 s, ends the whole runner; of several
// requests at once, which the service sends while the program is quick, it asks again one by one.
constexpr auto kVerdictTime = std::chrono::seconds(3);
constexpr auto kVerdictGrace = std::chrono::milliseconds(500);
constexpr qsizetype kMaxVerdict = 64LL * 1024;

QString withLastLine(const QString &sentence, const QByteArray &errors)
{
    const QString last = QString::fromUtf8(errors.split('\n').last()).trimmed();
    return last.isEmpty() ? sentence : sentence + u": "_s + last;
}

} // namespace

ProgramTask::ProgramTask(const sdk::Args &args)
    : m_program(args)
{
}

sdk::Outcome<sdk::TaskResult> ProgramTask::run(const sdk::Json &params, sdk::Context &context)
{
    return m_program.answer(taskInput(m_program.entry(), params, context), context).map([](sdk::Json result) {
        return sdk::TaskResult(std::move(result));
    });
}

ProgramStorage::ProgramStorage(const sdk::Args &args)
    : m_program(args)
{
}

sdk::Outcome<sdk::Json> ProgramStorage::store(const sdk::TaskResult &result, const sdk::Json &params,
                                              sdk::Context &context)
{
    return m_program.answer(storageInput(m_program.entry(), result, params, context), context);
}

ProgramCallback::ProgramCallback(const sdk::Args &args)
    : m_program(args)
{
}

sdk::Outcome<CallbackResult> ProgramCallback::call(const sdk::Json &status, const sdk::Json &params,
                                                   sdk::Context &context)
{
    const auto end = m_program.run(callbackInput(m_program.entry(), status, params, context),
                                   {kKeptAnswer, false, {}, kCallbackGrace}, &context);
    if (!end) {
        // Of a callback's failure only the sentence is kept.
        return sdk::fail(withLastLine(end.error().message, end.error().detail.toUtf8()), end.error().detail);
    }
    CallbackResult result;
    result.answer = end->output;
    if (end->exitCode != 0) {
        result.kind = end->exitCode == kDataError ? CallbackResult::Kind::GiveUp : CallbackResult::Kind::Retry;
        result.error = withLastLine(m_program.statusSentence(*end), end->errors);
    }
    return result;
}

ProgramAuthorizer::ProgramAuthorizer(const sdk::Args &args)
    : m_program(args)
{
}

sdk::Outcome<sdk::Verdict> ProgramAuthorizer::authorize(const sdk::Request &request)
{
    const auto end = m_program.run(authorizerInput(m_program.entry(), request),
                                   {kMaxVerdict, true, kVerdictTime, kVerdictGrace}, nullptr);
    if (!end) {
        return tl::unexpected(end.error());
    }
    if (end->exitCode != 0) {
        return sdk::fail(m_program.statusSentence(*end), QString::fromUtf8(end->errors));
    }
    return verdictFrom(m_program.path(), end->output);
}

} // namespace dragonscales::plugins::command
