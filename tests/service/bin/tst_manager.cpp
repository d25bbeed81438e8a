// SPDX-License-Identifier: LGPL-3.0-or-later
#include "service/client/fake_http_server.h"
#include "support/terminal.h"

#include <QCryptographicHash>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QProcessEnvironment>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <sys/stat.h>

using namespace Qt::Literals::StringLiterals;
using namespace dragonscales;
using test::FakeHttpServer;

namespace {

constexpr int kLimitMs = 30'000;

struct Ended
{
    int status = -1; // -1: it did not end by itself
    QByteArray out;
    QByteArray err;
};

QByteArray job(const QByteArray &status)
{
    return R"({"id":"1","status":")" + status + R"(","result":{"b":1,"a":12345678901234567890},"info":null})";
}

} // namespace

// Runs the real program against a server that answers what a row says.
class ManagerTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void sendsRequests_data();
    void sendsRequests();
    void printsSortedWithFourSpaces();
    void printsLogsLineByLine();
    void asksForCancellation();
    void retriesJobs();
    void exitStatusOfAnswers_data();
    void exitStatusOfAnswers();
    void whatIsNoServiceIsSaid_data();
    void whatIsNoServiceIsSaid();
    void endlessHeadEndsInTime();
    void exitStatusOfTrouble_data();
    void exitStatusOfTrouble();
    void readsStandardInput();
    void addressFromTheEnvironment();
    void waitsForTheEnd_data();
    void waitsForTheEnd();
    void waitBearsAServiceThatGoesAway();
    void waitEndsWhereThereIsNoSuchJob();
    void waitTimesOut();
    void interruptEndsIt();
    void wrongUsage_data();
    void wrongUsage();
    void helpNamesEveryCommand();
    void keysAreMadeOnceAndKeptAsHashes();
    void keyFaults();
    void validateTellsProblemsLikeACompiler();
    void validateSaysAtATerminalThatAllIsWell();

private:
    void start(QProcess &process, const QStringList &arguments) const;
    Ended run(const QStringList &arguments, const QByteArray &input = {}) const;
    QString path(const QString &name) const { return m_folder->filePath(name); }
    void write(const QString &name, const QByteArray &content) const
    {
        QFile file(path(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content);
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    QProcessEnvironment m_environment;
};

void ManagerTest::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_environment = QProcessEnvironment::systemEnvironment();
    for (const QString &name : m_environment.keys()) {
        if (name.startsWith(u"DRAGONSCALES_"_s)) {
            m_environment.remove(name);
        }
    }
    m_environment.insert(u"XDG_RUNTIME_DIR"_s, m_folder->path());
    m_environment.insert(u"HOME"_s, m_folder->path());
}

void ManagerTest::start(QProcess &process, const QStringList &arguments) const
{
    process.setProcessEnvironment(m_environment);
    process.setWorkingDirectory(m_folder->path());
    process.start(QStringLiteral(DRAGONSCALES_BIN_DIR) + u"/dragonscales-manager"_s, arguments);
}

Ended ManagerTest::run(const QStringList &arguments, const QByteArray &input) const
{
    QProcess process;
    start(process, arguments);
    process.write(input);
    process.closeWriteChannel();
    // By the event loop, in which the server answers.
    if (!QTest::qWaitFor([&] { return process.state() == QProcess::NotRunning; }, kLimitMs) ||
        process.exitStatus() != QProcess::NormalExit) {
        process.kill();
        process.waitForFinished();
        return {-1, process.readAllStandardOutput(), process.readAllStandardError()};
    }
    return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
}

void ManagerTest::sendsRequests_data()
{
    QTest::addColumn<QStringList>("command");
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("queue") << QStringList{u"queue"_s, u"job.json"_s} << QByteArray("POST /x/api/v1/jobs/ HTTP/1.1")
                           << QByteArray(R"({"task": 12345678901234567890})");
    QTest::newRow("check") << QStringList{u"check"_s, u"0198"_s} << QByteArray("GET /x/api/v1/jobs/0198 HTTP/1.1")
                           << QByteArray();
    QTest::newRow("odd id") << QStringList{u"check"_s, u"../a?b"_s}
                            << QByteArray("GET /x/api/v1/jobs/..%2Fa%3Fb HTTP/1.1") << QByteArray();
    QTest::newRow("list") << QStringList{u"list"_s} << QByteArray("GET /x/api/v1/jobs/ HTTP/1.1") << QByteArray();
    QTest::newRow("remove") << QStringList{u"remove"_s, u"0198"_s} << QByteArray("DELETE /x/api/v1/jobs/0198 HTTP/1.1")
                            << QByteArray();
}

void ManagerTest::sendsRequests()
{
    QFETCH(QStringList, command);
    QFETCH(QByteArray, line);
    QFETCH(QByteArray, body);
    write(u"job.json"_s, R"({"task": 12345678901234567890})");
    const QByteArray answer = command.first() == "list"_L1 ? "[]" : command.first() == "remove"_L1 ? "null" : job("x");
    FakeHttpServer server([&](const QByteArray &) { return FakeHttpServer::json(answer); });
    const Ended ended =
        run(QStringList{u"--url"_s, server.url(u"/x/"_s), u"--header"_s, u"X-API-Key"_s, u"k 1"_s} + command);
    QVERIFY2(ended.status == 0, ended.err.constData());
    QCOMPARE(QJsonDocument::fromJson('[' + ended.out + ']'), QJsonDocument::fromJson('[' + answer + ']'));
    QCOMPARE(ended.err, QByteArray());
    const QByteArray request = server.requests().first();
    QVERIFY2(request.startsWith(line + "\r\n"), request.constData());
    QVERIFY(request.toLower().contains("\r\nx-api-key: k 1\r\n"));
    QVERIFY(request.endsWith("\r\n\r\n" + body));
}

void ManagerTest::printsSortedWithFourSpaces()
{
    FakeHttpServer server([](const QByteArray &) { return FakeHttpServer::json(job("finished")); });
    QCOMPARE(run({u"--url"_s, server.url(), u"check"_s, u"1"_s}).out,
             QByteArray(
                 "{\n    \"id\": \"1\",\n    \"info\": null,\n    \"result\": {\n"
                 "        \"a\": 12345678901234567890,\n        \"b\": 1\n    },\n    \"status\": \"finished\"\n}\n"));
}

void ManagerTest::printsLogsLineByLine()
{
    const auto answer = [](const QByteArray &body) {
        return [body](const QByteArray &) { return FakeHttpServer::json(body); };
    };
    FakeHttpServer server(
        answer("{\"lines\":[{\"time\":\"2026-11-26T20:21:00.123Z\",\"level\":\"info\",\"text\":\"größe\"},"
               "{\"time\":\"2026-11-26T20:21:01.000Z\",\"level\":\"warning\",\"text\":\"\"}]}"));
    const Ended ended = run({u"--url"_s, server.url(), u"logs"_s, u"0198"_s});
    QCOMPARE(ended.status, 0);
    QCOMPARE(ended.out, QByteArray("2026-11-26T20:21:00.123Z info    größe\n2026-11-26T20:21:01.000Z warning \n"));
    QVERIFY(server.requests().first().startsWith("GET /api/v2/jobs/0198/logs HTTP/1.1\r\n"));
    FakeHttpServer none(answer(R"({"lines":[]})"));
    QCOMPARE(run({u"--url"_s, none.url(), u"logs"_s, u"0198"_s}).out, QByteArray());
    FakeHttpServer other(answer("[]"));
    const Ended strange = run({u"--url"_s, other.url(), u"logs"_s, u"0198"_s});
    QCOMPARE(strange.status, 5);
    QVERIFY2(strange.err.contains("no dragonscales service"), strange.err.constData());
}

void ManagerTest::asksForCancellation()
{
    const QByteArray outcome = R"({"id":"0198","outcome":"requested"})";
    FakeHttpServer server([&](const QByteArray &) { return FakeHttpServer::json(outcome, 202); });
    const Ended ended = run({u"--url"_s, server.url(), u"cancel"_s, u"0198"_s});
    QVERIFY2(ended.status == 0, ended.err.constData());
    QCOMPARE(QJsonDocument::fromJson(ended.out), QJsonDocument::fromJson(outcome));
    QVERIFY(server.requests().first().startsWith("POST /api/v2/jobs/0198/cancel HTTP/1.1\r\n"));
    FakeHttpServer late([](const QByteArray &) {
        return FakeHttpServer::json(R"({"title":"Conflict","status":409,"detail":"The job has ended already."})", 409);
    });
    const Ended refused = run({u"--url"_s, late.url(), u"cancel"_s, u"0198"_s});
    QCOMPARE(refused.status, 4);
    QVERIFY2(refused.err.contains("The job has ended already."), refused.err.constData());
    FakeHttpServer none([](const QByteArray &) {
        return FakeHttpServer::json(R"({"title":"Not Found","status":404,"detail":"There is no such job."})", 404);
    });
    for (const QString &command : {u"cancel"_s, u"retry"_s, u"logs"_s}) {
        const Ended unknown = run({u"--url"_s, none.url(), command, u"0198"_s});
        QCOMPARE(unknown.status, 3);
        QVERIFY2(unknown.err.contains("There is no job “0198”"), unknown.err.constData());
    }
}

void ManagerTest::retriesJobs()
{
    const QByteArray queued = R"({"id":"0198","status":"queued","run":2})";
    FakeHttpServer server([&](const QByteArray &) { return FakeHttpServer::json(queued); });
    const Ended ended = run({u"--url"_s, server.url(), u"retry"_s, u"0198"_s});
    QVERIFY2(ended.status == 0, ended.err.constData());
    QCOMPARE(QJsonDocument::fromJson(ended.out), QJsonDocument::fromJson(queued));
    QVERIFY(server.requests().first().startsWith("POST /api/v2/jobs/0198/retry HTTP/1.1\r\n"));
}

void ManagerTest::exitStatusOfAnswers_data()
{
    QTest::addColumn<int>("http");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("exit");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("failed job") << 200 << job("failed") << 0 << QByteArray();
    QTest::newRow("not found") << 404 << QByteArray(R"({"detail":"Not found"})") << 3
                               << QByteArray("There is no job “1” at http://127.0.0.1:");
    QTest::newRow("who are you") << 401 << QByteArray(R"({"detail":"no key"})") << 4 << QByteArray("401: no key");
    QTest::newRow("not you") << 403 << QByteArray(R"({"detail":"no"})") << 4 << QByteArray("403: no");
    QTest::newRow("not valid") << 422 << QByteArray(R"({"detail":[{"msg":"field required"}]})") << 4
                               << QByteArray("\"msg\": \"field required\"");
    QTest::newRow("queue full") << 429 << QByteArray(R"({"detail":"full"})") << 4 << QByteArray("429: full");
    QTest::newRow("redirect") << 307 << QByteArray() << 5 << QByteArray("307");
    QTest::newRow("broken") << 500 << QByteArray("<html>") << 5 << QByteArray("<html>");
    QTest::newRow("store away") << 503 << QByteArray(R"({"detail":"later"})") << 5 << QByteArray("503: later");
    QTest::newRow("gateway") << 504 << QByteArray() << 6 << QByteArray("504");
    QTest::newRow("not JSON") << 200 << QByteArray("<html>hello") << 5 << QByteArray("not JSON");
}

void ManagerTest::exitStatusOfAnswers()
{
    QFETCH(int, http);
    QFETCH(QByteArray, body);
    QFETCH(int, exit);
    QFETCH(QByteArray, says);
    FakeHttpServer server([&](const QByteArray &) { return FakeHttpServer::json(body, http); });
    const Ended ended = run({u"--url"_s, server.url(), u"check"_s, u"1"_s});
    QCOMPARE(ended.status, exit);
    QVERIFY2(ended.err.contains(says), ended.err.constData());
    QCOMPARE(ended.out.isEmpty(), exit != 0);
}

void ManagerTest::whatIsNoServiceIsSaid_data()
{
    QTest::addColumn<QStringList>("command");
    QTest::addColumn<QByteArray>("answer");
    const QStringList check{u"check"_s, u"1"_s};
    QTest::newRow("list") << QStringList{u"list"_s} << QByteArray("{}");
    QTest::newRow("check") << check << QByteArray("{}");
    QTest::newRow("check, status is a number") << check << QByteArray(R"({"id": "1", "status": 200})");
    QTest::newRow("check --wait") << check + QStringList{u"--wait"_s} << QByteArray("{}");
    QTest::newRow("check --wait, not JSON") << check + QStringList{u"--wait"_s} << QByteArray("<html>");
    QTest::newRow("queue") << QStringList{u"queue"_s, u"-"_s} << QByteArray("{}");
    QTest::newRow("remove") << QStringList{u"remove"_s, u"1"_s} << QByteArray("{}");
}

void ManagerTest::whatIsNoServiceIsSaid()
{
    QFETCH(QStringList, command);
    QFETCH(QByteArray, answer);
    FakeHttpServer server([&](const QByteArray &) { return FakeHttpServer::json(answer); });
    const Ended ended = run(QStringList{u"--url"_s, server.url()} + command, "{}");
    QVERIFY2(ended.err.contains("What answered at " + server.url().toLatin1() + " is no dragonscales service: "),
             ended.err.constData());
    QCOMPARE(ended.status, 5);
    QCOMPARE(ended.out, QByteArray());
}

// Qt's network thread reads on and on, and must not hold up the end of the program.
void ManagerTest::endlessHeadEndsInTime()
{
    QTcpServer server;
    QVERIFY(server.listen(QHostAddress::LocalHost));
    connect(&server, &QTcpServer::newConnection, &server, [&] {
        QTcpSocket *socket = server.nextPendingConnection();
        socket->write("HTTP/1.1 200 OK\r\n");
        const auto more = [socket] { socket->write(QByteArray("X-A: b\r\n").repeated(10'000)); };
        connect(socket, &QTcpSocket::bytesWritten, socket, more);
        more();
    });
    const QString url = u"http://127.0.0.1:%1"_s.arg(server.serverPort());
    QElapsedTimer timer;
    timer.start();
    const Ended ended = run({u"--url"_s, url, u"--timeout=1"_s, u"list"_s});
    QVERIFY2(ended.err.contains("did not answer within 1 s"), ended.err.constData());
    QCOMPARE(ended.status, 6);
    QVERIFY2(timer.elapsed() < 5'000, QByteArray::number(timer.elapsed())); // Qt would wait for 5 s more
}

void ManagerTest::exitStatusOfTrouble_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<bool>("close");
    QTest::addColumn<int>("exit");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("silent") << QByteArray() << false << 6 << QByteArray("did not answer within 1 s");
    QTest::newRow("drips") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{") << false << 6
                           << QByteArray("did not answer");
    QTest::newRow("hangs up") << QByteArray() << true << 5 << QByteArray("cannot be reached");
    QTest::newRow("garbage") << QByteArray("220 smtp.example.org ESMTP\r\n\r\n") << true << 5
                             << QByteArray("cannot be reached");
    QTest::newRow("cut off") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{}") << true << 5
                             << QByteArray("cannot be reached");
}

void ManagerTest::exitStatusOfTrouble()
{
    QFETCH(QByteArray, bytes);
    QFETCH(bool, close);
    QFETCH(int, exit);
    QFETCH(QByteArray, says);
    FakeHttpServer server([&](const QByteArray &) { return bytes; });
    if (close) {
        server.closeAfterwards();
    }
    const Ended ended = run({u"--url"_s, server.url(), u"--timeout=1"_s, u"list"_s});
    QVERIFY2(ended.err.contains(says), ended.err.constData());
    QVERIFY(ended.err.contains(server.url().toLatin1()));
    QCOMPARE(ended.status, exit);
}

void ManagerTest::readsStandardInput()
{
    FakeHttpServer server([](const QByteArray &) { return FakeHttpServer::json(job("queued")); });
    QCOMPARE(run({u"--url"_s, server.url(), u"queue"_s, u"-"_s}, "{\"from\": \"stdin\"}").status, 0);
    QVERIFY(server.requests().first().endsWith("{\"from\": \"stdin\"}"));
}

void ManagerTest::addressFromTheEnvironment()
{
    FakeHttpServer server([](const QByteArray &) { return FakeHttpServer::json("[]"); });
    m_environment.insert(u"DRAGONSCALES_SERVICE_URL"_s, server.url());
    QCOMPARE(run({u"list"_s}).out, QByteArray("[]\n"));
}

void ManagerTest::waitsForTheEnd_data()
{
    QTest::addColumn<QByteArray>("end");
    QTest::addColumn<int>("exit");
    QTest::newRow("finished") << QByteArray("finished") << 0;
    QTest::newRow("failed") << QByteArray("failed") << 1;
    QTest::newRow("canceled") << QByteArray("canceled") << 1;
}

void ManagerTest::waitsForTheEnd()
{
    QFETCH(QByteArray, end);
    QFETCH(int, exit);
    int asked = 0;
    FakeHttpServer server([&](const QByteArray &) {
        ++asked;
        return FakeHttpServer::json(job(asked == 1 ? "queued" : asked == 2 ? "started" : end));
    });
    const Ended ended = run({u"--url"_s, server.url(), u"check"_s, u"1"_s, u"--wait"_s});
    QCOMPARE(ended.status, exit);
    QVERIFY(ended.out.contains("\"status\": \"" + end + '"'));
    QCOMPARE(ended.out.count("\"id\""), 1);
    QCOMPARE(ended.err, QByteArray()); // no progress on a pipe
    QCOMPARE(asked, 3);
}

void ManagerTest::waitBearsAServiceThatGoesAway()
{
    int asked = 0;
    FakeHttpServer server([&](const QByteArray &) {
        ++asked;
        return asked == 2 ? FakeHttpServer::json(R"({"detail":"stopping"})", 503)
                          : FakeHttpServer::json(job(asked == 1 ? "started" : "finished"));
    });
    QCOMPARE(run({u"--url"_s, server.url(), u"check"_s, u"1"_s, u"--wait"_s}).status, 0);
    QCOMPARE(asked, 3);
}

void ManagerTest::waitEndsWhereThereIsNoSuchJob()
{
    FakeHttpServer server([](const QByteArray &) { return FakeHttpServer::json(R"({"detail":"Not found"})", 404); });
    const Ended ended = run({u"--url"_s, server.url(), u"check"_s, u"7"_s, u"--wait"_s});
    QCOMPARE(ended.status, 3);
    QCOMPARE(QString::fromUtf8(ended.err), u"dragonscales-manager: There is no job “7” at %1.\n"_s.arg(server.url()));
}

void ManagerTest::waitTimesOut()
{
    FakeHttpServer server([](const QByteArray &) { return FakeHttpServer::json(job("started")); });
    const Ended ended = run({u"--url"_s, server.url(), u"check"_s, u"1"_s, u"--wait"_s, u"--timeout"_s, u"1"_s});
    QCOMPARE(ended.status, 6);
    QVERIFY2(ended.err.contains("it is started"), ended.err.constData());
    QCOMPARE(ended.out, QByteArray());
}

void ManagerTest::interruptEndsIt()
{
    FakeHttpServer server([](const QByteArray &) { return FakeHttpServer::json(job("started")); });
    QProcess process;
    start(process, {u"--url"_s, server.url(), u"check"_s, u"1"_s, u"--wait"_s});
    QTRY_VERIFY_WITH_TIMEOUT(!server.requests().isEmpty(), kLimitMs);
    ::kill(static_cast<pid_t>(process.processId()), SIGINT);
    QTRY_COMPARE_WITH_TIMEOUT(process.state(), QProcess::NotRunning, kLimitMs);
    QCOMPARE(process.exitStatus(), QProcess::CrashExit); // by the signal, which shells show as 130
    QCOMPARE(process.exitCode(), SIGINT);
    QCOMPARE(process.readAllStandardError(), QByteArray());
}

void ManagerTest::wrongUsage_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("says");
    QTest::newRow("nothing") << QStringList() << u"Name a command: “queue”"_s;
    QTest::newRow("unknown") << QStringList{u"chekc"_s, u"1"_s} << u"“check” may be"_s;
    QTest::newRow("unknown key command") << QStringList{u"key"_s, u"ad"_s, u"x"_s} << u"“key add” may be"_s;
    QTest::newRow("key alone") << QStringList{u"key"_s} << u": Write: key add NAME, key list or key remove NAME.\n"_s;
    QTest::newRow("argument missing") << QStringList{u"check"_s} << u"dragonscales-manager check ID"_s;
    QTest::newRow("argument empty") << QStringList{u"check"_s, u""_s} << u"dragonscales-manager check ID"_s;
    QTest::newRow("argument too many") << QStringList{u"list"_s, u"1"_s} << u"dragonscales-manager list"_s;
    QTest::newRow("flag of another") << QStringList{u"list"_s, u"--wait"_s} << u"--wait means nothing to “list”"_s;
    QTest::newRow("unknown flag") << QStringList{u"list"_s, u"--ulr=x"_s} << u"“--url” may be"_s;
    QTest::newRow("two faults") << QStringList{u"list"_s, u"--ulr=x"_s, u"--wiat"_s} << u"“--wait” may be"_s;
    QTest::newRow("no address") << QStringList{u"list"_s, u"--url=localhost:5003"_s} << u"no address of a service"_s;
    QTest::newRow("ftp") << QStringList{u"list"_s, u"--url=ftp://x"_s} << u"no address of a service"_s;
    QTest::newRow("header in one") << QStringList{u"list"_s, u"--header"_s, u"A: b"_s, u"x"_s} << u"two arguments"_s;
    QTest::newRow("header of two lines") << QStringList{u"list"_s, u"--header"_s, u"A"_s, u"x\r\nB: y"_s}
                                         << u"two arguments"_s;
    QTest::newRow("file missing") << QStringList{u"queue"_s, u"gone.json"_s} << u"“gone.json” cannot be read"_s;
    QTest::newRow("folder") << QStringList{u"queue"_s, u"."_s} << u"it is a folder"_s;
    QTest::newRow("role missing") << QStringList{u"key"_s, u"add"_s, u"x"_s} << u"--role is missing"_s;
    QTest::newRow("role unknown") << QStringList{u"key"_s, u"add"_s, u"x"_s, u"--role=king"_s}
                                  << u"viewer, submitter"_s;
}

void ManagerTest::wrongUsage()
{
    QFETCH(QStringList, arguments);
    QFETCH(QString, says);
    const Ended ended = run(arguments);
    QVERIFY2(QString::fromUtf8(ended.err).contains(says), ended.err.constData());
    for (const QByteArray &line : ended.err.trimmed().split('\n')) {
        QVERIFY2(line.startsWith("dragonscales-manager: "), line.constData());
    }
    QCOMPARE(ended.status, 2);
    QCOMPARE(ended.out, QByteArray());
}

void ManagerTest::helpNamesEveryCommand()
{
    const Ended ended = run({u"check"_s, u"--help"_s});
    QCOMPARE(ended.status, 0);
    for (const char *word : {"queue FILE", "check ID", "list", "remove ID", "validate FILE", "key add NAME", "key list",
                             "key remove NAME", "--header NAME VALUE", "DRAGONSCALES_SERVICE_URL", "6 timed out"}) {
        QVERIFY2(ended.out.contains(word), word);
    }
    QCOMPARE(run({u"--version"_s}).out, QByteArray(DRAGONSCALES_VERSION "\n"));
}

void ManagerTest::keysAreMadeOnceAndKeptAsHashes()
{
    const Ended added = run({u"key"_s, u"add"_s, u"ci \"é\""_s, u"--role"_s, u"Submitter"_s});
    QVERIFY2(added.status == 0, added.err.constData());
    const QByteArray key = added.out.trimmed();
    QVERIFY(key.size() > 40);
    QCOMPARE(run({u"key"_s, u"add"_s, u"boss"_s, u"--role=admin"_s}).status, 0);
    QFile file(path(u"keys.json"_s));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray text = file.readAll();
    QVERIFY(!text.contains(key));
    const QJsonArray keys = QJsonDocument::fromJson(text).object().value(u"keys"_s).toArray();
    QCOMPARE(keys.size(), 2);
    const QJsonObject first = keys.first().toObject();
    QCOMPARE(first.value(u"name"_s).toString(), u"ci \"é\""_s);
    QCOMPARE(first.value(u"role"_s).toString(), u"submitter"_s);
    QCOMPARE(first.value(u"sha256"_s).toString().toLatin1(),
             QCryptographicHash::hash(key, QCryptographicHash::Sha256).toHex());
    struct stat info = {};
    QCOMPARE(::stat(QFile::encodeName(file.fileName()).constData(), &info), 0);
    QCOMPARE(info.st_mode & 0777, 0600U);
    const Ended listed = run({u"key"_s, u"list"_s});
    QCOMPARE(listed.status, 0);
    QVERIFY(listed.out.contains("\"role\": \"admin\"") && !listed.out.contains("sha256"));
    QCOMPARE(run({u"key"_s, u"remove"_s, u"boss"_s}).status, 0);
    QCOMPARE(run({u"key"_s, u"remove"_s, u"boss"_s}).status, 3);
    QVERIFY(!run({u"key"_s, u"list"_s}).out.contains("boss"));
}

void ManagerTest::keyFaults()
{
    QCOMPARE(run({u"key"_s, u"add"_s, u"x"_s, u"--role=viewer"_s}).status, 0);
    QCOMPARE(run({u"key"_s, u"add"_s, u"x"_s, u"--role=viewer"_s}).status, 4);
    write(u"other.json"_s, "{\"keys\": 3}");
    const Ended wrong = run({u"key"_s, u"add"_s, u"x"_s, u"--role=viewer"_s, u"--file=other.json"_s});
    QCOMPARE(wrong.status, 2);
    QVERIFY2(wrong.err.contains("other.json"), wrong.err.constData());
    QFile other(path(u"other.json"_s));
    QVERIFY(other.open(QIODevice::ReadOnly));
    QCOMPARE(other.readAll(), QByteArray("{\"keys\": 3}"));
    QCOMPARE(run({u"key"_s, u"add"_s, u"x"_s, u"--role=viewer"_s, u"--file=gone/keys.json"_s}).status, 2);
}

void ManagerTest::validateTellsProblemsLikeACompiler()
{
    write(u"project.json"_s,
          "{\"queues\": [{\"name\": \"images\"}],\n \"tasks\": [{\"name\": \"t\", \"queue\": \"imagse\", "
          "\"module\": \"no.such\"}],\n \"storages\": [], \"callbacks\": []}");
    const Ended ended = run({u"validate"_s, u"project.json"_s});
    QCOMPARE(ended.status, 1);
    QVERIFY2(ended.out.contains("project.json:2:35: error: No queue “imagse”. Use “images”. [/tasks/0/queue]\n"),
             ended.out.constData());
    QVERIFY2(ended.out.contains("/tasks/0/module]\n"), ended.out.constData());
    QCOMPARE(run({u"validate"_s, u"gone.json"_s}).status, 1);
    write(u"project.json"_s, R"({"queues": [], "tasks": [], "storages": [], "callbacks": []})");
    QCOMPARE(run({u"validate"_s, u"project.json"_s}).status, 0);
}

void ManagerTest::validateSaysAtATerminalThatAllIsWell()
{
    if (!test::canOpenTerminals()) {
        QSKIP("this machine has no terminals to give: /dev/pts is not mounted");
    }
    m_environment.insert(u"HOOK_SECRET"_s, u"secret"_s);
    const QString project = QStringLiteral(DRAGONSCALES_SOURCE_DIR "/resources/examples/gallery/project.json");
    QCOMPARE(run({u"validate"_s, project}).out, QByteArray());
    QProcess process;
    process.setProcessEnvironment(m_environment);
    const auto command = QStringLiteral(DRAGONSCALES_BIN_DIR "/dragonscales-manager validate '%1'").arg(project);
    process.start(u"script"_s, {u"-qec"_s, command, u"/dev/null"_s});
    QVERIFY(process.waitForFinished(kLimitMs));
    QCOMPARE(process.exitCode(), 0);
    QCOMPARE(QString::fromUtf8(process.readAllStandardOutput()).trimmed(), project + u": no problems."_s);
}

QTEST_GUILESS_MAIN(ManagerTest)
#include "tst_manager.moc"
