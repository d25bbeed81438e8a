// SPDX-License-Identifier: LGPL-3.0-or-later
#include "bench/bench_table.h"

#include <QElapsedTimer>
#include <QEventLoop>
#include <QThread>

#include <cstdio>
#include <memory>

namespace dragonscales::bench {

double secondsOf(const std::function<void()> &work)
{
    QElapsedTimer timer;
    const std::unique_ptr<QThread> thread(QThread::create(work));
    QEventLoop loop;
    QObject::connect(thread.get(), &QThread::finished, &loop, &QEventLoop::quit);
    timer.start();
    thread->start();
    loop.exec();
    const double seconds = static_cast<double>(timer.nsecsElapsed()) / 1e9;
    thread->wait();
    return seconds;
}

void row(const char *what, const QString &figure, const QString &against, const char *goal)
{
    std::printf("| %s | %s | %s | %s |\n", what, qPrintable(figure), qPrintable(against), goal);
    std::fflush(stdout);
}

QString perSecond(double figure, const char *unit)
{
    return QStringLiteral("%1 %2").arg(qRound(figure)).arg(QString::fromLatin1(unit));
}

QString ms(double figure)
{
    return QStringLiteral("%1 ms").arg(figure, 0, 'f', 2);
}

QString mb(double figure)
{
    return QStringLiteral("%1 MB").arg(figure, 0, 'f', 0);
}

} // namespace dragonscales::bench
