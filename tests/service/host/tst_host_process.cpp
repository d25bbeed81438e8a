// SPDX-License-Identifier: LGPL-3.0-or-later
#include "host_fixture.h"

#include <QDir>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <csignal>
#include <thread>

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;
using namespace dragonscales;
using host::Control;
using host::JobOutcome;
using testing::HostFixture;

namespace {

constexpr auto kProcess = core::Isolation::Process;

QJsonObject objectOf(const QByteArray &json)
{
    return QJsonDocument::fromJson(json).object();
}

} // namespace

// Tasks and storages in runners: what code can do wrong, and that nothing else notices.
class HostProcessTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void misbehavingTaskFails_data();
    void misbehavingTaskFails();
    void misbehavingStorageFails_data();
    void misbehavingStorageFails();
    void misbehavingConstructorFails_data();
    void misbehavingConstructorFails();
    void tooMuchMemoryEndsTheJob();
    void childLeftBehindIsNamedAndKilled_data();
    void childLeftBehindIsNamedAndKilled();
    void lastWordsAreInTheDetail();
    void outputBecomesLogLines();
    void closedOutputIsNotTheNextJobsTrouble();
    void strangeLocationsArriveAsWritten_data();
    void strangeLocationsArriveAsWritten();
    void runnerIsKeptWarm();
    void runnerIsReplacedAfterItsJobs();
    void idleRunnerThatEndedIsReplaced();
    void cancelEndsCodeThatListens();
    void cancelKillsCodeThatDoesNot();
    void gracelessRequestEndsTheGrace();
    void resultFileLiesInScratchAndIsRemoved();
    void childrenGetNoSecrets();
    void bigParamsReachTheTask();
    void missingRunnerIsASentence();
    void runnerThatDoesNotStartIsASentence();
    void runnersShareNoDescriptors();
    void jobsRunAtTheSameTime();

private:
    static void warmUp(HostFixture &fixture);
    void checkFailure(HostFixture &fixture, const JobOutcome &outcome, const QString &type, const QString &words);
};

// The start of a runner is not to use up the time limit that a test is about.
void HostProcessTest::warmUp(HostFixture &fixture)
{
    const auto outcome = fixture.host().run(fixture.echo(kProcess), std::make_shared<Control>());
    QCOMPARE(outcome.kind, JobOutcome::Kind::Finished);
}

void HostProcessTest::checkFailure(HostFixture &fixture, const JobOutcome &outcome, const QString &type,
                                   const QString &words)
{
    QCOMPARE(outcome.kind, JobOutcome::Kind::Failed);
    QVERIFY2(outcome.error.message.contains(words), qPrintable(outcome.error.message));
    QCOMPARE(outcome.error.type, type);
    const auto next = fixture.host().run(fixture.echo(kProcess), std::make_shared<Control>());
    QVERIFY2(next.kind == JobOutcome::Kind::Finished, qPrintable(next.error.message));
    QCOMPARE(next.location, "12345678901234567890");
}

void HostProcessTest::misbehavingTaskFails_data()
{
    QTest::addColumn<QString>("deed");
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("words");
    QTest::addColumn<bool>("ends"); // its process
    QTest::newRow("segmentation fault") << u"segv"_s << u"crash"_s
                                        << u"The task crashed: SIGSEGV (segmentation fault)"_s << true;
    QTest::newRow("abort") << u"abort"_s << u"crash"_s << u"The task crashed: SIGABRT (aborted)"_s << true;
    QTest::newRow("exit") << u"exit"_s << u"crash"_s << u"exited with status 3"_s << true;
    QTest::newRow("_exit") << u"_exit"_s << u"crash"_s << u"exited with status 3"_s << true;
    QTest::newRow("killed") << u"kill"_s << u"crash"_s << u"The task was killed: SIGKILL"_s << true;
    QTest::newRow("endless") << u"loop"_s << u"timeout"_s << u"longer than its time limit of 1 s"_s << true;
    QTest::newRow("ignores SIGTERM") << u"ignore SIGTERM"_s << u"timeout"_s << u"time limit of 1 s"_s << true;
    QTest::newRow("blocks signals") << u"block signals"_s << u"timeout"_s << u"time limit of 1 s"_s << true;
    QTest::newRow("stops itself") << u"stop"_s << u"timeout"_s << u"time limit of 1 s"_s << true;
    QTest::newRow("late but obedient") << u"wait for stop"_s << u"timeout"_s << u"time limit of 1 s"_s << true;
    QTest::newRow("flood") << u"flood"_s << u"output"_s << u"more than 1 MiB of output"_s << true;
    QTest::newRow("flood of log lines") << u"flood log"_s << u"output"_s << u"more than 1 MiB of output"_s << true;
    QTest::newRow("throws") << u"throw"_s << u"exception"_s << u"thrown on purpose"_s << false;
    QTest::newRow("throws an int") << u"throw int"_s << u"exception"_s << u"threw an exception of type int"_s << false;
    QTest::newRow("fails") << u"fail"_s << u"failure"_s << u"failed on purpose"_s << false;
    QTest::newRow("fails for good") << u"fail for good"_s << u"failure"_s << u"will never work"_s << false;
    QTest::newRow("no JSON") << u"no JSON"_s << u"result"_s << u"module misbehave) answered a result that is no JSON"_s
                             << false;
    QTest::newRow("not UTF-8") << u"not UTF-8"_s << u"result"_s << u"answered a result that is no JSON"_s << false;
    QTest::newRow("200 MB") << u"200 MB"_s << u"result"_s << u"a result of 200000002 bytes; at most 67108864"_s
                            << false;
    QTest::newRow("closes descriptors") << u"close descriptors"_s << u"crash"_s << u"closed or replaced descriptors"_s
                                        << true;
    QTest::newRow("replaces descriptors")
        << u"replace descriptors"_s << u"crash"_s << u"closed or replaced descriptors"_s << true;
    QTest::newRow("garbage") << u"garbage"_s << u"protocol"_s << u"wrote to a descriptor that is not its own"_s << true;
}

void HostProcessTest::misbehavingTaskFails()
{
    QFETCH(QString, deed);
    QFETCH(QString, type);
    QFETCH(QString, words);
    QFETCH(bool, ends);
    host::HostOptions options;
    options.maxOutputBytes = 1024 * 1024;
    HostFixture fixture(options);
    host::JobCall call = fixture.job(deed, kProcess);
    if (type == "timeout"_L1) {
        warmUp(fixture);
        call.timeout = 1s;
    }
    const auto outcome = fixture.host().run(call, std::make_shared<Control>());
    checkFailure(fixture, outcome, type, words);
    QCOMPARE(outcome.error.permanent, deed == "fail for good"_L1);
    QCOMPARE(fixture.noted().size(), 1);
    QCOMPARE(fixture.alive().isEmpty(), ends);
    fixture.host().endIdleRunners();
    QTRY_VERIFY(fixture.alive().isEmpty());
    QCOMPARE(fixture.host().runnersAlive(), 0);
}

void HostProcessTest::misbehavingStorageFails_data()
{
    QTest::addColumn<QString>("deed");
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("words");
    QTest::newRow("segmentation fault") << u"segv"_s << u"crash"_s << u"The storage crashed: SIGSEGV"_s;
    QTest::newRow("exit") << u"exit"_s << u"crash"_s << u"The storage ended its process: exited with status 3"_s;
    QTest::newRow("endless") << u"loop"_s << u"timeout"_s << u"time limit of 1 s"_s;
    QTest::newRow("throws") << u"throw"_s << u"exception"_s << u"thrown on purpose"_s;
    QTest::newRow("fails") << u"fail"_s << u"failure"_s << u"nowhere to store it"_s;
    QTest::newRow("no JSON") << u"no JSON"_s << u"result"_s
                             << u"The storage “bad” (module misbehave) answered a location that is no JSON"_s;
    QTest::newRow("200 MB") << u"200 MB"_s << u"result"_s << u"a location of 200000002 bytes"_s;
    QTest::newRow("child") << u"child"_s << u"child"_s << u"(sleep 1000)"_s;
}

void HostProcessTest::misbehavingStorageFails()
{
    QFETCH(QString, deed);
    QFETCH(QString, type);
    QFETCH(QString, words);
    HostFixture fixture;
    host::JobCall call = fixture.job({}, kProcess);
    call.task = fixture.echo(kProcess).task;
    call.storage = {u"bad"_s, fixture.paramsFor(deed)};
    if (type == "timeout"_L1) {
        call.timeout = 1s;
    }
    const auto outcome = fixture.host().run(call, std::make_shared<Control>());
    checkFailure(fixture, outcome, type, words);
    fixture.host().endIdleRunners();
    QTRY_VERIFY(fixture.alive().isEmpty());
}

void HostProcessTest::misbehavingConstructorFails_data()
{
    QTest::addColumn<QByteArray>("args");
    QTest::addColumn<QString>("entry");
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("words");
    QTest::newRow("throws") << QByteArray(R"({"do":"throw"})") << u"bad"_s << u"exception"_s << u"thrown on purpose"_s;
    QTest::newRow("throws an int")
        << QByteArray(R"({"do":"throw int"})") << u"bad"_s << u"exception"_s
        << u"The constructor of task “bad” (module misbehave) threw an exception of type int"_s;
    QTest::newRow("crashes") << QByteArray(R"({"do":"segv"})") << u"bad"_s << u"crash"_s
                             << u"misbehave.so”, while it was being loaded, crashed: SIGSEGV"_s;
    QTest::newRow("is not there") << QByteArray("{}") << u"ghost"_s << u"module"_s << u"has no task “ghost”"_s;
}

void HostProcessTest::misbehavingConstructorFails()
{
    QFETCH(QByteArray, args);
    QFETCH(QString, entry);
    QFETCH(QString, type);
    QFETCH(QString, words);
    HostFixture fixture({}, args);
    host::JobCall call = fixture.job({}, kProcess);
    call.task.name = entry;
    checkFailure(fixture, fixture.host().run(call, std::make_shared<Control>()), type, words);
}

void HostProcessTest::tooMuchMemoryEndsTheJob()
{
    HostFixture fixture;
    host::JobCall call = fixture.job(u"allocate"_s, kProcess);
    call.queue.memoryMiB = 256;
    const auto outcome = fixture.host().run(call, std::make_shared<Control>());
    checkFailure(fixture, outcome, u"memory"_s, u"MiB of memory; its queue allows 256 MiB"_s);
    QVERIFY(fixture.alive().isEmpty());
}

void HostProcessTest::childLeftBehindIsNamedAndKilled_data()
{
    QTest::addColumn<QString>("deed");
    QTest::addColumn<QString>("type");
    QTest::newRow("child") << u"child"_s << u"child"_s;
    QTest::newRow("daemon of a session of its own") << u"daemon"_s << u"child"_s;
    QTest::newRow("daemon of a task that crashed") << u"daemon, then crash"_s << u"crash"_s;
    QTest::newRow("daemon of a task that hangs") << u"daemon, then loop"_s << u"timeout"_s;
}

void HostProcessTest::childLeftBehindIsNamedAndKilled()
{
    QFETCH(QString, deed);
    QFETCH(QString, type);
    HostFixture fixture;
    host::JobCall call = fixture.job(deed, kProcess);
    if (type == "timeout"_L1) {
        warmUp(fixture);
        call.timeout = 1s;
    }
    const auto outcome = fixture.host().run(call, std::make_shared<Control>());
    const QList<qint64> noted = fixture.noted();
    QCOMPARE(noted.size(), 2);
    const QString words = type == "child"_L1 ? u"%1 (sleep 1000)"_s.arg(noted.at(1)) : QString();
    checkFailure(fixture, outcome, type, words);
    QTRY_VERIFY(fixture.alive().isEmpty());
}

void HostProcessTest::lastWordsAreInTheDetail()
{
    HostFixture fixture;
    const auto outcome = fixture.host().run(fixture.job(u"words, then abort"_s, kProcess), std::make_shared<Control>());
    checkFailure(fixture, outcome, u"crash"_s, u"SIGABRT"_s);
    QVERIFY2(outcome.error.detail.startsWith("the last words"_L1), qPrintable(outcome.error.detail));
}

void HostProcessTest::outputBecomesLogLines()
{
    HostFixture fixture;
    const auto control = std::make_shared<Control>();
    const testing::Heard heard(*control);
    const auto outcome = fixture.host().run(fixture.job(u"print"_s, kProcess), control);
    QCOMPARE(outcome.kind, JobOutcome::Kind::Finished);
    QCOMPARE(heard.linesOf(u"stdout"_s), QStringList({u"hello from stdout"_s, u"no line end"_s}));
    QVERIFY(heard.linesOf(u"stderr"_s).contains(u"hello from stderr"_s));
    QCOMPARE(heard.linesOf(u"warning"_s), QStringList{u"hello from the log"_s});
    QCOMPARE(heard.fraction, 0.5);
    QCOMPARE(heard.text, u"half"_s);
}

void HostProcessTest::closedOutputIsNotTheNextJobsTrouble()
{
    HostFixture fixture;
    const auto first = fixture.host().run(fixture.job(u"close output"_s, kProcess), std::make_shared<Control>());
    QCOMPARE(first.kind, JobOutcome::Kind::Finished);
    const auto control = std::make_shared<Control>();
    const testing::Heard heard(*control);
    QCOMPARE(fixture.host().run(fixture.job(u"print"_s, kProcess), control).kind, JobOutcome::Kind::Finished);
    QVERIFY(heard.linesOf(u"stdout"_s).contains(u"hello from stdout"_s));
}

void HostProcessTest::strangeLocationsArriveAsWritten_data()
{
    QTest::addColumn<QString>("deed");
    QTest::addColumn<QByteArray>("location");
    QTest::newRow("line breaks") << u"line breaks"_s << QByteArray("{\n\"a\":\r\n12345678901234567890\n}");
    QTest::newRow("200 deep") << u"deep"_s << QByteArray(200, '[') + QByteArray(200, ']');
}

void HostProcessTest::strangeLocationsArriveAsWritten()
{
    QFETCH(QString, deed);
    QFETCH(QByteArray, location);
    HostFixture fixture;
    host::JobCall call = fixture.job({}, kProcess);
    call.storage = {u"bad"_s, fixture.paramsFor(deed)};
    const auto outcome = fixture.host().run(call, std::make_shared<Control>());
    QVERIFY2(outcome.kind == JobOutcome::Kind::Finished, qPrintable(outcome.error.message));
    QCOMPARE(outcome.location, location);
}

void HostProcessTest::runnerIsKeptWarm()
{
    HostFixture fixture;
    host::JobCall call = fixture.job({}, kProcess);
    call.traceparent = "00-trace";
    QJsonObject first;
    for (int i = 1; i <= 3; ++i) {
        const auto outcome = fixture.host().run(call, std::make_shared<Control>());
        const QJsonObject said = objectOf(outcome.location);
        first = i == 1 ? said : first;
        QCOMPARE(said.value("calls"_L1).toInt(), i);
        QCOMPARE(said.value("pid"_L1), first.value("pid"_L1));
        QCOMPARE(said.value("entry"_L1).toString(), u"bad"_s);
        QCOMPARE(said.value("job"_L1).toString(), call.job.toString(QUuid::WithoutBraces));
        QCOMPARE(said.value("trace"_L1).toString(), u"00-trace"_s);
    }
    QCOMPARE(fixture.host().runnersAlive(), 1);
}

void HostProcessTest::runnerIsReplacedAfterItsJobs()
{
    HostFixture fixture;
    host::JobCall call = fixture.job({}, kProcess);
    call.queue.jobsPerRunner = 2;
    QSet<int> pids;
    for (int i = 0; i < 4; ++i) {
        pids.insert(objectOf(fixture.host().run(call, std::make_shared<Control>()).location).value("pid"_L1).toInt());
    }
    QCOMPARE(pids.size(), 2);
    QCOMPARE(fixture.host().runnersAlive(), 0);
}

void HostProcessTest::idleRunnerThatEndedIsReplaced()
{
    HostFixture fixture;
    fixture.host().run(fixture.job({}, kProcess), std::make_shared<Control>());
    QCOMPARE(fixture.alive().size(), 1);
    ::kill(static_cast<pid_t>(fixture.alive().first()), SIGKILL);
    const auto outcome = fixture.host().run(fixture.echo(kProcess), std::make_shared<Control>());
    QVERIFY2(outcome.kind == JobOutcome::Kind::Finished, qPrintable(outcome.error.message));
}

void HostProcessTest::cancelEndsCodeThatListens()
{
    HostFixture fixture;
    const auto control = std::make_shared<Control>();
    host::JobCall call = fixture.job(u"wait for stop"_s, kProcess);
    call.queue.grace = 60s;
    std::thread canceler([&] {
        QTRY_VERIFY(!fixture.noted().isEmpty());
        control->request(Control::Request::Cancel);
    });
    const auto outcome = fixture.host().run(call, control);
    canceler.join();
    QCOMPARE(outcome.kind, JobOutcome::Kind::Canceled);
    QVERIFY(fixture.alive().isEmpty());
}

void HostProcessTest::cancelKillsCodeThatDoesNot()
{
    HostFixture fixture;
    const auto control = std::make_shared<Control>();
    std::thread canceler([&] {
        QTRY_VERIFY(!fixture.noted().isEmpty());
        control->request(Control::Request::Stop);
    });
    const auto outcome = fixture.host().run(fixture.job(u"ignore SIGTERM"_s, kProcess), control);
    canceler.join();
    QCOMPARE(outcome.kind, JobOutcome::Kind::Stopped);
    QVERIFY(fixture.alive().isEmpty());
}

void HostProcessTest::gracelessRequestEndsTheGrace()
{
    HostFixture fixture;
    const auto control = std::make_shared<Control>();
    host::JobCall call = fixture.job(u"ignore SIGTERM"_s, kProcess);
    call.queue.grace = 600s;
    std::thread canceler([&] {
        QTRY_VERIFY(!fixture.noted().isEmpty());
        control->request(Control::Request::Cancel);
        control->request(Control::Request::Stop, true);
    });
    const auto outcome = fixture.host().run(call, control);
    canceler.join();
    QCOMPARE(outcome.kind, JobOutcome::Kind::Canceled); // the first request counts
    QVERIFY(fixture.alive().isEmpty());
}

void HostProcessTest::resultFileLiesInScratchAndIsRemoved()
{
    HostFixture fixture;
    const auto outcome = fixture.host().run(fixture.job(u"file"_s, kProcess), std::make_shared<Control>());
    QVERIFY2(outcome.kind == JobOutcome::Kind::Finished, qPrintable(outcome.error.message));
    const QJsonObject location = objectOf(outcome.location);
    QVERIFY(location.value("there"_L1).toBool());
    const QFileInfo file(location.value("path"_L1).toString());
    QVERIFY(file.isAbsolute());
    QVERIFY(!file.exists());
    const QString runnersFolder = QFileInfo(file.path()).path();
    QVERIFY(QDir(runnersFolder).exists());
    fixture.host().endIdleRunners();
    QVERIFY(!QDir(runnersFolder).exists());
}

void HostProcessTest::childrenGetNoSecrets()
{
    qputenv("DRAGONSCALES_QUEUE_URL", "redis://secret");
    qputenv("DRAGONSCALES_SECRET_X", "secret");
    qputenv("SOME_TOKEN", "secret");
    qputenv("NAMED_IN_PROJECT", "secret");
    qputenv("HARMLESS", "kept");
    HostFixture fixture({}, R"({"key":"${NAMED_IN_PROJECT}","path":"${PATH}","literal":"$${HARMLESS}"})");
    const auto outcome = fixture.host().run(fixture.job(u"environment"_s, kProcess), std::make_shared<Control>());
    for (const char *name : {"DRAGONSCALES_QUEUE_URL", "DRAGONSCALES_SECRET_X", "SOME_TOKEN", "NAMED_IN_PROJECT"}) {
        QVERIFY2(!outcome.location.contains(name), name);
        qunsetenv(name);
    }
    QVERIFY(!outcome.location.contains("secret"));
    const QJsonObject environment = objectOf(outcome.location);
    QCOMPARE(environment.value("HARMLESS"_L1).toString(), u"kept"_s);
    QVERIFY(environment.contains("PATH"_L1));
}

void HostProcessTest::bigParamsReachTheTask()
{
    HostFixture fixture;
    host::JobCall call = fixture.echo(kProcess);
    // More than the channel takes at once.
    const QByteArray value = '"' + QByteArray(2 * 1024 * 1024, 'x') + '"';
    call.task.params = "{\"value\":" + value + '}';
    const auto outcome = fixture.host().run(call, std::make_shared<Control>());
    QVERIFY2(outcome.kind == JobOutcome::Kind::Finished, qPrintable(outcome.error.message));
    QVERIFY(outcome.location == value);
}

void HostProcessTest::missingRunnerIsASentence()
{
    host::HostOptions options;
    options.runnerProgram = u"/nowhere/dragonscales-runner"_s;
    HostFixture fixture(options);
    const auto outcome = fixture.host().run(fixture.echo(kProcess), std::make_shared<Control>());
    QCOMPARE(outcome.kind, JobOutcome::Kind::Failed);
    QCOMPARE(outcome.error.type, u"runner"_s);
    QVERIFY(outcome.error.message.contains("/nowhere/dragonscales-runner cannot be started: No such file"_L1));
    QCOMPARE(fixture.host().runnersAlive(), 0);
}

void HostProcessTest::runnerThatDoesNotStartIsASentence()
{
    host::HostOptions options;
    options.runnerProgram = u"/bin/false"_s;
    HostFixture fixture(options);
    const auto outcome = fixture.host().run(fixture.echo(kProcess), std::make_shared<Control>());
    QCOMPARE(outcome.error.type, u"runner"_s);
    QVERIFY2(outcome.error.message.startsWith("The runner did not start"_L1), qPrintable(outcome.error.message));
    QCOMPARE(fixture.host().runnersAlive(), 0);
}

void HostProcessTest::runnersShareNoDescriptors()
{
    HostFixture fixture;
    fixture.host().run(fixture.job({}, kProcess), std::make_shared<Control>());
    fixture.host().call(fixture.callback({}), std::make_shared<Control>());
    const QList<qint64> pids = fixture.noted();
    QCOMPARE(fixture.host().runnersAlive(), 2);
    QSet<QString> seen;
    for (const qint64 pid : pids) {
        const QDir descriptors(u"/proc/%1/fd"_s.arg(pid));
        QSet<QString> own;
        for (const QString &number : descriptors.entryList(QDir::Files | QDir::System)) {
            const QString target = QFileInfo(descriptors.filePath(number)).symLinkTarget();
            if (target.contains("socket:"_L1) || target.contains("pipe:"_L1)) {
                own.insert(target.section(u'/', -1));
            }
        }
        QCOMPARE(own.size(), 3); // the channel, standard output, standard error
        QVERIFY(!seen.intersects(own));
        seen.unite(own);
    }
}

void HostProcessTest::jobsRunAtTheSameTime()
{
    HostFixture fixture;
    std::atomic<int> finished = 0;
    std::vector<std::thread> workers;
    for (int i = 0; i < 4; ++i) {
        workers.emplace_back([&, i] {
            for (int turn = 0; turn < 25; ++turn) {
                // Every fifth one crashes, which the others must not notice.
                const auto call = i == 0 && turn % 5 == 0 ? fixture.job(u"abort"_s, kProcess) : fixture.echo(kProcess);
                finished += fixture.host().run(call, std::make_shared<Control>()).kind == JobOutcome::Kind::Finished;
            }
        });
    }
    for (std::thread &worker : workers) {
        worker.join();
    }
    QCOMPARE(finished.load(), 95);
    QVERIFY(fixture.host().runnersAlive() <= 4);
}

QTEST_GUILESS_MAIN(HostProcessTest)
#include "tst_host_process.moc"
