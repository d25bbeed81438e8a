// SPDX-License-Identifier: LGPL-3.0-or-later
#include "bench/million.h"

#include "bench/bench_service.h"
#include "bench/http_load.h"
#include "broker/sqlite_store.h"
#include "core/ids.h"
#include "support/service_process.h"

#include <QElapsedTimer>
#include <QFile>

#include <algorithm>

namespace dragonscales::bench {

namespace {

constexpr int kBatch = 1000;

template <typename T>
T checked(core::Result<T> result)
{
    if (!result) {
        qFatal("bench: %s", qPrintable(result.error().message));
    }
    return std::move(*result);
}

void checked(const core::Result<void> &result)
{
    if (!result) {
        qFatal("bench: %s", qPrintable(result.error().message));
    }
}

// Whole lives of `jobs` jobs, straight through the store; one of the ids.
QUuid fill(const QString &path, int jobs)
{
    auto store = checked(
        broker::SqliteStore::open({path, QStringLiteral("the bench"), false}, std::make_shared<core::SystemClock>()));
    const auto lease = std::chrono::seconds(30);
    const QString worker = QStringLiteral("bench");
    QUuid middle;
    for (int done = 0; done < jobs; done += kBatch) {
        QList<core::JobSpec> specs;
        for (int i = 0; i < kBatch; ++i) {
            specs.append(benchJob());
        }
        if (done <= jobs / 2) {
            middle = specs.last().id;
        }
        checked(store->begin());
        checked(store->enqueue(specs));
        QList<broker::JobEnd> ends;
        for (const broker::ClaimedJob &job :
             checked(store->claim(QStringLiteral("bench"), kBatch, worker, lease, {}))) {
            broker::JobEnd end;
            end.lease = job.lease;
            end.location = "null";
            ends.append(end);
        }
        checked(store->finish(ends));
        QList<broker::DeliveryEnd> delivered;
        for (const broker::ClaimedDelivery &delivery : checked(store->claimDeliveries(kBatch, worker, lease))) {
            broker::DeliveryEnd end;
            end.lease = delivery.lease;
            end.attempt.delivered = true;
            delivered.append(end);
        }
        checked(store->finishDeliveries(delivered));
        checked(store->commit());
    }
    return middle;
}

double medianMs(HttpConnection &connection, const QByteArray &request)
{
    QList<double> times;
    for (int i = 0; i < 101; ++i) {
        QElapsedTimer timer;
        timer.start();
        connection.call(request);
        times << static_cast<double>(timer.nsecsElapsed()) / 1e6;
    }
    std::ranges::sort(times);
    return times.at(times.size() / 2);
}

} // namespace

double residentMb(qint64 pid)
{
    QFile status(QStringLiteral("/proc/%1/status").arg(pid));
    if (status.open(QIODevice::ReadOnly)) {
        for (const QByteArray &line : status.readAll().split('\n')) {
            if (line.startsWith("VmRSS:")) {
                return line.simplified().split(' ').at(1).toDouble() / 1024;
            }
        }
    }
    qFatal("bench: the service is gone");
}

Crowd measureCrowd(int jobs)
{
    test::ServiceProcess service;
    service.setProject(benchProject(2, "thread"));
    const QUuid id = fill(service.storePath(), jobs);
    if (!service.start()) {
        qFatal("bench: the service does not start: %s", service.errorText().constData());
    }
    const QUrl url(service.url());
    HttpConnection connection(url);
    const QByteArray page = getRequest(url, "/api/v1/jobs/?limit=100");
    connection.call(page); // waits for the index to be rebuilt
    Crowd crowd;
    crowd.getMs = medianMs(connection, getRequest(url, "/api/v1/jobs/" + core::idText(id)));
    crowd.firstPageMs = medianMs(connection, page);
    crowd.residentMb = residentMb(service.pid());
    return crowd;
}

} // namespace dragonscales::bench
