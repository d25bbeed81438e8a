// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/utf8_locale.h"
#include "host/runner/guest.h"
#include "host/runner/monitor.h"
#include "host/runner/runner.h"

#include <QCoreApplication>
#include <QFile>

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

struct Flags
{
    int in = -1;
    int out = -1;
    QByteArray scratch;
    QByteArrayList guest; // what stands behind "--"
};

// By hand: before the fork there is to be no Qt application, and only the service types these.
Flags flagsOf(int argc, char **argv)
{
    Flags flags;
    for (int i = 1; i + 1 < argc; i += 2) {
        if (std::strcmp(argv[i], "--") == 0) {
            flags.guest = QByteArrayList(argv + i + 1, argv + argc);
            break;
        }
        if (std::strcmp(argv[i], "--in") == 0) {
            flags.in = std::atoi(argv[i + 1]);
        } else if (std::strcmp(argv[i], "--out") == 0) {
            flags.out = std::atoi(argv[i + 1]);
        } else if (std::strcmp(argv[i], "--scratch") == 0) {
            flags.scratch = argv[i + 1];
        }
    }
    return flags;
}

} // namespace

int main(int argc, char **argv)
{
    using namespace dragonscales::host;
    const Flags flags = flagsOf(argc, argv);
    dragonscales::core::useUtf8Locale();
    if (flags.in < 3 || flags.out < 3) {
        std::fputs("dragonscales-runner is started by dragonscales-service; there is no use for it by hand.\n", stderr);
        return 2;
    }
    SharedPhase phase;
    Monitor::split(flags.in, flags.out, flags.scratch, phase);
    if (!flags.guest.isEmpty()) {
        becomeGuest(flags.guest + QByteArrayList{"--in", QByteArray::number(flags.in), "--out",
                                                 QByteArray::number(flags.out), "--scratch", flags.scratch, "--phase",
                                                 QByteArray::number(phase.descriptor())});
    }
    const QCoreApplication application(argc, argv);
    RunnerChannel channel(flags.in, flags.out);
    Runner(channel, phase, QFile::decodeName(flags.scratch)).run();
    std::_Exit(0); // the monitor cleans up; destructors of foreign code are not to keep us
}
