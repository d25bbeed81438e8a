// SPDX-License-Identifier: LGPL-3.0-or-later
#include "program.h"

#include "program_log.h"
#include "program_output.h"
#include "start_fault.h"

#include <QFile>

#include <stdexcept>

#include <unistd.h>

namespace dragonscales::plugins::command {

using namespace Qt::Literals::StringLiterals;
using SteadyClock = std::chrono::steady_clock;

namespace {

constexpr qsizetype kMaxAnswer = 64LL * 1024 * 1024;
constexpr auto kGrace = std::chrono::seconds(2);

// By itself: QJson refuses a whole object for one number that it cannot hold.
QString textIn(const sdk::Json &object, QByteArrayView name)
{
    return object.member(name).value_or(sdk::Json()).value().toString();
}

SteadyClock::time_point latestOf(const Program::Limits &limits, const sdk::Context *context)
{
    if (limits.time.count() > 0) {
        return SteadyClock::now() + limits.time;
    }
    return context != nullptr ? context->deadline() : SteadyClock::time_point::max();
}

} // namespace

Program::Program(const sdk::Args &args)
    : m_folder(args.path(u"."_s)) // like its args, what the program does with relative paths is relative to the project
{
    const QString path = textIn(args.json, "program");
    if (path.isEmpty()) {
        throw std::invalid_argument("\"program\" in args must name the program to run");
    }
    m_path = args.path(path);
    m_entry = {textIn(args.json, "entry"), args.json.member("args").value_or(sdk::Json("{}"))};
    if (const QString fault = startFault(m_path, m_folder); !fault.isEmpty()) {
        throw std::invalid_argument(fault.toStdString());
    }
}

sdk::Outcome<ChildEnd> Program::run(const QByteArray &input, const Limits &limits, sdk::Context *context) const
{
    ErrorLog errors(context);
    std::optional<ReportLog> reports;
    ChildSpec spec{m_path,       {m_path},         environment(context), m_folder,
                   limits.grace, limits.maxOutput, limits.endWhenCut,    input};
    spec.onErrors = [&errors](QByteArrayView bytes) { errors.add(bytes); };
    if (context != nullptr) {
        reports.emplace(m_path, *context);
        spec.onReports = [&reports](QByteArrayView bytes) { reports->add(bytes); };
    }
    const auto latest = latestOf(limits, context);
    auto end = runChild(spec, [context, latest] {
        return SteadyClock::now() >= latest || (context != nullptr && context->stopRequested());
    });
    if (!end) {
        return tl::unexpected(startFailure(end.error()));
    }
    errors.finish();
    if (reports) {
        reports->finish();
    }
    const QString lastLines = errors.lastLines();
    if (spec.endWhenCut && end->outputCut) {
        return sdk::fail(
            u"%1 printed more than %2 bytes, which is the most that is allowed"_s.arg(m_path).arg(spec.maxOutput),
            lastLines);
    }
    if (const auto fault = abnormalEnd(m_path, *end)) {
        return sdk::fail(*fault, lastLines);
    }
    end->errors = lastLines.toUtf8();
    return end;
}

sdk::Outcome<sdk::Json> Program::answer(const QByteArray &input, sdk::Context &context) const
{
    const auto end = run(input, {kMaxAnswer, true, {}, kGrace}, &context);
    if (!end) {
        return tl::unexpected(end.error());
    }
    if (end->exitCode != 0) {
        return sdk::fail(statusSentence(*end), QString::fromUtf8(end->errors));
    }
    return jsonFrom(m_path, end->output);
}

QString Program::statusSentence(const ChildEnd &end) const
{
    return u"%1 ended with status %2"_s.arg(m_path).arg(end.exitCode);
}

// What this process has: the service has taken out of it already what is not for others.
QByteArrayList Program::environment(const sdk::Context *context) const
{
    const QByteArray entry = "DRAGONSCALES_ENTRY=";
    const QByteArray job = "DRAGONSCALES_JOB_ID=";
    QByteArrayList variables;
    for (char **variable = ::environ; variable != nullptr && *variable != nullptr; ++variable) {
        const QByteArrayView text(*variable);
        if (!text.startsWith(entry) && !text.startsWith(job)) {
            variables.append(text.toByteArray());
        }
    }
    variables.append(entry + m_entry.name.toUtf8());
    if (context != nullptr) {
        variables.append(job + context->jobId().toUtf8());
    }
    return variables;
}

sdk::Failure Program::startFailure(const sdk::Failure &systems) const
{
    QString why = startFault(m_path, m_folder);
    if (why.isEmpty()) {
        why = formatFault(m_path);
    }
    return why.isEmpty() ? systems : sdk::Failure{why, {}};
}

} // namespace dragonscales::plugins::command
