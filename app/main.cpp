// SPDX-License-Identifier: LGPL-3.0-or-later
#include "bin/embedded_service.h"
#include "ui/main_window.h"
#include "ui/theme.h"

#include <QApplication>
#include <QCommandLineParser>

#include <csignal>

using namespace Qt::Literals::StringLiterals;
using namespace dragonscales;

namespace {

struct Arguments
{
    QString project;
    QUrl url;
};

Arguments readArguments(const QApplication &application)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(QApplication::tr("Runs a dragonscales service and shows how it does."));
    parser.addHelpOption();
    parser.addVersionOption();
    const QCommandLineOption project(u"project"_s, QApplication::tr("Project file to run the service with."), u"FILE"_s,
                                     u"project.json"_s);
    const QCommandLineOption url(u"url"_s, QApplication::tr("Show the service at this address instead of running one."),
                                 u"URL"_s);
    parser.addOptions({project, url});
    parser.process(application);
    return {parser.value(project), QUrl(parser.value(url))};
}

ui::ServiceFacts factsOf(const assembly::ServiceFacts &facts)
{
    return {facts.projectId, facts.projectPath, facts.storePath, true};
}

// Runs the service in this process and shows it.
int runEmbedded(const QApplication &application, const QString &project)
{
    ui::ServiceMonitor monitor;
    ui::MainWindow window(monitor);
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
    assembly::ServiceOptions options;
    options.projectPath = project;
    service.start(options);
    window.show();
    return QApplication::exec();
}

int showRemote(const QApplication &application, const QUrl &url)
{
    ui::ServiceMonitor monitor;
    ui::MainWindow window(monitor);
    ui::ServiceFacts facts;
    facts.embedded = false;
    window.showFacts(facts);
    QObject::connect(&application, &QApplication::lastWindowClosed, &application, &QApplication::quit);
    monitor.watch(url);
    window.show();
    return QApplication::exec();
}

} // namespace

int main(int argc, char *argv[])
{
    std::signal(SIGPIPE, SIG_IGN);
    QApplication application(argc, argv);
    QApplication::setApplicationName(u"dragonscales"_s);
    QApplication::setApplicationVersion(QStringLiteral(DRAGONSCALES_VERSION));
    // The service is stopped in an orderly way first.
    QApplication::setQuitOnLastWindowClosed(false);
    ui::applyTheme(application, ui::schemeOf(application.palette()));
    const Arguments arguments = readArguments(application);
    return arguments.url.isEmpty() ? runEmbedded(application, arguments.project)
                                   : showRemote(application, arguments.url);
}
