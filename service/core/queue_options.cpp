// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/queue_options.h"

#include "core/project_fields.h"

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::core {

namespace {

using Kind = Field::Kind;
using std::chrono::seconds;

constexpr double kYearSec = 366.0 * 24 * 3600;
constexpr double kTenYearsSec = 10 * kYearSec;

struct Option
{
    Field field;
    void (*apply)(const json::Value &value, QueueOptions &options);
};

int intOf(const json::Value &value)
{
    return static_cast<int>(value.integer());
}

seconds wholeSecondsOf(const json::Value &value)
{
    return std::chrono::duration_cast<seconds>(secondsOf(value));
}

void applyRate(const json::Value &value, QueueOptions &options)
{
    options.rateCount = intOf(*value.find("count"));
    options.ratePer = secondsOf(*value.find("per"));
}

// One row per option. A later row wins over an earlier one that sets the same.
const QList<Option> &table()
{
    static const QList<Option> rows{
        {{"workers", Kind::Whole, false, 1, 1000}, [](const auto &v, auto &o) { o.workers = intOf(v); }},
        {{"isolation", Kind::Isolation},
         [](const auto &v, auto &o) { o.isolation = *isolationFromWord(QString::fromUtf8(v.text())); }},
        {{"default_timeout", Kind::RqSeconds, false, 0, kTenYearsSec},
         [](const auto &v, auto &o) { o.timeout = *rqSecondsOf(v); }},
        {{"timeout", Kind::Seconds, false, 0.001, kTenYearsSec},
         [](const auto &v, auto &o) { o.timeout = secondsOf(v); }},
        {{"memory", Kind::Whole, false, 1, 16.0 * 1024 * 1024},
         [](const auto &v, auto &o) { o.memoryMiB = v.integer(); }},
        {{"grace", Kind::Seconds, false, 0, 3600}, [](const auto &v, auto &o) { o.grace = secondsOf(v); }},
        {{"jobs_per_runner", Kind::Whole, false, 1, 1e9}, [](const auto &v, auto &o) { o.jobsPerRunner = intOf(v); }},
        {{"max_concurrency", Kind::Whole, false, 1, 1e6}, [](const auto &v, auto &o) { o.maxConcurrency = intOf(v); }},
        {{"rate", Kind::Object}, applyRate},
        {{"max_queued", Kind::Whole, false, 1, 1e12}, [](const auto &v, auto &o) { o.maxQueued = v.integer(); }},
        {{"result_ttl", Kind::Seconds, false, 0, kTenYearsSec},
         [](const auto &v, auto &o) { o.resultTtl = wholeSecondsOf(v); }},
        {{"failure_ttl", Kind::Seconds, false, 0, kTenYearsSec},
         [](const auto &v, auto &o) { o.failureTtl = wholeSecondsOf(v); }},
    };
    return rows;
}

const QList<Field> &fields()
{
    static const QList<Field> all = [] {
        QList<Field> list;
        for (const Option &option : table()) {
            list.append(option.field);
        }
        return list;
    }();
    return all;
}

bool checkRate(const Place &rate, ProblemList &problems)
{
    static const QList<Field> kFields{{"count", Kind::Whole, true, 1, 1e9},
                                      {"per", Kind::Seconds, true, 0.001, kYearSec}};
    return checkObject(rate, kFields, u"a rate"_s, problems);
}

} // namespace

QueueOptions readQueueOptions(const Place &args, ProblemList &problems)
{
    QueueOptions options;
    bool good = checkObject(args, fields(), u"the args of a queue"_s, problems);
    if (const json::Value *rate = args.value->find("rate"); rate != nullptr && rate->isObject()) {
        good = checkRate(args.member("rate"), problems) && good;
    }
    if (!good) {
        return options;
    }
    for (const Option &option : table()) {
        if (const json::Value *value = args.value->find(option.field.name)) {
            option.apply(*value, options);
        }
    }
    return options;
}

} // namespace dragonscales::core
