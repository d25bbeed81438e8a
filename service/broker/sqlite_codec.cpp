// SPDX-License-Identifier: LGPL-3.0-or-later
#include "broker/sqlite_codec.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::broker::sqlite {

namespace {

qint64 msOf(core::TimePoint time)
{
    return time.time_since_epoch().count();
}

core::TimePoint timeOf(const QJsonValue &value)
{
    return core::TimePoint(std::chrono::milliseconds(value.toInteger()));
}

QByteArray compact(const QJsonArray &array)
{
    return array.isEmpty() ? QByteArray() : QJsonDocument(array).toJson(QJsonDocument::Compact);
}

QJsonArray arrayOf(const QByteArray &json)
{
    return QJsonDocument::fromJson(json).array();
}

QByteArray appended(const QByteArray &json, const QJsonObject &object)
{
    QJsonArray array = arrayOf(json);
    array.append(object);
    while (array.size() > kMaxAttempts) {
        array.removeFirst();
    }
    return compact(array);
}

} // namespace

core::AttemptOutcome outcomeOf(core::JobStatus end)
{
    switch (end) {
    case core::JobStatus::Finished:
        return core::AttemptOutcome::Finished;
    case core::JobStatus::Failed:
        return core::AttemptOutcome::Failed;
    default:
        return core::AttemptOutcome::Canceled;
    }
}

QByteArray encodeRetry(const std::optional<core::RetryPolicy> &retry)
{
    if (!retry) {
        return {};
    }
    QJsonArray delays;
    for (const std::chrono::milliseconds delay : retry->delays) {
        delays.append(qint64(delay.count()));
    }
    QJsonObject object{{u"max"_s, retry->max}, {u"delays"_s, delays}};
    if (retry->backoff) {
        object.insert(u"backoff"_s, QJsonObject{{u"first"_s, qint64(retry->backoff->first.count())},
                                                {u"factor"_s, retry->backoff->factor},
                                                {u"longest"_s, qint64(retry->backoff->longest.count())},
                                                {u"jitter"_s, retry->backoff->jitter}});
    }
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

std::optional<core::RetryPolicy> decodeRetry(const QByteArray &json)
{
    if (json.isEmpty()) {
        return std::nullopt;
    }
    const QJsonObject object = QJsonDocument::fromJson(json).object();
    core::RetryPolicy policy;
    policy.max = object[u"max"_s].toInt();
    for (const QJsonValue delay : object[u"delays"_s].toArray()) {
        policy.delays.append(std::chrono::milliseconds(delay.toInteger()));
    }
    if (object.contains(u"backoff"_s)) {
        const QJsonObject backoff = object[u"backoff"_s].toObject();
        policy.backoff = core::Backoff{
            std::chrono::milliseconds(backoff[u"first"_s].toInteger()), backoff[u"factor"_s].toDouble(),
            std::chrono::milliseconds(backoff[u"longest"_s].toInteger()), backoff[u"jitter"_s].toDouble()};
    }
    return policy;
}

QByteArray encodeDependencies(const core::JobSpec &spec)
{
    if (spec.dependsOn.isEmpty()) {
        return {};
    }
    QJsonArray jobs;
    for (const QUuid &job : spec.dependsOn) {
        jobs.append(job.toString(QUuid::WithoutBraces));
    }
    const QString word = QString::fromLatin1(core::onFailureWord(spec.onFailure));
    return QJsonDocument(QJsonObject{{u"jobs"_s, jobs}, {u"on_failure"_s, word}}).toJson(QJsonDocument::Compact);
}

void decodeDependencies(const QByteArray &json, core::JobSpec *spec)
{
    const QJsonObject object = json.isEmpty() ? QJsonObject() : QJsonDocument::fromJson(json).object();
    for (const QJsonValue job : object[u"jobs"_s].toArray()) {
        spec->dependsOn.append(QUuid::fromString(job.toString()));
    }
    spec->onFailure = object[u"on_failure"_s].toString() == "run"_L1 ? core::OnFailure::Run : core::OnFailure::Cancel;
}

QByteArray encodeTags(const QStringList &tags)
{
    return compact(QJsonArray::fromStringList(tags));
}

QStringList decodeTags(const QByteArray &json)
{
    QStringList tags;
    if (!json.isEmpty()) {
        for (const QJsonValue tag : arrayOf(json)) {
            tags.append(tag.toString());
        }
    }
    return tags;
}

QByteArray withAttempt(const QByteArray &json, const core::Attempt &attempt)
{
    QJsonObject object{{u"run"_s, attempt.run},
                       {u"worker"_s, attempt.worker},
                       {u"started"_s, msOf(attempt.started)},
                       {u"ended"_s, msOf(attempt.ended)},
                       {u"outcome"_s, int(attempt.outcome)}};
    if (attempt.error) {
        object.insert(u"error"_s, QJsonObject{{u"type"_s, attempt.error->type},
                                              {u"message"_s, attempt.error->message},
                                              {u"detail"_s, attempt.error->detail},
                                              {u"fingerprint"_s, attempt.error->fingerprint}});
    }
    return appended(json, object);
}

QList<core::Attempt> decodeAttempts(const QByteArray &json)
{
    QList<core::Attempt> attempts;
    if (json.isEmpty()) {
        return attempts;
    }
    for (const QJsonValue value : arrayOf(json)) {
        const QJsonObject object = value.toObject();
        core::Attempt attempt{object[u"run"_s].toInt(),
                              object[u"worker"_s].toString(),
                              timeOf(object[u"started"_s]),
                              timeOf(object[u"ended"_s]),
                              core::AttemptOutcome(object[u"outcome"_s].toInt()),
                              {}};
        if (object.contains(u"error"_s)) {
            const QJsonObject error = object[u"error"_s].toObject();
            attempt.error = core::JobError{error[u"type"_s].toString(), error[u"message"_s].toString(),
                                           error[u"detail"_s].toString(), error[u"fingerprint"_s].toString()};
        }
        attempts.append(attempt);
    }
    return attempts;
}

QByteArray withTry(const QByteArray &json, const core::DeliveryAttempt &attempt)
{
    // What a receiver answered need not be text.
    return appended(json, {{u"time"_s, msOf(attempt.time)},
                           {u"duration"_s, qint64(attempt.duration.count())},
                           {u"delivered"_s, attempt.delivered},
                           {u"status"_s, attempt.httpStatus},
                           {u"error"_s, attempt.error},
                           {u"answer"_s, QString::fromLatin1(attempt.answer.toBase64())}});
}

QList<core::DeliveryAttempt> decodeTries(const QByteArray &json)
{
    QList<core::DeliveryAttempt> tries;
    if (json.isEmpty()) {
        return tries;
    }
    for (const QJsonValue value : arrayOf(json)) {
        const QJsonObject object = value.toObject();
        tries.append({timeOf(object[u"time"_s]), std::chrono::milliseconds(object[u"duration"_s].toInteger()),
                      object[u"delivered"_s].toBool(), object[u"status"_s].toInt(), object[u"error"_s].toString(),
                      QByteArray::fromBase64(object[u"answer"_s].toString().toLatin1())});
    }
    return tries;
}

} // namespace dragonscales::broker::sqlite
