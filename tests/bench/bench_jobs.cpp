// SPDX-License-Identifier: LGPL-3.0-or-later
#include "bench/bare_loop.h"
#include "bench/bench_service.h"
#include "bench/http_load.h"
#include "bench/million.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QElapsedTimer>
#include <QLoggingCategory>
#include <QThread>

#include <algorithm>
#include <cstdio>

// Measures whole lives of jobs (submit, claim, echo, discard, finish, deliver to log) on the embedded store, and in the
// same run the bare loop of bare.sql, and prints both and their ratio as a Markdown table. Asserts no figure.

using namespace dragonscales;
using namespace dragonscales::bench;

namespace {

constexpr int kWindow = 4000; // jobs in flight when submitting in-process
constexpr int kConnections = 32;

// Runs `work` on a thread while this one's event loop serves the service; the seconds it took.
template <typename F>
double secondsOf(F &&work)
{
    QElapsedTimer timer;
    const std::unique_ptr<QThread> thread(QThread::create(std::forward<F>(work)));
    QEventLoop loop;
    QObject::connect(thread.get(), &QThread::finished, &loop, &QEventLoop::quit);
    timer.start();
    thread->start();
    loop.exec();
    const double seconds = static_cast<double>(timer.nsecsElapsed()) / 1e9;
    thread->wait();
    return seconds;
}

double inProcess(const QByteArray &isolation, int jobs)
{
    BenchService service({2, isolation});
    const int warm = std::max(1, jobs / 20);
    secondsOf([&] {
        service.submit(warm, kWindow);
        service.waitForDeliveries(warm);
    });
    return jobs / secondsOf([&] {
               service.submit(jobs, kWindow);
               service.waitForDeliveries(warm + jobs);
           });
}

double overHttp(int jobs)
{
    BenchService service({2, "thread"});
    return jobs / secondsOf([&] {
               postMany(QUrl(service.url()), benchBody(), jobs, kConnections);
               service.waitForDeliveries(jobs);
           });
}

double idleLatencyMs(int jobs)
{
    BenchService service({2, "thread"});
    QList<double> times;
    secondsOf([&] {
        const QUrl url(service.url());
        HttpConnection connection(url);
        const QByteArray request = postRequest(url, benchBody());
        for (int i = 1; i <= jobs; ++i) {
            QElapsedTimer timer;
            timer.start();
            connection.call(request);
            service.waitForDeliveries(i);
            times << static_cast<double>(timer.nsecsElapsed()) / 1e6;
        }
    });
    std::ranges::sort(times);
    return times.at(times.size() / 2);
}

void row(const char *what, const QString &figure, const QString &against, const char *goal)
{
    std::printf("| %s | %s | %s | %s |\n", what, qPrintable(figure), qPrintable(against), goal);
    std::fflush(stdout);
}

QString perSecond(double figure)
{
    return QStringLiteral("%1 jobs/s").arg(qRound(figure));
}

QString ms(double figure)
{
    return QStringLiteral("%1 ms").arg(figure, 0, 'f', 2);
}

QString ratio(double figure, double bare)
{
    return QStringLiteral("1/%1 of bare").arg(bare / figure, 0, 'f', 1);
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
        QStringLiteral("only"), QStringLiteral("One of: thread, http, process, idle, ended."), QStringLiteral("NAME"));
    parser.addOptions({jobsOption, crowdOption, onlyOption});
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
    if (wanted("thread")) {
        const double figure = inProcess("thread", jobs);
        row("in-process, thread isolation", perSecond(figure), ratio(figure, bare), "1/3");
    }
    if (wanted("http")) {
        const double figure = overHttp(jobs / 2);
        row("HTTP, 32 connections, single POSTs", perSecond(figure), ratio(figure, bare), "1/8");
    }
    if (wanted("process")) {
        const double figure = inProcess("process", jobs / 2);
        row("in-process, two runners", perSecond(figure), ratio(figure, bare), "3,000 jobs/s");
    }
    if (wanted("idle")) {
        row("idle POST to delivered, median of 200", ms(idleLatencyMs(200)),
            QStringLiteral("limit %1").arg(ms(2 + 6 * fsync)), "2 ms + 6 fsync");
    }
    if (wanted("ended")) {
        const int ended = std::max(1000, parser.value(crowdOption).toInt());
        const Crowd crowd = measureCrowd(ended);
        const QString stored = QStringLiteral("%1 ended jobs").arg(ended);
        row("resident size of the service", QStringLiteral("%1 MB").arg(crowd.residentMb, 0, 'f', 0), stored, "150 MB");
        row("GET of one job, median", ms(crowd.getMs), stored, "10 ms");
        row("GET of the list's first page (100), median", ms(crowd.firstPageMs), stored, "10 ms");
    }
    return 0;
}
