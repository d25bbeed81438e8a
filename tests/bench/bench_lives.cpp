// SPDX-License-Identifier: LGPL-3.0-or-later
#include "bench/bench_lives.h"

#include "bench/bench_table.h"
#include "bench/http_load.h"

#include <QElapsedTimer>
#include <QUrl>

#include <algorithm>

namespace dragonscales::bench {

namespace {

constexpr int kWindow = 4000; // jobs in flight

} // namespace

double livesPerSecond(const BenchService::Options &options, int jobs)
{
    BenchService service(options);
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

double idleLatencyMs(const BenchService::Options &options, int jobs)
{
    BenchService service(options);
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

QString ratioToBare(double figure, double bare)
{
    return QStringLiteral("1/%1 of bare").arg(bare / figure, 0, 'f', 1);
}

} // namespace dragonscales::bench
