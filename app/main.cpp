// SPDX-License-Identifier: LGPL-3.0-or-later
#include "app/window_options.h"
#include "bin/embedded_service.h"
#include "bin/signal_watch.h"
#include "core/utf8_locale.h"
#include "ui/main_window.h"
#include "ui/theme.h"

#include <QApplication>
#include <QDir>
#include <QFileInfo>

#include <csignal>
#include <cstdio>
#include <cstdlib>

using namespace Qt::Literals::StringLiterals;
using namespace dragonscales;

namespace {

void say(std::FILE *stream, const QString &line)
{
    std::fprintf(stream, "%s\n", line.toUtf8().constData());
}

int refuse(const QString &sentences)
{
    for (const QString &sentence : sentences.split(u'\n')) {
        say(stderr, u"dragonscales: %1"_s.arg(sentence));
    }
    return 2;
}

bool hasDisplay()
{
    return !qEnvironmentVariableIsEmpty("DISPLAY") || !qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY") ||
           !qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM");
}

// The first signal closes the window, which stops the service in an orderly way; the second does not wait for that.
void obeySignals(const assembly::SignalWatch &watch, ui::MainWindow &window)
{
    QObject::connect(&watch, &assembly::SignalWatch::asked, &window, [&window, asked = 0](int) mutable {
        if (++asked > 1) {
            std::_Exit(1);
        }
        window.close();
    });
}

ui::ServiceFacts factsOf(const assembly::ServiceFacts &facts)
{
    return {facts.projectId, facts.projectPath, facts.storePath, true};
}

// Runs the service in this process and shows it.
int runEmbedded(const QApplication &application, const app::WindowOptions &options)
{
    const assembly::SignalWatch signalWatch;
    ui::ServiceMonitor monitor;
    ui::MainWindow window(monitor);
    obeySignals(signalWatch, window);
    assembly::EmbeddedService service;
    bool closing = false;
    using State = assembly::EmbeddedService::State;
    QObject::connect(&service, &assembly::EmbeddedService::stateChanged, &window, [&](State state) {
        if (closing && (state == State::Stopped || state == State::Failed)) {
            QApplication::exit(0);
        } else if (state == State::Running) {
            window.showFacts(factsOf(service.facts()));
            monitor.watch(QUrl(service.facts().url));
        } else if (state == State::Failed) {
            monitor.setFailed(service.failure());
        }
    });
    QObject::connect(&application, &QApplication::lastWindowClosed, &service, [&] {
        closing = true;
        if (service.state() == State::Failed || service.state() == State::Stopped) {
            QApplication::exit(0);
            return;
        }
        service.stop();
    });
    if (!options.projectNamed && !QFileInfo::exists(options.service.projectPath)) {
        monitor.setNoProject(QDir::currentPath());
    } else {
        service.start(options.service);
    }
    window.show();
    const int status = QApplication::exec();
    if (service.hasStuckThreads()) {
        std::_Exit(status);
    }
    return status;
}

int showRemote(const QApplication &application, const QUrl &url)
{
    const assembly::SignalWatch signalWatch;
    ui::ServiceMonitor monitor;
    ui::MainWindow window(monitor);
    obeySignals(signalWatch, window);
    ui::ServiceFacts facts;
    facts.embedded = false;
    window.showFacts(facts);
    QObject::connect(&application, &QApplication::lastWindowClosed, &application, &QApplication::quit);
    monitor.watch(url);
    window.show();
    return QApplication::exec();
}

int runWindow(int argc, char *argv[], const app::WindowOptions &options)
{
    QApplication application(argc, argv);
    QApplication::setApplicationName(u"dragonscales"_s);
    QApplication::setApplicationVersion(QStringLiteral(DRAGONSCALES_VERSION));
    // The service is stopped in an orderly way first.
    QApplication::setQuitOnLastWindowClosed(false);
    ui::applyTheme(application, ui::schemeOf(application.palette()));
    return options.url.isEmpty() ? runEmbedded(application, options) : showRemote(application, options.url);
}

} // namespace

int main(int argc, char *argv[])
{
    std::signal(SIGPIPE, SIG_IGN);
    core::useUtf8Locale();
    // Before QApplication, which ends the program where there is no display.
    QStringList arguments;
    for (int i = 1; i < argc; ++i) {
        arguments.append(QString::fromLocal8Bit(argv[i]));
    }
    if (core::asksForHelp(arguments)) {
        say(stdout, core::helpText(u"dragonscales"_s, u"Runs a dragonscales service and shows how it does."_s,
                                   app::windowSettings()));
        return 0;
    }
    if (core::asksForVersion(arguments)) {
        say(stdout, QStringLiteral(DRAGONSCALES_VERSION));
        return 0;
    }
    const auto options =
        core::Settings::read(app::windowSettings(), arguments, QProcessEnvironment::systemEnvironment(), nullptr)
            .and_then(&app::WindowOptions::from);
    if (!options) {
        return refuse(options.error().message);
    }
    if (!hasDisplay()) {
        return refuse(u"There is no display. Set DISPLAY, or run the service alone: dragonscales-service --project "
                      "FILE."_s);
    }
    return runWindow(argc, argv, *options);
}
