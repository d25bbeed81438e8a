// SPDX-License-Identifier: LGPL-3.0-or-later
#include "host_fixture.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <thread>

#include <unistd.h>

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;
using namespace dragonscales;
using host::Control;
using host::JobOutcome;
using testing::HostFixture;

namespace {
constexpr auto kThread = core::Isolation::Thread;
constexpr auto kProcess = core::Isolation::Process;
} // namespace

// What code can do wrong in a thread of the service and be survived, and where code runs.
class HostThreadTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void misbehavingTaskFails_data();
    void misbehavingTaskFails();
    void misbehavingStorageFails_data();
    void misbehavingStorageFails();
    void throwingConstructorFails();
    void stopRequestReachesTheCode_data();
    void stopRequestReachesTheCode();
    void deadlineReachesTheCode();
    void requestBeforeTheBeginRunsNothing();
    void instancesAreKeptWarmAndNeverShared();
    void resultFileIsRemoved();
    void isolationIsChosen_data();
    void isolationIsChosen();
    void constructorsAreTried();
};

void HostThreadTest::misbehavingTaskFails_data()
{
    QTest::addColumn<QString>("deed");
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("words");
    QTest::newRow("throws") << u"throw"_s << u"exception"_s << u"thrown on purpose"_s;
    QTest::newRow("throws an int") << u"throw int"_s << u"exception"_s
                                   << u"The task “bad” (module misbehave) threw an exception of type int"_s;
    QTest::newRow("fails") << u"fail"_s << u"failure"_s << u"failed on purpose"_s;
    QTest::newRow("fails for good") << u"fail for good"_s << u"failure"_s << u"will never work"_s;
    QTest::newRow("no JSON") << u"no JSON"_s << u"result"_s << u"answered a result that is no JSON"_s;
    QTest::newRow("200 MB") << u"200 MB"_s << u"result"_s << u"a result of 200000002 bytes"_s;
    QTest::newRow("flood of log lines") << u"flood log"_s << u"output"_s << u"more than 1 MiB of output"_s;
}

void HostThreadTest::misbehavingTaskFails()
{
    QFETCH(QString, deed);
    QFETCH(QString, type);
    QFETCH(QString, words);
    host::HostOptions options;
    options.maxOutputBytes = 1024 * 1024;
    HostFixture fixture(options);
    const auto outcome = fixture.host().run(fixture.job(deed, kThread), std::make_shared<Control>());
    QCOMPARE(outcome.kind, JobOutcome::Kind::Failed);
    QVERIFY2(outcome.error.message.contains(words), qPrintable(outcome.error.message));
    QCOMPARE(outcome.error.type, type);
    QCOMPARE(outcome.error.permanent, deed == "fail for good"_L1);
    QCOMPARE(fixture.noted(), QList<qint64>{::getpid()}); // it did run here
    const auto next = fixture.host().run(fixture.job({}, kThread), std::make_shared<Control>());
    QCOMPARE(next.kind, JobOutcome::Kind::Finished);
}

void HostThreadTest::misbehavingStorageFails_data()
{
    QTest::addColumn<QString>("deed");
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("words");
    QTest::newRow("throws") << u"throw"_s << u"exception"_s << u"thrown on purpose"_s;
    QTest::newRow("throws an int") << u"throw int"_s << u"exception"_s << u"The storage “bad”"_s;
    QTest::newRow("fails") << u"fail"_s << u"failure"_s << u"nowhere to store it"_s;
    QTest::newRow("no JSON") << u"no JSON"_s << u"result"_s << u"answered a location that is no JSON"_s;
    QTest::newRow("200 MB") << u"200 MB"_s << u"result"_s << u"a location of 200000002 bytes"_s;
}

void HostThreadTest::misbehavingStorageFails()
{
    QFETCH(QString, deed);
    QFETCH(QString, type);
    QFETCH(QString, words);
    HostFixture fixture;
    host::JobCall call = fixture.echo(kThread);
    call.storage = {u"bad"_s, fixture.paramsFor(deed)};
    const auto outcome = fixture.host().run(call, std::make_shared<Control>());
    QCOMPARE(outcome.kind, JobOutcome::Kind::Failed);
    QVERIFY2(outcome.error.message.contains(words), qPrintable(outcome.error.message));
    QCOMPARE(outcome.error.type, type);
    const auto next = fixture.host().run(fixture.echo(kThread), std::make_shared<Control>());
    QCOMPARE(next.location, "12345678901234567890");
}

void HostThreadTest::throwingConstructorFails()
{
    HostFixture fixture({}, R"({"do":"throw int"})");
    const auto outcome = fixture.host().run(fixture.job({}, kThread), std::make_shared<Control>());
    QCOMPARE(outcome.kind, JobOutcome::Kind::Failed);
    QCOMPARE(outcome.error.message,
             u"The constructor of task “bad” (module misbehave) threw an exception of type int."_s);
}

void HostThreadTest::stopRequestReachesTheCode_data()
{
    QTest::addColumn<Control::Request>("request");
    QTest::addColumn<JobOutcome::Kind>("kind");
    QTest::newRow("cancel") << Control::Request::Cancel << JobOutcome::Kind::Canceled;
    QTest::newRow("stop") << Control::Request::Stop << JobOutcome::Kind::Stopped;
}

void HostThreadTest::stopRequestReachesTheCode()
{
    QFETCH(Control::Request, request);
    QFETCH(JobOutcome::Kind, kind);
    HostFixture fixture;
    const auto control = std::make_shared<Control>();
    std::thread asker([&] {
        QTRY_VERIFY(!fixture.noted().isEmpty());
        control->request(request);
    });
    const auto outcome = fixture.host().run(fixture.job(u"wait for stop"_s, kThread), control);
    asker.join();
    QCOMPARE(outcome.kind, kind);
}

void HostThreadTest::deadlineReachesTheCode()
{
    HostFixture fixture;
    host::JobCall call = fixture.job(u"wait for stop"_s, kThread);
    call.timeout = 50ms;
    const auto outcome = fixture.host().run(call, std::make_shared<Control>());
    QCOMPARE(outcome.kind, JobOutcome::Kind::Failed);
    QCOMPARE(outcome.error.type, u"timeout"_s);
    QCOMPARE(outcome.error.message, u"The job ran longer than its time limit of 0.05 s."_s);
}

void HostThreadTest::requestBeforeTheBeginRunsNothing()
{
    HostFixture fixture;
    const auto control = std::make_shared<Control>();
    control->request(Control::Request::Cancel);
    const auto outcome = fixture.host().run(fixture.job({}, kThread), control);
    QCOMPARE(outcome.kind, JobOutcome::Kind::Canceled);
    QVERIFY(fixture.noted().isEmpty());
}

void HostThreadTest::instancesAreKeptWarmAndNeverShared()
{
    HostFixture fixture;
    const auto callsOf = [&fixture] {
        const auto outcome = fixture.host().run(fixture.job({}, kThread), std::make_shared<Control>());
        return QJsonDocument::fromJson(outcome.location).object().value("calls"_L1).toInt();
    };
    QCOMPARE(callsOf(), 1);
    QCOMPARE(callsOf(), 2);
    const auto control = std::make_shared<Control>();
    std::thread busy([&] { fixture.host().run(fixture.job(u"wait for stop"_s, kThread), control); });
    QTRY_COMPARE(fixture.noted().size(), 3);
    const int other = callsOf();
    control->request(Control::Request::Stop);
    busy.join();
    QCOMPARE(other, 1);
}

void HostThreadTest::resultFileIsRemoved()
{
    HostFixture fixture;
    const auto outcome = fixture.host().run(fixture.job(u"file"_s, kThread), std::make_shared<Control>());
    const QJsonObject location = QJsonDocument::fromJson(outcome.location).object();
    QVERIFY2(location.value("there"_L1).toBool(), qPrintable(outcome.error.message));
    QVERIFY(!QFile::exists(location.value("path"_L1).toString()));
}

void HostThreadTest::isolationIsChosen_data()
{
    QTest::addColumn<core::Isolation>("wanted");
    QTest::addColumn<QString>("task");
    QTest::addColumn<QString>("storage");
    QTest::addColumn<core::Isolation>("chosen");
    QTest::newRow("bundled") << core::Isolation::Auto << u"echo"_s << u"discard"_s << kThread;
    QTest::newRow("bundled, forced") << kProcess << u"echo"_s << u"discard"_s << kProcess;
    QTest::newRow("others") << core::Isolation::Auto << u"bad"_s << u"bad"_s << kProcess;
    QTest::newRow("others, forced") << kThread << u"bad"_s << u"bad"_s << kThread;
    QTest::newRow("task needs a runner") << core::Isolation::Auto << u"bad"_s << u"discard"_s << kProcess;
    QTest::newRow("storage needs a runner") << core::Isolation::Auto << u"echo"_s << u"bad"_s << kProcess;
}

void HostThreadTest::isolationIsChosen()
{
    QFETCH(core::Isolation, wanted);
    QFETCH(QString, task);
    QFETCH(QString, storage);
    QFETCH(core::Isolation, chosen);
    HostFixture fixture;
    host::JobCall call = fixture.job({}, wanted);
    call.task.name = task;
    call.storage.name = storage;
    QCOMPARE(fixture.host().isolationOf(call), chosen);
}

void HostThreadTest::constructorsAreTried()
{
    HostFixture fixture({}, R"({"do":"segv"})"); // not in this process
    QVERIFY(fixture.host().tryConstructors(fixture.project()).isEmpty());
    HostFixture keys({}, "{}", u"api-key"_s); // whose args lack "file"
    const auto problems = keys.host().tryConstructors(keys.project());
    QCOMPARE(problems.size(), 1);
    QCOMPARE(problems.first().pointer, "/authorizer");
    QVERIFY2(problems.first().message.contains("must name the key file"_L1), qPrintable(problems.first().message));
}

QTEST_GUILESS_MAIN(HostThreadTest)
#include "tst_host_thread.moc"
