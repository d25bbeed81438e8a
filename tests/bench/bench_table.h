// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <QString>

#include <functional>

namespace dragonscales::bench {

// Runs `work` on a thread while this one's event loop serves the service; the seconds it took.
double secondsOf(const std::function<void()> &work);

// One row of the table that a bench prints.
void row(const char *what, const QString &figure, const QString &against, const char *goal);

QString perSecond(double figure, const char *unit = "jobs/s");
QString ms(double figure);
QString mb(double figure);

} // namespace dragonscales::bench
