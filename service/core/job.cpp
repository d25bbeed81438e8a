// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/job.h"

#include "core/ids.h"
#include "core/json/reader.h"
#include "core/json/writer.h"
#include "core/words.h"

#include <QCryptographicHash>

#include <algorithm>
#include <cmath>

namespace dragonscales::core {

namespace {

constexpr std::array<Word<JobStatus>, 7> kStatuses{{{JobStatus::Scheduled, "scheduled"},
                                                    {JobStatus::Waiting, "waiting"},
                                                    {JobStatus::Queued, "queued"},
                                                    {JobStatus::Started, "started"},
                                                    {JobStatus::Finished, "finished"},
                                                    {JobStatus::Failed, "failed"},
                                                    {JobStatus::Canceled, "canceled"}}};

constexpr std::array<Word<AttemptOutcome>, 5> kOutcomes{{{AttemptOutcome::Finished, "finished"},
                                                         {AttemptOutcome::Failed, "failed"},
                                                         {AttemptOutcome::Canceled, "canceled"},
                                                         {AttemptOutcome::Lost, "lost"},
                                                         {AttemptOutcome::Requeued, "requeued"}}};

constexpr std::array<Word<OnFailure>, 2> kOnFailures{{{OnFailure::Cancel, "cancel"}, {OnFailure::Run, "run"}}};

} // namespace

QByteArray onFailureWord(OnFailure onFailure)
{
    return wordOf(kOnFailures, onFailure);
}

QByteArray statusWord(JobStatus status)
{
    return wordOf(kStatuses, status);
}

QByteArray statusWordV1(JobStatus status)
{
    return statusWord(std::max(status, JobStatus::Queued));
}

std::optional<JobStatus> statusFromWord(QByteArrayView word)
{
    return valueOf(kStatuses, QLatin1StringView(word));
}

QByteArray outcomeWord(AttemptOutcome outcome)
{
    return wordOf(kOutcomes, outcome);
}

std::chrono::milliseconds Backoff::delayBefore(int index, double chance) const
{
    const auto most = static_cast<double>(longest.count());
    const double whole = std::min(most, static_cast<double>(first.count()) * std::pow(factor, index));
    return std::chrono::milliseconds(std::llround(whole * (1 - jitter * std::clamp(chance, 0.0, 1.0))));
}

std::optional<std::chrono::milliseconds> RetryPolicy::delayBefore(int index, double chance) const
{
    if (index < 0 || index >= max)
        return {};
    if (backoff)
        return backoff->delayBefore(index, chance);
    if (delays.isEmpty())
        return std::chrono::milliseconds(0);
    return delays.at(std::min<qsizetype>(index, delays.size() - 1));
}

QByteArray uniqueLockOf(const ModuleCall &task)
{
    const auto params = json::read(task.params);
    QCryptographicHash hash(QCryptographicHash::Sha256);
    hash.addData(task.name.toUtf8());
    hash.addData(QByteArrayView("", 1));
    hash.addData(params ? json::prettySorted(*params) : task.params);
    return hash.result();
}

QString JobError::info() const
{
    if (detail.isEmpty()) {
        return message;
    }
    // A traceback ends with the message.
    QStringView ending(detail);
    while (ending.endsWith(u'\n')) {
        ending.chop(1);
    }
    const bool repeated = message.isEmpty() || ending == message || ending.endsWith(QString(u'\n' + message));
    return repeated ? detail : message + u'\n' + detail;
}

QByteArray statusObject(const QUuid &id, JobStatus status, const QByteArray &location,
                        const std::optional<JobError> &error)
{
    const bool hasResult = status == JobStatus::Finished && !location.isEmpty();
    const bool hasInfo = status == JobStatus::Failed && error.has_value();
    return json::ObjectWriter()
        .add("id", '"' + idText(id) + '"')
        .add("status", '"' + statusWordV1(status) + '"')
        .add("result", hasResult ? location : QByteArrayLiteral("null"))
        .add("info", hasInfo ? json::quoted(error->info()) : QByteArrayLiteral("null"))
        .text();
}

} // namespace dragonscales::core
