// SPDX-License-Identifier: LGPL-3.0-or-later
#include "api/queue_patch.h"

#include "core/json/reader.h"
#include "core/project_fields.h"
#include "core/rfc3339.h"

namespace dragonscales::api {

using namespace Qt::Literals::StringLiterals;
using core::Place;
using Kind = core::Field::Kind;

namespace {

constexpr double kYearSec = 366.0 * 24 * 3600;
constexpr int kMostReasonLetters = 500;

// Of a body in which null is a value of every limit.
QList<core::Field> fieldsOf(const core::json::Value &body)
{
    QList<core::Field> fields{{"paused", Kind::Boolean}, {"reason", Kind::Text},
                              {"resume_at", Kind::Text}, {"max_concurrency", Kind::Whole, false, 0, 1e6},
                              {"rate", Kind::Object},    {"max_queued", Kind::Whole, false, 0, 1e12}};
    for (core::Field &field : fields) {
        const core::json::Value *value = body.find(field.name);
        const bool mayBeNull =
            field.kind == Kind::Whole || field.kind == Kind::Object || field.name == QByteArrayView("resume_at");
        if (mayBeNull && value != nullptr && value->isNull()) {
            field.kind = Kind::Any;
        }
    }
    return fields;
}

class Reading
{
public:
    Reading(const Place &body, core::TimePoint now, core::ProblemList &problems)
        : m_body(body)
        , m_now(now)
        , m_problems(problems)
    {
    }

    broker::QueuePatch read()
    {
        broker::QueuePatch patch;
        patch.pause = pause();
        patch.maxConcurrency = number<int>("max_concurrency");
        patch.maxQueued = number<qint64>("max_queued");
        patch.rate = rate();
        if (m_body.value->members().empty()) {
            m_problems.error(m_body, u"This changes nothing."_s,
                             u"Name “paused”, “max_concurrency”, “rate” or “max_queued”."_s);
        }
        return patch;
    }

private:
    const core::json::Value *member(const char *name) const { return m_body.value->find(name); }

    template <typename T>
    std::optional<std::optional<T>> number(const char *name) const
    {
        const core::json::Value *value = member(name);
        if (value == nullptr) {
            return std::nullopt;
        }
        return value->isNull() ? std::optional<T>() : std::optional(static_cast<T>(value->integer()));
    }

    std::optional<std::optional<broker::QueueRate>> rate()
    {
        static const QList<core::Field> kFields{{"count", Kind::Whole, true, 0, 1e9},
                                                {"per", Kind::Seconds, true, 0.001, kYearSec}};
        const core::json::Value *value = member("rate");
        if (value == nullptr) {
            return std::nullopt;
        }
        if (value->isNull() ||
            !core::checkObject(m_body.member("rate"), kFields, u"a rate"_s, m_problems, core::UnknownKeys::Refuse)) {
            return std::optional<broker::QueueRate>();
        }
        return std::optional(
            broker::QueueRate{static_cast<int>(value->find("count")->integer()), core::secondsOf(*value->find("per"))});
    }

    std::optional<broker::QueuePatch::Pause> pause()
    {
        const core::json::Value *paused = member("paused");
        const bool pauses = paused != nullptr && paused->isBool() && paused->boolean();
        for (const char *name : {"reason", "resume_at"}) {
            if (member(name) != nullptr && !pauses) {
                m_problems.error(m_body.member(name), u"“%1” belongs to a pause."_s.arg(QLatin1StringView(name)),
                                 u"Send it with “paused”: true."_s);
            }
        }
        if (paused == nullptr) {
            return std::nullopt;
        }
        return broker::QueuePatch::Pause{pauses, reason(), resumeAt()};
    }

    std::optional<QString> reason()
    {
        if (member("reason") == nullptr) {
            return std::nullopt;
        }
        const QString text = core::textOf(*m_body.value, "reason").trimmed();
        if (text.size() > kMostReasonLetters) {
            m_problems.error(m_body.member("reason"),
                             u"The reason is longer than %1 characters."_s.arg(kMostReasonLetters),
                             u"Make it shorter."_s);
        }
        return text;
    }

    // null: by hand only.
    std::optional<core::TimePoint> resumeAt()
    {
        const core::json::Value *value = member("resume_at");
        if (value == nullptr) {
            return std::nullopt;
        }
        if (value->isNull()) {
            return core::TimePoint{};
        }
        const auto moment = core::timeFromText(value->text());
        if (!moment || *moment <= m_now) {
            m_problems.error(m_body.member("resume_at"),
                             u"“resume_at” must be a moment to come, with its zone, and this is “%1”."_s.arg(
                                 QString::fromUtf8(value->text().left(60))),
                             u"Write it as RFC 3339 has it, such as “2030-01-31T08:00:00Z”."_s);
        }
        return moment.value_or(core::TimePoint{});
    }

    const Place &m_body;
    const core::TimePoint m_now;
    core::ProblemList &m_problems;
};

} // namespace

QueuePatchOutcome readQueuePatch(const QByteArray &body, core::TimePoint now)
{
    QueuePatchOutcome outcome;
    const auto root = core::json::read(body);
    if (!root) {
        outcome.problems.append({core::Problem::Severity::Error,
                                 {},
                                 root.error().position,
                                 u"The body is no JSON: %1."_s.arg(QString::fromUtf8(root.error().withPosition())),
                                 {}});
        return outcome;
    }
    core::ProblemList problems(body);
    const Place whole{{}, &*root};
    if (core::checkObject(whole, fieldsOf(*root), u"a change of a queue"_s, problems, core::UnknownKeys::Refuse)) {
        outcome.patch = Reading(whole, now, problems).read();
    }
    outcome.problems = problems.sorted();
    return outcome;
}

} // namespace dragonscales::api
