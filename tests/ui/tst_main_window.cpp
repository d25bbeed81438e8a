// SPDX-License-Identifier: LGPL-3.0-or-later
#include "ui/main_window.h"
#include "ui/theme.h"

#include <QApplication>
#include <QDir>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

using namespace dragonscales::ui;

namespace {

// Answers every request with one status and body, as /readyz of a service would.
class FixedAnswer final : public QTcpServer
{
public:
    FixedAnswer(int status, const QByteArray &body)
    {
        const QByteArray answer = "HTTP/1.1 " + QByteArray::number(status) +
                                  " X\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: " +
                                  QByteArray::number(body.size()) + "\r\n\r\n" + body;
        connect(this, &QTcpServer::newConnection, this, [this, answer] {
            QTcpSocket *socket = nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, socket, [socket, answer] {
                socket->write(answer);
                socket->disconnectFromHost();
            });
        });
        listen(QHostAddress::LocalHost);
    }

    QUrl url() const { return QUrl(QStringLiteral("http://127.0.0.1:%1").arg(serverPort())); }
};

QString textOf(const MainWindow &window, const char *name)
{
    return window.findChild<QLabel *>(QLatin1StringView(name))->text();
}

// A picture for a person to look at; where the build is, never in the sources.
void savePicture(MainWindow &window, const QString &name)
{
    const QDir folder(QStringLiteral(DRAGONSCALES_BUILD_DIR "/pictures"));
    QVERIFY(folder.mkpath(QStringLiteral(".")));
    QVERIFY(window.grab().save(folder.filePath(name)));
}

double channel(int value)
{
    const double part = value / 255.0;
    return part <= 0.04045 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4);
}

// WCAG 2: relative luminance, contrast ratio.
double luminance(const QColor &colour)
{
    return 0.2126 * channel(colour.red()) + 0.7152 * channel(colour.green()) + 0.0722 * channel(colour.blue());
}

double contrast(const QColor &one, const QColor &other)
{
    const auto [low, high] = std::minmax({luminance(one), luminance(other)});
    return (high + 0.05) / (low + 0.05);
}

} // namespace

class MainWindowTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void showsARunningService();
    void showsWhatKeepsAServiceFromBeingReady();
    void showsALostService();
    void showsWhyNothingStarted();
    void coloursCanBeRead_data();
    void coloursCanBeRead();
};

void MainWindowTest::showsARunningService()
{
    const FixedAnswer service(200, "{}");
    ServiceMonitor monitor;
    MainWindow window(monitor);
    window.showFacts({QStringLiteral("gallery"), QStringLiteral("/srv/gallery/project.json"),
                      QStringLiteral("/var/lib/dragonscales/gallery/store.db"), true});
    window.show();
    QCOMPARE(textOf(window, "state"), QStringLiteral("○ Starting"));
    QVERIFY(!window.findChild<QPushButton *>(QStringLiteral("docs"))->isEnabled());

    monitor.watch(service.url());
    QTRY_COMPARE(textOf(window, "state"), QStringLiteral("● Running"));
    QCOMPARE(textOf(window, "title"), QStringLiteral("gallery"));
    QCOMPARE(textOf(window, "project"), QStringLiteral("/srv/gallery/project.json"));
    QCOMPARE(textOf(window, "status"), QStringLiteral("● Running in this window, ") + service.url().authority());
    QVERIFY(window.findChild<QPushButton *>(QStringLiteral("docs"))->isEnabled());
    QVERIFY(window.findChild<QLabel *>(QStringLiteral("sentence"))->isHidden());
    savePicture(window, QStringLiteral("window-running.png"));
}

void MainWindowTest::showsWhatKeepsAServiceFromBeingReady()
{
    const FixedAnswer service(
        503, R"({"status":"not ready","reasons":["The store cannot write.","The engine is not running."]})");
    ServiceMonitor monitor;
    MainWindow window(monitor);
    window.show();
    monitor.watch(service.url());
    QTRY_COMPARE(textOf(window, "state"), QStringLiteral("▲ Not ready"));
    QCOMPARE(textOf(window, "sentence"), QStringLiteral("The store cannot write.\nThe engine is not running."));
    savePicture(window, QStringLiteral("window-not-ready.png"));
}

void MainWindowTest::showsALostService()
{
    QUrl gone;
    {
        const FixedAnswer service(200, "{}");
        gone = service.url();
    }
    ServiceMonitor monitor;
    MainWindow window(monitor);
    window.show();
    monitor.watch(gone);
    QTRY_COMPARE(textOf(window, "state"), QStringLiteral("✕ Connection lost"));
    QVERIFY(textOf(window, "sentence").contains(gone.authority()));
    savePicture(window, QStringLiteral("window-lost.png"));
}

void MainWindowTest::showsWhyNothingStarted()
{
    ServiceMonitor monitor;
    MainWindow window(monitor);
    window.show();
    monitor.setFailed(QStringLiteral("project.json:3:5: error: No queue “imagse”. Use “images”."));
    QCOMPARE(textOf(window, "state"), QStringLiteral("✕ Not started"));
    QVERIFY(textOf(window, "sentence").startsWith(QStringLiteral("project.json:3:5")));
    QCOMPARE(textOf(window, "address"), QStringLiteral("none"));
    savePicture(window, QStringLiteral("window-not-started.png"));
}

void MainWindowTest::coloursCanBeRead_data()
{
    QTest::addColumn<QColor>("text");
    QTest::addColumn<QColor>("ground");
    for (const Scheme scheme : {Scheme::Light, Scheme::Dark}) {
        const QPalette colours = palette(scheme);
        const char *name = scheme == Scheme::Light ? "light" : "dark";
        for (const QPalette::ColorRole ground : {QPalette::Window, QPalette::Base}) {
            const auto row = [&](const char *what, const QColor &colour) {
                QTest::addRow("%s %s on %d", name, what, static_cast<int>(ground)) << colour << colours.color(ground);
            };
            row("text", colours.color(QPalette::Text));
            row("secondary", colours.color(QPalette::PlaceholderText));
            row("ok", foreground(StateColour::Ok, scheme));
            row("bad", foreground(StateColour::Bad, scheme));
            row("warn", foreground(StateColour::Warn, scheme));
            row("run", foreground(StateColour::Run, scheme));
            row("mute", foreground(StateColour::Mute, scheme));
        }
    }
}

void MainWindowTest::coloursCanBeRead()
{
    QFETCH(QColor, text);
    QFETCH(QColor, ground);
    QVERIFY2(contrast(text, ground) >= 4.5, qPrintable(QString::number(contrast(text, ground))));
}

int main(int argc, char *argv[])
{
    QApplication application(argc, argv);
    applyTheme(application, Scheme::Light);
    MainWindowTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_main_window.moc"
