// SPDX-License-Identifier: LGPL-3.0-or-later
#include "ui/main_window.h"
#include "ui/theme.h"

#include <QApplication>
#include <QDir>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QSignalSpy>
#include <QStatusBar>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

using namespace dragonscales::ui;

namespace {

const QByteArray kReady = R"({"status":"ready","reasons":[]})";

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
    QCoreApplication::processEvents(); // what was just shown has not been laid out yet
    QVERIFY(window.grab().save(folder.filePath(name + QStringLiteral(".png"))));
    applyTheme(*qApp, Scheme::Dark);
    QTRY_COMPARE(window.palette().color(QPalette::Window), palette(Scheme::Dark).color(QPalette::Window));
    QVERIFY(window.grab().save(folder.filePath(name + QStringLiteral("-dark.png"))));
    applyTheme(*qApp, Scheme::Light);
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
    void showsAServiceThatWasNeverReached();
    void showsALostService();
    void showsThatSomethingElseAnswers_data();
    void showsThatSomethingElseAnswers();
    void showsWhyNothingStarted();
    void showsAFolderWithoutProject();
    void scrollsALongListOfProblems();
    void leavesNoGaps();
    void paintsEdgesAndFocus_data();
    void paintsEdgesAndFocus();
    void quitKeyCloses();
    void coloursCanBeRead_data();
    void coloursCanBeRead();
};

void MainWindowTest::showsARunningService()
{
    const FixedAnswer service(200, kReady);
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
    QCOMPARE(textOf(window, "statusGlyph"), QStringLiteral("●"));
    QCOMPARE(textOf(window, "status"), QStringLiteral("Running in this window, ") + service.url().authority());
    QCOMPARE(window.windowTitle(), QStringLiteral("gallery – dragonscales"));
    QVERIFY(window.findChild<QPushButton *>(QStringLiteral("docs"))->isEnabled());
    QVERIFY(window.findChild<QLabel *>(QStringLiteral("sentence"))->isHidden());
    savePicture(window, QStringLiteral("window-running"));
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
    savePicture(window, QStringLiteral("window-not-ready"));
}

void MainWindowTest::showsAServiceThatWasNeverReached()
{
    QUrl gone;
    {
        const FixedAnswer service(200, kReady);
        gone = service.url();
    }
    ServiceMonitor monitor;
    MainWindow window(monitor);
    window.show();
    monitor.watch(gone);
    QTRY_COMPARE(textOf(window, "state"), QStringLiteral("✕ Not reachable"));
    QVERIFY(textOf(window, "sentence").contains(gone.authority()));
    savePicture(window, QStringLiteral("window-not-reachable"));
}

void MainWindowTest::showsALostService()
{
    auto service = std::make_unique<FixedAnswer>(200, kReady);
    ServiceMonitor monitor;
    MainWindow window(monitor);
    window.showFacts({{}, {}, {}, false});
    window.show();
    monitor.watch(service->url());
    QTRY_COMPARE(textOf(window, "state"), QStringLiteral("● Running"));
    QCOMPARE(window.windowTitle(), service->url().authority() + QStringLiteral(" – dragonscales"));
    service.reset();
    QTRY_COMPARE(textOf(window, "state"), QStringLiteral("✕ Connection lost"));
    savePicture(window, QStringLiteral("window-lost"));
}

void MainWindowTest::showsThatSomethingElseAnswers_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("page") << 200 << QByteArray("<html>");
    QTest::newRow("empty object") << 200 << QByteArray("{}");
    QTest::newRow("other status") << 200 << QByteArray(R"({"status":"UP"})");
    QTest::newRow("not found") << 404 << QByteArray(R"({"detail":"Not Found"})");
}

void MainWindowTest::showsThatSomethingElseAnswers()
{
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    const FixedAnswer other(status, body);
    ServiceMonitor monitor;
    MainWindow window(monitor);
    monitor.watch(other.url());
    QTRY_COMPARE(textOf(window, "state"), QStringLiteral("✕ Not reachable"));
    QCOMPARE(textOf(window, "sentence"),
             QStringLiteral("What answers there is no dragonscales service (%1).").arg(status));
}

void MainWindowTest::showsWhyNothingStarted()
{
    ServiceMonitor monitor;
    MainWindow window(monitor);
    window.show();
    monitor.setFailed({QStringLiteral("project.json:3:5: error: No queue “imagse”. Use “images”."),
                       QStringLiteral("The project project.json has an error; the service does not start with it.")});
    QCOMPARE(textOf(window, "state"), QStringLiteral("✕ Not started"));
    const QStringList lines = textOf(window, "sentence").split(u'\n');
    QCOMPARE(lines.size(), 2);
    QVERIFY(lines.first().startsWith(QStringLiteral("The project")));
    QVERIFY(window.findChild<QLabel *>(QStringLiteral("address"))->isHidden());
    savePicture(window, QStringLiteral("window-not-started"));
}

void MainWindowTest::showsAFolderWithoutProject()
{
    ServiceMonitor monitor;
    MainWindow window(monitor);
    window.show();
    monitor.setNoProject(QStringLiteral("/srv/empty"));
    QCOMPARE(textOf(window, "state"), QStringLiteral("○ No project here"));
    QVERIFY(textOf(window, "sentence").startsWith(QStringLiteral("There is no project.json in /srv/empty.")));
    savePicture(window, QStringLiteral("window-no-project"));
}

void MainWindowTest::scrollsALongListOfProblems()
{
    ServiceMonitor monitor;
    MainWindow window(monitor);
    window.show();
    QStringList lines;
    for (int i = 1; i <= 200; ++i) {
        lines.append(QStringLiteral("project.json:%1:5: error: No queue “imagse”. Use “images”.").arg(i));
    }
    monitor.setFailed(lines + QStringList{QStringLiteral("The project has 200 errors.")});
    const auto *sentence = window.findChild<QLabel *>(QStringLiteral("sentence"));
    QTRY_VERIFY(sentence->height() >= 200 * sentence->fontMetrics().height());
    QVERIFY(window.findChild<QScrollArea *>()->verticalScrollBar()->maximum() > 0);
    QVERIFY(window.height() <= 600);
    savePicture(window, QStringLiteral("window-many-problems"));
}

void MainWindowTest::leavesNoGaps()
{
    ServiceMonitor monitor;
    MainWindow window(monitor);
    window.show();
    monitor.setFailed({QStringLiteral("The store /home/anna/.local/share/dragonscales/gallery/store.db is in use by "
                                      "process 4711 at http://127.0.0.1:5003: stop that one first, connect to it, or "
                                      "use another store. Show that one: dragonscales --url http://127.0.0.1:5003")});
    const auto *sentence = window.findChild<QLabel *>(QStringLiteral("sentence"));
    QTRY_VERIFY(sentence->width() > 600);
    QTRY_COMPARE(sentence->height(), sentence->heightForWidth(sentence->width()));
    QVERIFY(sentence->height() <= 2 * sentence->fontMetrics().lineSpacing() + 4);
    savePicture(window, QStringLiteral("window-store-in-use"));
}

void MainWindowTest::paintsEdgesAndFocus_data()
{
    QTest::addColumn<bool>("dark");
    QTest::newRow("light") << false;
    QTest::newRow("dark") << true;
}

void MainWindowTest::paintsEdgesAndFocus()
{
    QFETCH(bool, dark);
    const Scheme scheme = dark ? Scheme::Dark : Scheme::Light;
    const FixedAnswer service(200, kReady);
    ServiceMonitor monitor;
    MainWindow window(monitor);
    window.show();
    applyTheme(*qApp, scheme);
    monitor.watch(service.url());
    auto *button = window.findChild<QPushButton *>(QStringLiteral("docs"));
    QTRY_VERIFY(button->isEnabled());
    const auto colourIn = [](QWidget *widget, const QPoint &at) { return widget->grab().toImage().pixelColor(at); };
    QWidget *card = window.findChild<QLabel *>(QStringLiteral("state"))->parentWidget();
    QCOMPARE(colourIn(card, {0, card->height() / 2}), palette(scheme).color(QPalette::Mid));
    QCOMPARE(colourIn(window.statusBar(), {5, 10}), navColour(scheme));
    window.activateWindow();
    window.setFocus();
    for (int i = 0; i < 10 && !button->hasFocus(); ++i) {
        QTest::keyClick(&window, Qt::Key_Tab);
    }
    QVERIFY(button->hasFocus());
    for (const int x : {0, 1}) {
        QCOMPARE(colourIn(button, {x, button->height() / 2}), palette(scheme).color(QPalette::Link));
    }
    savePicture(window, QStringLiteral("window-focus"));
}

void MainWindowTest::quitKeyCloses()
{
    ServiceMonitor monitor;
    MainWindow window(monitor);
    window.show();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    QTest::keyClick(&window, Qt::Key_Q, Qt::ControlModifier);
    QVERIFY(!window.isVisible());
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
