// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/retry_reader.h"

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::core {

namespace {

using Kind = Field::Kind;

constexpr std::size_t kMostDelays = 1000; // as many as there may be runs
constexpr double kYearSec = 366.0 * 24 * 3600;

QList<std::chrono::milliseconds> readDelays(const Place &delays, ProblemList &problems)
{
    QList<std::chrono::milliseconds> read;
    if (delays.value->items().size() > kMostDelays) {
        problems.error(delays,
                       u"These are %1 delays; there may be %2."_s.arg(delays.value->items().size()).arg(kMostDelays),
                       u"Leave some out: the last one repeats."_s);
        return read;
    }
    for (std::size_t i = 0; i < delays.value->items().size(); ++i) {
        const json::Value &delay = delays.value->items()[i];
        if (!delay.isNumber() || delay.number(-1) < 0 || delay.number() > kYearSec) {
            problems.error(delays.item(i),
                           u"A delay must be a number of seconds from 0 to %1."_s.arg(kYearSec, 0, 'f', 0),
                           u"Write how many seconds to wait before that retry."_s);
            continue;
        }
        read.append(secondsOf(delay));
    }
    return read;
}

double numberOf(const json::Value &object, const char *name, double otherwise)
{
    const json::Value *value = object.find(name);
    return value == nullptr ? otherwise : value->number();
}

std::optional<Backoff> readBackoff(const Place &place, UnknownKeys unknown, ProblemList &problems)
{
    static const QList<Field> kFields{{"first", Kind::Seconds, true, 0.001, kYearSec},
                                      {"factor", Kind::Number, false, 1, 100},
                                      {"longest", Kind::Seconds, false, 0.001, kYearSec},
                                      {"jitter", Kind::Number, false, 0, 1}};
    if (!checkObject(place, kFields, u"a backoff"_s, problems, unknown)) {
        return std::nullopt;
    }
    Backoff backoff;
    backoff.first = secondsOf(*place.value->find("first"));
    backoff.factor = numberOf(*place.value, "factor", backoff.factor);
    backoff.jitter = numberOf(*place.value, "jitter", backoff.jitter);
    if (const json::Value *longest = place.value->find("longest")) {
        backoff.longest = secondsOf(*longest);
    }
    if (backoff.longest < backoff.first) {
        problems.error(place, u"The first delay is longer than the longest one."_s,
                       u"Write a “longest” of at least “first”."_s);
        return std::nullopt;
    }
    return backoff;
}

} // namespace

std::optional<RetryPolicy> readRetry(const Place &retry, UnknownKeys unknown, ProblemList &problems)
{
    static const QList<Field> kFields{
        {"max", Kind::Whole, true, 0, 1000}, {"delays", Kind::Array}, {"backoff", Kind::Object}};
    if (!checkObject(retry, kFields, u"a retry"_s, problems, unknown)) {
        return std::nullopt;
    }
    RetryPolicy policy;
    policy.max = static_cast<int>(retry.value->find("max")->integer());
    const bool hasDelays = retry.value->find("delays") != nullptr;
    if (hasDelays) {
        policy.delays = readDelays(retry.member("delays"), problems);
    }
    if (retry.value->find("backoff") != nullptr) {
        policy.backoff = readBackoff(retry.member("backoff"), unknown, problems);
        if (hasDelays) {
            problems.error(retry.member("backoff"), u"A retry has delays or a backoff, and this one has both."_s,
                           u"Leave one of them out."_s);
        }
    }
    return policy;
}

} // namespace dragonscales::core
