// SPDX-License-Identifier: LGPL-3.0-or-later
#include "bench/bench_python.h"

#include "bench/bench_lives.h"
#include "bench/bench_service.h"
#include "bench/bench_table.h"
#include "bench/http_load.h"
#include "bench/million.h"
#include "support/service_process.h"

#include <QElapsedTimer>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace dragonscales::bench {

namespace {

constexpr int kConnections = 32;
constexpr int kRequests = 20'000;
constexpr int kBigOnes = 10;

BenchService::Options python(const QByteArray &authorizer = {})
{
    return {2, "process", true, authorizer};
}

QByteArray memberOf(const QByteArray &body, const char *name)
{
    return QJsonDocument::fromJson(body).object().value(QLatin1StringView(name)).toString().toLatin1();
}

struct Rates
{
    double gets = 0; // of one job: the least work besides the authorizer's
    double posts = 0;
};

// Requests a second, without waiting for the jobs' ends.
Rates requestsPerSecond(const QByteArray &authorizer)
{
    BenchService service(python(authorizer));
    QByteArray get;
    const QUrl url(service.url());
    const QByteArray post = postRequest(url, benchBody());
    secondsOf([&] {
        HttpConnection connection(url);
        const QByteArray id = memberOf(connection.call(post), "id");
        service.waitForDeliveries(1);
        get = getRequest(url, "/api/v1/jobs/" + id);
        sendMany(url, get, kRequests / 20, kConnections);
    });
    Rates rates;
    rates.gets = kRequests / secondsOf([&] { sendMany(url, get, kRequests, kConnections); });
    rates.posts = kRequests / 2 / secondsOf([&] { sendMany(url, post, kRequests / 2, kConnections); });
    return rates;
}

void requestRow(const char *what, double figure, double without)
{
    row(what, perSecond(figure, "requests/s"), QStringLiteral("1/%1 of none").arg(without / figure, 0, 'f', 2), "1/2");
}

// Runs one job of the task "big" to its end.
void runBig(HttpConnection &connection, const QUrl &url, const QByteArray &storage, int megabytes)
{
    const QByteArray body = R"({"task":{"name":"big","params":{"mb":)" + QByteArray::number(megabytes) +
                            R"(}},"storage":{"name":")" + storage +
                            R"(","params":{}},"callback":{"name":"log","params":{}}})";
    const QByteArray id = memberOf(connection.call(postRequest(url, body)), "id");
    const QByteArray get = getRequest(url, "/api/v1/jobs/" + id);
    QByteArray answer;
    QByteArray status;
    do {
        answer = connection.call(get);
        status = memberOf(answer, "status");
    } while (status == "queued" || status == "started");
    if (status != "finished") {
        qFatal("bench: the job with a big result: %s", answer.constData());
    }
}

struct Sizes
{
    double before = 0;
    double after = 0;
    double msEach = 0;
};

Sizes sizesAround(const QByteArray &storage)
{
    test::ServiceProcess service;
    BenchService::writeProject(service.path(), python());
    if (!service.start()) {
        qFatal("bench: the service does not start: %s", service.errorText().constData());
    }
    const QUrl url(service.url());
    HttpConnection connection(url);
    runBig(connection, url, storage, 1);
    Sizes sizes;
    sizes.before = residentMb(service.pid());
    QElapsedTimer timer;
    timer.start();
    for (int i = 0; i < kBigOnes; ++i) {
        runBig(connection, url, storage, 50);
    }
    sizes.msEach = static_cast<double>(timer.elapsed()) / kBigOnes;
    sizes.after = residentMb(service.pid());
    return sizes;
}

void bigRow(const char *what, const QByteArray &storage)
{
    const Sizes sizes = sizesAround(storage);
    row(what, QStringLiteral("%1, %2 before").arg(mb(sizes.after), mb(sizes.before)),
        QStringLiteral("%1 results of 50 MB, %2 each").arg(kBigOnes).arg(ms(sizes.msEach)), "does not grow by 50 MB");
}

} // namespace

void measurePython(int jobs, double bare, const std::function<bool(const char *)> &wanted)
{
    if (wanted("process")) {
        const double figure = livesPerSecond(python(), jobs / 2);
        row("Python, in-process, two workers", perSecond(figure), ratioToBare(figure, bare), "2,000 jobs/s");
    }
    if (wanted("idle")) {
        row("Python, idle POST to delivered, median of 200", ms(idleLatencyMs(python(), 200)), QString(), "8 ms");
    }
    if (wanted("http")) {
        const Rates without = requestsPerSecond({});
        const Rates all = requestsPerSecond("all");
        const Rates kept = requestsPerSecond("kept");
        row("GETs, no authorizer", perSecond(without.gets, "requests/s"), QStringLiteral("1"), "");
        requestRow("GETs, authorizer in Python", all.gets, without.gets);
        requestRow("GETs, authorizer in Python with max_age", kept.gets, without.gets);
        row("POSTs, no authorizer", perSecond(without.posts, "requests/s"), QStringLiteral("1"), "");
        requestRow("POSTs, authorizer in Python", all.posts, without.posts);
        requestRow("POSTs, authorizer in Python with max_age", kept.posts, without.posts);
    }
    if (wanted("big")) {
        bigRow("resident size of the service, storage in Python", "length");
        bigRow("resident size of the service, native storage", "native");
    }
}

} // namespace dragonscales::bench
