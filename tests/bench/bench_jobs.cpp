// SPDX-License-Identifier: LGPL-3.0-or-later
#include "bench/bare_loop.h"
#include "bench/bench_lives.h"
#include "bench/bench_python.h"
#include "bench/bench_service.h"
#include "bench/bench_table.h"
#include "bench/http_load.h"
#include "bench/million.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QLoggingCategory>
#include <QThread>

#include <algorithm>
#include <cstdio>

// Measures whole lives of jobs (submit, claim, echo, discard, finish, deliver to log) on the embedded store, and in the
// same run the bare loop of bare.sql, and prints both and their ratio as a Markdown table. Asserts no figure.

using namespace dragonscales;
using namespace dragonscales::bench;

namespace {

constexpr int kConnections = 32;

double overHttp(int jobs)
{
    BenchService service({2, "thread"});
    return jobs / secondsOf([&] {
               postMany(QUrl(service.url()), benchBody(), jobs, kConnections);
               service.waitForDeliveries(jobs);
           });
}

void measureNative(int jobs, double bare, double fsync, int ended, const std::function<bool(const char *)> &wanted)
{
    if (wanted("thread")) {
        const double figure = livesPerSecond({2, "thread"}, jobs);
        row("in-process, thread isolation", perSecond(figure), ratioToBare(figure, bare), "1/3");
    }
    if (wanted("http")) {
        const double figure = overHttp(jobs / 2);
        row("HTTP, 32 connections, single POSTs", perSecond(figure), ratioToBare(figure, bare), "1/8");
    }
    if (wanted("process")) {
        const double figure = livesPerSecond({2, "process"}, jobs / 2);
        row("in-process, two runners", perSecond(figure), ratioToBare(figure, bare), "3,000 jobs/s");
    }
    if (wanted("idle")) {
        row("idle POST to delivered, median of 200", ms(idleLatencyMs({2, "thread"}, 200)),
            QStringLiteral("limit %1").arg(ms(2 + 6 * fsync)), "2 ms + 6 fsync");
    }
    if (wanted("ended")) {
        const Crowd crowd = measureCrowd(ended);
        const QString stored = QStringLiteral("%1 ended jobs").arg(ended);
        row("resident size of the service", QStringLiteral("%1 MB").arg(crowd.residentMb, 0, 'f', 0), stored, "150 MB");
        row("GET of one job, median", ms(crowd.getMs), stored, "10 ms");
        row("GET of the list's first page (100), median", ms(crowd.firstPageMs), stored, "10 ms");
    }
}

} // namespace

int main(int argc, char *argv[])
{
    QCoreApplication app(argc, argv);
    QCommandLineParser parser;
    parser.addHelpOption();
    const QCommandLineOption jobsOption(QStringLiteral("jobs"), QStringLiteral("Jobs of each measurement."),
                                        QStringLiteral("N"), QStringLiteral("40000"));
    const QCommandLineOption crowdOption(QStringLiteral("ended"), QStringLiteral("Ended jobs of the last measurement."),
                                         QStringLiteral("N"), QStringLiteral("1000000"));
    const QCommandLineOption onlyOption(
        QStringLiteral("only"),
        QStringLiteral("One of: thread, http, process, idle, ended; of Python modules: process, idle, http, big."),
        QStringLiteral("NAME"));
    const QCommandLineOption moduleOption(QStringLiteral("module"),
                                          QStringLiteral("Of which kind the modules are: native or python."),
                                          QStringLiteral("KIND"), QStringLiteral("native"));
    parser.addOptions({jobsOption, crowdOption, onlyOption, moduleOption});
    parser.process(app);
    const int jobs = std::max(200, parser.value(jobsOption).toInt());
    const QString only = parser.value(onlyOption);
    const auto wanted = [&](const char *name) { return only.isEmpty() || only == QLatin1StringView(name); };
    QLoggingCategory::setFilterRules(QStringLiteral("dragonscales.*.info=false"));

    const QTemporaryDir folder;
    const double fsync = fsyncMs(folder.path());
    const double bare = bareLivesPerSecond(folder.path(), jobs);
    std::printf("%d cores, %d jobs a row\n\n| what | measured | against | required |\n|---|---|---|---|\n",
                QThread::idealThreadCount(), jobs);
    row("bare loop (bare.sql)", perSecond(bare), QStringLiteral("1"), "");
    row("write and fdatasync of 4 KiB", ms(fsync), QString(), "");
    if (parser.value(moduleOption) == QLatin1StringView("python")) {
        measurePython(jobs, bare, wanted);
    } else {
        measureNative(jobs, bare, fsync, std::max(1000, parser.value(crowdOption).toInt()), wanted);
    }
    return 0;
}
