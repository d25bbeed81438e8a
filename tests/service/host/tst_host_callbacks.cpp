// SPDX-License-Identifier: LGPL-3.0-or-later
#include "host_fixture.h"

#include <QElapsedTimer>
#include <QRegularExpression>
#include <QTest>

#include <thread>

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;
using namespace dragonscales;
using host::CallbackOutcome;
using host::Control;
using testing::HostFixture;

// Callbacks and authorizers, of which those that are not bundled run in runners.
class HostCallbacksTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void misbehavingCallbackIsRetried_data();
    void misbehavingCallbackIsRetried();
    void callbackSaysWhatTheReceiverSaid();
    void callbackThatGivesUp();
    void callbackThatAsksForTime();
    void stoppedCallbackIsRetried();
    void bundledCallbackRunsHere();
    void authorizerDecides();
    void failingAuthorizerRefuses_data();
    void failingAuthorizerRefuses();
    void aFailureAmongManyIsAlone_data();
    void aFailureAmongManyIsAlone();
    void anAuthorizerThatHangsForAllIsNotAskedForEach();
    void openAuthorizerIsOpenToAll();
    void quickCallsDoNotUseUpARunner();
};

void HostCallbacksTest::misbehavingCallbackIsRetried_data()
{
    QTest::addColumn<QString>("deed");
    QTest::addColumn<QString>("words");
    QTest::newRow("crashes") << u"segv"_s << u"The callback crashed: SIGSEGV (segmentation fault)"_s;
    QTest::newRow("exits") << u"exit"_s << u"exited with status 3"_s;
    QTest::newRow("hangs") << u"block signals"_s << u"The callback ran longer than its time limit of 0.5 s"_s;
    QTest::newRow("throws") << u"throw"_s << u"thrown on purpose"_s;
    QTest::newRow("throws an int") << u"throw int"_s << u"The callback “bad” (module misbehave) threw"_s;
    QTest::newRow("fails") << u"fail"_s << u"nobody to call"_s;
    QTest::newRow("garbage") << u"garbage"_s << u"wrote to a descriptor that is not its own"_s;
    QTest::newRow("child") << u"child"_s << u"The callback left processes behind"_s;
    QTest::newRow("closes descriptors") << u"close descriptors"_s << u"closed or replaced descriptors"_s;
}

void HostCallbacksTest::misbehavingCallbackIsRetried()
{
    QFETCH(QString, deed);
    QFETCH(QString, words);
    HostFixture fixture;
    host::CallbackCall call = fixture.callback(deed);
    call.timeout = deed == "block signals"_L1 ? 500ms : 60'000ms;
    const auto outcome = fixture.host().call(call, std::make_shared<Control>());
    QCOMPARE(outcome.kind, CallbackOutcome::Kind::Retry);
    QVERIFY2(outcome.error.contains(words), qPrintable(outcome.error));
    const auto next = fixture.host().call(fixture.callback({}), std::make_shared<Control>());
    QVERIFY2(next.kind == CallbackOutcome::Kind::Delivered, qPrintable(next.error));
    fixture.host().endIdleRunners();
    QTRY_VERIFY(fixture.alive().isEmpty());
    QCOMPARE(fixture.host().runnersAlive(), 0);
}

void HostCallbacksTest::callbackSaysWhatTheReceiverSaid()
{
    HostFixture fixture;
    const host::CallbackCall call = fixture.callback({});
    const auto outcome = fixture.host().call(call, std::make_shared<Control>());
    QCOMPARE(outcome.kind, CallbackOutcome::Kind::Delivered);
    QCOMPARE(outcome.httpStatus, 200);
    const QByteArray said = call.payload + '|' + call.delivery.toByteArray(QUuid::WithoutBraces) + '|';
    QVERIFY2(outcome.answer.startsWith(said), outcome.answer.constData());
    QCOMPARE(outcome.answer.mid(said.size()).toLongLong(), fixture.noted().first());
}

void HostCallbacksTest::callbackThatGivesUp()
{
    HostFixture fixture;
    const auto outcome = fixture.host().call(fixture.callback(u"give up"_s), std::make_shared<Control>());
    QCOMPARE(outcome.kind, CallbackOutcome::Kind::GiveUp);
    QCOMPARE(outcome.httpStatus, 410);
    QCOMPARE(outcome.error, u"gone"_s);
}

void HostCallbacksTest::callbackThatAsksForTime()
{
    HostFixture fixture;
    const auto outcome = fixture.host().call(fixture.callback(u"later"_s), std::make_shared<Control>());
    QCOMPARE(outcome.kind, CallbackOutcome::Kind::Retry);
    QCOMPARE(outcome.retryAfter.value_or(0ms), 7'000ms);
    QCOMPARE(outcome.answer, QByteArray(4096, '\xff'));
}

void HostCallbacksTest::stoppedCallbackIsRetried()
{
    HostFixture fixture;
    const auto control = std::make_shared<Control>();
    std::thread stopper([&] {
        QTRY_VERIFY(!fixture.noted().isEmpty());
        control->request(Control::Request::Stop, true);
    });
    const auto outcome = fixture.host().call(fixture.callback(u"loop"_s), control);
    stopper.join();
    QCOMPARE(outcome.kind, CallbackOutcome::Kind::Retry);
    QVERIFY(fixture.alive().isEmpty());
}

void HostCallbacksTest::bundledCallbackRunsHere()
{
    HostFixture fixture;
    host::CallbackCall call = fixture.callback({});
    call.callback = {u"log"_s, "{}"};
    const auto control = std::make_shared<Control>();
    const testing::Heard heard(*control);
    QCOMPARE(fixture.host().call(call, control).kind, CallbackOutcome::Kind::Delivered);
    QCOMPARE(heard.linesOf(u"info"_s), QStringList{QString::fromUtf8(call.payload)});
    QCOMPARE(fixture.host().runnersAlive(), 0);
}

void HostCallbacksTest::authorizerDecides()
{
    HostFixture fixture({}, "{}", u"misbehave"_s);
    sdk::Request request;
    request.method = "GET";
    request.path = u"/let-in"_s;
    request.headers = {{"x-who", "J\xf6rg"}};
    const auto in = fixture.host().authorize(fixture.project(), request);
    QVERIFY(in.allowed);
    QCOMPARE(in.principal, u"Jörg"_s);
    QCOMPARE(in.role, u"viewer"_s);
    request.path = u"/elsewhere"_s;
    const auto out = fixture.host().authorize(fixture.project(), request);
    QVERIFY(!out.allowed);
    QCOMPARE(out.status, 403);
    QCOMPARE(out.detail, u"not you"_s);
    QVERIFY(!fixture.host().openToAll(fixture.project()));
}

void HostCallbacksTest::failingAuthorizerRefuses_data()
{
    QTest::addColumn<QString>("deed");
    QTest::newRow("crashes") << u"segv"_s;
    QTest::newRow("throws") << u"throw"_s;
    QTest::newRow("exits") << u"exit"_s;
    QTest::newRow("hangs") << u"ignore SIGTERM"_s; // which takes its five seconds
}

void HostCallbacksTest::failingAuthorizerRefuses()
{
    QFETCH(QString, deed);
    HostFixture fixture({}, "{}", u"misbehave"_s);
    sdk::Request request;
    request.path = u'/' + deed;
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"The authorizer failed:"_s));
    const auto verdict = fixture.host().authorize(fixture.project(), request);
    QVERIFY(!verdict.allowed);
    QCOMPARE(verdict.status, 500);
    request.path = u"/let-in"_s;
    QVERIFY(fixture.host().authorize(fixture.project(), request).allowed);
}

void HostCallbacksTest::aFailureAmongManyIsAlone_data()
{
    failingAuthorizerRefuses_data();
}

void HostCallbacksTest::aFailureAmongManyIsAlone()
{
    QFETCH(QString, deed);
    HostFixture fixture({}, "{}", u"misbehave"_s);
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"The authorizer failed:"_s));
    QList<sdk::Request> requests(5);
    for (qsizetype i = 0; i < requests.size(); ++i) {
        requests[i].path = i == 2 ? u'/' + deed : i == 3 ? u"/elsewhere"_s : u"/let-in"_s;
    }
    QList<int> statuses;
    for (const sdk::Verdict &verdict : fixture.host().authorizeAll(fixture.project(), requests)) {
        statuses.append(verdict.allowed ? 200 : verdict.status);
    }
    QCOMPARE(statuses, (QList<int>{200, 200, 500, 403, 200}));
}

void HostCallbacksTest::anAuthorizerThatHangsForAllIsNotAskedForEach()
{
    HostFixture fixture({}, "{}", u"misbehave"_s);
    QList<sdk::Request> requests(6);
    for (sdk::Request &request : requests) {
        request.path = u"/ignore SIGTERM"_s;
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"The authorizer failed:"_s));
    }
    QElapsedTimer timer;
    timer.start();
    for (const sdk::Verdict &verdict : fixture.host().authorizeAll(fixture.project(), requests)) {
        QCOMPARE(verdict.status, 500);
    }
    QVERIFY2(timer.elapsed() < 25'000, "each of them was waited for"); // 35 s then; the limit is 5 s
}

void HostCallbacksTest::openAuthorizerIsOpenToAll()
{
    HostFixture open({}, "{}", u"open"_s);
    QVERIFY(open.host().openToAll(open.project()));
    QVERIFY(open.host().authorize(open.project(), {}).allowed);
    HostFixture none;
    QVERIFY(none.host().openToAll(none.project()));
    QVERIFY(none.host().authorize(none.project(), {}).allowed);
}

void HostCallbacksTest::quickCallsDoNotUseUpARunner()
{
    host::HostOptions options;
    options.callsPerRunner = 2;
    sdk::Request request;
    request.path = u"/let-in"_s;
    const auto leftAlive = [&] {
        HostFixture fixture(options, "{}", u"misbehave"_s);
        QList<int> counts;
        for (int i = 0; i < 3; ++i) {
            fixture.host().authorize(fixture.project(), request);
            counts.append(fixture.host().runnersAlive());
        }
        return counts;
    };
    options.leastAge = 1h;
    QCOMPARE(leftAlive(), (QList<int>{1, 1, 1}));
    options.leastAge = 0ms;
    QCOMPARE(leftAlive(), (QList<int>{1, 0, 1}));
}

QTEST_GUILESS_MAIN(HostCallbacksTest)
#include "tst_host_callbacks.moc"
