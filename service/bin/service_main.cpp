// SPDX-License-Identifier: LGPL-3.0-or-later
#include "bin/assembly.h"
#include "bin/log_sink.h"
#include "bin/signal_watch.h"
#include "core/utf8_locale.h"

#include <QCoreApplication>
#include <QLoggingCategory>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <unistd.h>

using namespace Qt::Literals::StringLiterals;
using namespace dragonscales;

namespace {

Q_LOGGING_CATEGORY(lcMain, "dragonscales.service")

void say(std::FILE *stream, const QString &line)
{
    std::fputs(qPrintable(line), stream);
    std::fputc('\n', stream);
    std::fflush(stream);
}

// Whose sentence it is; a line that begins with a file says enough.
void complain(const QString &sentence)
{
    say(stderr, u"dragonscales-service: %1"_s.arg(sentence));
}

int refuse(const QString &sentences)
{
    for (const QString &sentence : sentences.split(u'\n')) {
        complain(sentence);
    }
    return 2;
}

int fail(const assembly::StartFailure &failure)
{
    for (const QString &line : failure.lines.mid(0, failure.lines.size() - 1)) {
        say(stderr, line);
    }
    complain(failure.lines.last());
    return failure.exitStatus;
}

core::Result<std::unique_ptr<assembly::LogSink>> openLog(const core::Settings &settings)
{
    assembly::LogOptions options;
    const auto level = assembly::logLevel(settings.text(u"log-level"_s));
    if (!level) {
        return tl::unexpected(level.error());
    }
    options.least = *level;
    options.path = settings.text(u"log-path"_s);
    options.maxBytes = settings.integer(u"DRAGONSCALES_LOGGER_MAX_BYTES"_s);
    return assembly::LogSink::open(options);
}

QString counted(int number, const QString &noun)
{
    return number == 1 ? u"1 %1"_s.arg(noun) : u"%1 %2s"_s.arg(number).arg(noun);
}

// For the person at the terminal.
void summarize(const assembly::ServiceFacts &facts)
{
    QString line = u"%1: %2, %3 · store %4"_s.arg(facts.projectId, counted(facts.tasks, u"task"_s),
                                                  counted(facts.queues, u"queue"_s), facts.storePath);
    if (!facts.url.isEmpty()) {
        line += u" · docs %1/docs"_s.arg(facts.url);
    }
    say(stderr, line);
}

void announce(const assembly::ServiceFacts &facts)
{
    if (facts.url.isEmpty()) {
        say(stdout, u"working without an API on %1"_s.arg(facts.storePath));
    } else {
        say(stdout, u"listening on %1"_s.arg(facts.url));
    }
    if (isatty(STDERR_FILENO) == 1) {
        summarize(facts);
    }
}

int run(const assembly::ServiceOptions &options)
{
    assembly::SignalWatch signalWatch;
    assembly::Service service(options);
    int asked = 0;
    QObject::connect(&signalWatch, &assembly::SignalWatch::asked, &service, [&](int) {
        ++asked;
        qCInfo(lcMain).noquote() << (asked == 1 ? "Stopping; another signal ends it at once." : "Stopping at once.");
        if (asked > 2) {
            std::_Exit(1); // even that takes too long for whoever sends it
        }
        asked == 1 ? service.stop() : service.stopNow();
    });
    QObject::connect(&service, &assembly::Service::stopped, qApp, &QCoreApplication::quit, Qt::QueuedConnection);
    const auto facts = service.start();
    if (!facts) {
        return fail(facts.error());
    }
    announce(*facts);
    const int status = QCoreApplication::exec();
    if (service.hasStuckThreads()) {
        // Nothing in a process ends a thread that does not return, and static destructors would run beside it.
        std::fflush(nullptr);
        std::_Exit(status);
    }
    return status;
}

} // namespace

int main(int argc, char *argv[])
{
    std::signal(SIGPIPE, SIG_IGN);
    core::useUtf8Locale();
    QCoreApplication app(argc, argv);
    QCoreApplication::setApplicationName(u"dragonscales-service"_s);
    QCoreApplication::setApplicationVersion(QStringLiteral(DRAGONSCALES_VERSION));

    const QStringList arguments = QCoreApplication::arguments().mid(1);
    if (core::asksForHelp(arguments)) {
        say(stdout, core::helpText(u"dragonscales-service"_s, u"Runs a project's jobs and answers its HTTP API."_s,
                                   core::serviceSettings()));
        return 0;
    }
    if (core::asksForVersion(arguments)) {
        say(stdout, QCoreApplication::applicationVersion());
        return 0;
    }
    const auto settings =
        core::Settings::read(core::serviceSettings(), arguments, QProcessEnvironment::systemEnvironment(), nullptr);
    if (!settings) {
        return refuse(settings.error().message);
    }
    const auto options = assembly::ServiceOptions::from(*settings);
    if (!options) {
        return refuse(options.error().message);
    }
    const auto log = openLog(*settings);
    if (!log) {
        return refuse(log.error().message);
    }
    (*log)->install();
    return run(*options);
}
