// SPDX-License-Identifier: LGPL-3.0-or-later
#include "support/http_call.h"

#include <QFile>
#include <QProcess>
#include <QProcessEnvironment>
#include <QTcpServer>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

using namespace dragonscales;
using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int kLimitMs = 30'000;

quint16 freePort()
{
    QTcpServer server;
    server.listen(QHostAddress::LocalHost);
    return server.serverPort();
}

} // namespace

// The program around the window: its command line and its end.
class WindowProgramTest final : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_folder;

    void start(QProcess &process, const QStringList &arguments, bool display) const
    {
        auto environment = QProcessEnvironment::systemEnvironment();
        for (const auto &name : {u"DISPLAY"_s, u"WAYLAND_DISPLAY"_s, u"QT_QPA_PLATFORM"_s}) {
            environment.remove(name);
        }
        if (display) {
            environment.insert(u"QT_QPA_PLATFORM"_s, u"offscreen"_s);
        }
        environment.insert(u"HOME"_s, m_folder->path());
        environment.insert(u"XDG_RUNTIME_DIR"_s, m_folder->path());
        process.setProcessEnvironment(environment);
        process.setWorkingDirectory(m_folder->path());
        process.start(QStringLiteral(DRAGONSCALES_BIN_DIR "/dragonscales"), arguments);
        QVERIFY(process.waitForStarted());
    }

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void readsItsArgumentsWithoutADisplay_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("says");
        QTest::newRow("help") << QStringList{u"--help"_s} << 0 << u"--queue-url URL"_s;
        QTest::newRow("version") << QStringList{u"--version"_s} << 0 << QStringLiteral(DRAGONSCALES_VERSION);
        QTest::newRow("unknown flag") << QStringList{u"--adress"_s} << 2 << u"dragonscales: There is no flag"_s;
        QTest::newRow("address") << QStringList{u"--address=5003"_s} << 2 << u"dragonscales: --address 5003: "_s;
        QTest::newRow("store") << QStringList{u"--queue-url=x.db"_s} << 2 << u"dragonscales: --queue-url x.db: "_s;
        QTest::newRow("url") << QStringList{u"--url=localhost:5003"_s} << 2
                             << u"dragonscales: “localhost:5003” is no address of a service"_s;
        QTest::newRow("no display") << QStringList{} << 2
                                    << u"dragonscales: There is no display. Set DISPLAY, or run the service alone: "
                                       "dragonscales-service --project FILE.\n"_s;
    }
    void readsItsArgumentsWithoutADisplay()
    {
        QFETCH(QStringList, arguments);
        QFETCH(int, status);
        QFETCH(QString, says);
        QProcess process;
        start(process, arguments, false);
        QVERIFY(process.waitForFinished(kLimitMs));
        QCOMPARE(process.exitStatus(), QProcess::NormalExit);
        QCOMPARE(process.exitCode(), status);
        const QByteArray out = status == 0 ? process.readAllStandardOutput() : process.readAllStandardError();
        QVERIFY2(QString::fromUtf8(out).contains(says), out.constData());
    }

    void aSignalStopsTheServiceInAnOrderlyWay_data()
    {
        QTest::addColumn<int>("number");
        QTest::newRow("TERM") << SIGTERM;
        QTest::newRow("INT") << SIGINT;
    }
    void aSignalStopsTheServiceInAnOrderlyWay()
    {
        QFETCH(int, number);
        QFile file(m_folder->filePath(u"project.json"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(R"({"id": "window", "queues": [], "tasks": [], "storages": [], "callbacks": []})");
        file.close();
        const QString address = u"127.0.0.1:%1"_s.arg(freePort());
        QProcess process;
        start(process, {u"--address"_s, address, u"--queue-url"_s, u"sqlite:mine.db"_s}, true);
        const test::HttpCall http(u"http://"_s + address);
        QTRY_COMPARE_WITH_TIMEOUT(http.get("/healthz").status, 200, kLimitMs);
        QVERIFY(QFile::exists(m_folder->filePath(u"mine.db"_s)));
        ::kill(static_cast<pid_t>(process.processId()), number);
        QVERIFY(process.waitForFinished(kLimitMs));
        QCOMPARE(process.exitStatus(), QProcess::NormalExit);
        QCOMPARE(process.exitCode(), 0);
    }
};

QTEST_GUILESS_MAIN(WindowProgramTest)
#include "tst_window_program.moc"
