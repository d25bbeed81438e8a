// SPDX-License-Identifier: LGPL-3.0-or-later
// A service as far as its runners can tell: runs one job of the deed that it is told, and is killed meanwhile.
#include "host_fixture.h"

#include <QCoreApplication>

#include <cstdio>
#include <limits>

using namespace dragonscales;

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    host::HostOptions options;
    options.maxOutputBytes = std::numeric_limits<qint64>::max(); // a flood goes on until this process is killed
    testing::HostFixture fixture(options);
    std::printf("%s\n", qPrintable(fixture.noteFile()));
    std::fflush(stdout);
    auto call = fixture.job(QCoreApplication::arguments().value(1), core::Isolation::Process);
    fixture.host().run(call, std::make_shared<host::Control>());
    std::puts("done");
    std::fflush(stdout);
    std::getchar(); // with an idle runner
    return 0;
}
