// SPDX-License-Identifier: LGPL-3.0-or-later
// How many trivial jobs a second pass through N runners, without store and engine: bench_runners [runners] [jobs]
#include "host_fixture.h"

#include <QCoreApplication>
#include <QElapsedTimer>

#include <cstdio>
#include <thread>

using namespace Qt::Literals::StringLiterals;
using namespace dragonscales;

namespace {

double jobsPerSecond(testing::HostFixture &fixture, core::Isolation isolation, int threads, int jobs)
{
    host::JobCall call = fixture.echo(isolation);
    call.storage.name = u"discard"_s;
    call.queue.jobsPerRunner = 1'000'000;
    std::vector<std::thread> workers;
    QElapsedTimer timer;
    timer.start();
    for (int i = 0; i < threads; ++i) {
        workers.emplace_back([&fixture, &call, jobs] {
            for (int turn = 0; turn < jobs; ++turn) {
                const auto outcome = fixture.host().run(call, std::make_shared<host::Control>());
                if (outcome.kind != host::JobOutcome::Kind::Finished) {
                    qFatal("%s", qPrintable(outcome.error.message));
                }
            }
        });
    }
    for (std::thread &worker : workers) {
        worker.join();
    }
    return threads * jobs * 1e9 / static_cast<double>(timer.nsecsElapsed());
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    const int threads = qMax(1, application.arguments().value(1, u"2"_s).toInt());
    const int jobs = qMax(1, application.arguments().value(2, u"5000"_s).toInt());
    testing::HostFixture fixture;
    jobsPerSecond(fixture, core::Isolation::Process, threads, 100); // warm
    const double process = jobsPerSecond(fixture, core::Isolation::Process, threads, jobs);
    const double thread = jobsPerSecond(fixture, core::Isolation::Thread, threads, jobs);
    std::printf("%d runners: %.0f jobs/s, %.0f each; %d threads: %.0f jobs/s\n", threads, process, process / threads,
                threads, thread);
    return 0;
}
