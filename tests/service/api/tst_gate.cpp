// SPDX-License-Identifier: LGPL-3.0-or-later
#include "gate_fixture.h"

#include <QBuffer>
#include <QElapsedTimer>
#include <QTest>

#include <thread>

using namespace dragonscales;
using namespace dragonscales::tests;
using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace {

api::GateOptions quickLimits()
{
    api::GateOptions options;
    options.limits.sendTime = 200ms;
    options.limits.idleTime = 300ms;
    return options;
}

} // namespace

// Bytes in through a real socket, bytes out.
class TestGate final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void answersOrRefuses_data();
    void answersOrRefuses();
    void writesAWholeHead();
    void leavesTheBodyOutForHead_data();
    void leavesTheBodyOutForHead();
    void sendsNoBodyWith204();
    void answersPipelinedRequestsInOrder();
    void answersManyPipelinedRequests();
    void asksOneAtATime();
    void answersHttp10();
    void saysContinueOnce();
    void refusesInsteadOfContinue();
    void tellsAClientThatSendsOnWhyItWasRefused();
    void answersAfterAHandlerFailed_data();
    void answersAfterAHandlerFailed();
    void answersAfterAHandlerGaveUpLater();
    void checksTheHost_data();
    void checksTheHost();
    void answersAHalfClosedClient();
    void answersAHalfClosedClientLater();
    void dropsTheAnswerOfAClientThatLeft();
    void refusesARequestThatIsSentTooSlowly_data();
    void refusesARequestThatIsSentTooSlowly();
    void closesIdleConnections_data();
    void closesIdleConnections();
    void keepsAConnectionWhileItIsAnswered();
    void closesOnAClientThatDoesNotRead();
    void sendsABigAnswerToASlowReader();
    void refusesConnectionsBeyondTheLimit();
    void letsOthersInOnceSomeHaveLeft();
    void finishesAnswersWhenItStops();
    void endsAnswersThatTakeTooLongToStop();
    void refusesNewConnectionsWhenItStops();
};

void TestGate::answersOrRefuses_data()
{
    QTest::addColumn<QByteArray>("bytes"); // HOST stands for host and port
    QTest::addColumn<int>("status");
    QTest::addColumn<bool>("kept");
    QTest::addColumn<int>("asked"); // of the handler
    const auto row = [](const char *name, const QByteArray &bytes, int status, bool kept, int asked) {
        QTest::newRow(name) << bytes << status << kept << asked;
    };
    row("GET", "GET /echo HTTP/1.1\r\nHost: HOST\r\n\r\n", 200, true, 1);
    row("POST", "POST /echo HTTP/1.1\r\nHost: HOST\r\nContent-Length: 2\r\n\r\nhi", 200, true, 1);
    row("chunks", "POST /echo HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n", 200,
        true, 1);
    row("absolute form", "GET http://HOST/echo HTTP/1.1\r\nHost: evil\r\n\r\n", 200, true, 1);
    row("absolute form of another host", "GET http://evil/echo HTTP/1.1\r\nHost: HOST\r\n\r\n", 421, true, 0);
    row("close", "GET /echo HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n", 200, false, 1);
    row("HTTP/1.0", "GET /echo HTTP/1.0\r\nHost: HOST\r\n\r\n", 200, false, 1);
    row("HTTP/1.0 keep-alive", "GET /echo HTTP/1.0\r\nHost: HOST\r\nConnection: keep-alive\r\n\r\n", 200, true, 1);
    row("smuggled behind length with chunked",
        "POST /echo HTTP/1.1\r\nHost: HOST\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        "GET /echo HTTP/1.1\r\nHost: HOST\r\n\r\n",
        400, false, 0);
    row("smuggled behind two lengths",
        "POST /echo HTTP/1.1\r\nHost: HOST\r\nContent-Length: 0\r\nContent-Length: 41\r\n\r\n"
        "GET /echo HTTP/1.1\r\nHost: HOST\r\n\r\n",
        400, false, 0);
    row("two hosts", "GET /echo HTTP/1.1\r\nHost: HOST\r\nHost: HOST\r\n\r\n", 400, false, 0);
    row("no host", "GET /echo HTTP/1.1\r\n\r\n", 400, false, 0);
    row("a folded field", "GET /echo HTTP/1.1\r\nHost: HOST\r\nA: b\r\n c\r\n\r\n", 400, false, 0);
    row("bare line feeds", "GET /echo HTTP/1.1\nHost: HOST\n\n", 400, false, 0);
    row("a bad chunk", "POST /echo HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", 400, false, 0);
    row("too long a body", "POST /echo HTTP/1.1\r\nHost: HOST\r\nContent-Length: 10485761\r\n\r\n", 413, false, 0);
    row("too long an address", "GET /" + QByteArray(9000, 'a') + " HTTP/1.1\r\nHost: HOST\r\n\r\n", 414, false, 0);
    row("an unknown expectation", "GET /echo HTTP/1.1\r\nHost: HOST\r\nExpect: cake\r\n\r\n", 417, false, 0);
    row("too long a head", "GET /echo HTTP/1.1\r\nHost: HOST\r\nA: " + QByteArray(33'000, 'a') + "\r\n\r\n", 431, false,
        0);
    row("too many fields", "GET /echo HTTP/1.1\r\nHost: HOST\r\n" + QByteArray("A: b\r\n").repeated(100) + "\r\n", 431,
        false, 0);
    row("an unknown coding", "POST /echo HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: gzip\r\n\r\n", 501, false, 0);
    row("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, false, 0);
    row("TLS", QByteArray("\x16\x03\x01\x00\xff", 5), 400, false, 0);
}

void TestGate::answersOrRefuses()
{
    QFETCH(QByteArray, bytes);
    QFETCH(bool, kept);
    GateFixture gate;
    RawClient client(gate.port());
    QVERIFY(client.send(bytes.replace("HOST", gate.host())));
    const auto answer = client.answer();
    QVERIFY(answer);
    QTEST(answer->status, "status");
    QCOMPARE(answer->field("connection") != "close", kept);
    if (answer->status != 200) {
        QVERIFY2(answer->body.startsWith("{\"detail\":\"") && answer->body.endsWith("\"}"), answer->body.constData());
    }
    if (kept) {
        QVERIFY(client.send(gate.request("GET", "/echo")));
        QCOMPARE(client.answer().value_or(RawAnswer()).status, 200);
    } else {
        QVERIFY(client.waitForClose());
        QCOMPARE(client.input(), QByteArray());
    }
    QFETCH(int, asked);
    QCOMPARE(gate.asked(), asked + (kept ? 1 : 0));
}

void TestGate::writesAWholeHead()
{
    GateFixture gate;
    RawClient client(gate.port());
    QVERIFY(client.send(gate.request("POST", "/fields", {}, "hi")));
    const auto answer = client.answer();
    QVERIFY(answer);
    QVERIFY2(answer->head.startsWith("HTTP/1.1 200 OK\r\n"), answer->head.constData());
    QCOMPARE(answer->field("content-type"), "application/json");
    QCOMPARE(answer->field("content-length"), QByteArray::number(answer->body.size()));
    QVERIFY(answer->field("date").endsWith("GMT"));
    QCOMPARE(answer->head.toLower().count("content-length:"), 1);
    QVERIFY(answer->head.contains("X-A: 1\r\n") || answer->head.contains("x-a: 1\r\n"));
    QVERIFY(answer->head.contains(": 2\r\n"));
    QVERIFY(!answer->head.contains("Smuggled"));
    QCOMPARE(answer->body, "POST /fields hi");
    QVERIFY(client.send(gate.request("GET", "/client")));
    QCOMPARE(client.answer().value_or(RawAnswer()).body, "127.0.0.1");
}

void TestGate::leavesTheBodyOutForHead_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("field");
    QTest::addColumn<QByteArray>("value");
    QTest::newRow("of a body") << "/echo"_ba
                               << "content-length"_ba
                               << "11"_ba;
    QTest::newRow("of a stream") << "/stream"_ba
                                 << "transfer-encoding"_ba
                                 << "chunked"_ba;
}

void TestGate::leavesTheBodyOutForHead()
{
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, field);
    GateFixture gate;
    gate.makeStream = [] {
        auto buffer = std::make_shared<QBuffer>();
        buffer->setData("hello");
        buffer->open(QIODevice::ReadOnly);
        return buffer;
    };
    RawClient client(gate.port());
    QVERIFY(client.send(gate.request("HEAD", path) + gate.request("GET", "/echo")));
    const auto head = client.answer(true);
    QVERIFY(head);
    QTEST(head->field(field), "value");
    const auto next = client.answer();
    QVERIFY(next);
    QCOMPARE(next->body, "GET /echo ");
}

void TestGate::sendsNoBodyWith204()
{
    GateFixture gate;
    RawClient client(gate.port());
    QVERIFY(client.send(gate.request("DELETE", "/empty") + gate.request("GET", "/echo")));
    const auto empty = client.answer();
    QVERIFY(empty);
    QCOMPARE(empty->status, 204);
    QCOMPARE(empty->field("content-length"), QByteArray());
    QCOMPARE(client.answer().value_or(RawAnswer()).body, "GET /echo ");
}

void TestGate::answersPipelinedRequestsInOrder()
{
    GateFixture gate;
    RawClient client(gate.port());
    QVERIFY(client.send(gate.request("GET", "/later/1") + gate.request("POST", "/echo", {}, "2") +
                        gate.request("GET", "/later/3") + gate.request("GET", "/echo")));
    QVERIFY(gate.waitForLater(1));
    QCOMPARE(gate.asked(), 1);
    gate.finish("/later/1", api::Response::json(200, "one"));
    QVERIFY(gate.waitForLater(1));
    gate.finish("/later/3", api::Response::json(200, "three"));
    for (const QByteArray &body : {"one"_ba, "POST /echo 2"_ba, "three"_ba, "GET /echo "_ba}) {
        QCOMPARE(client.answer().value_or(RawAnswer()).body, body);
    }
}

void TestGate::answersManyPipelinedRequests()
{
    GateFixture gate;
    RawClient client(gate.port());
    constexpr int kRequests = 20'000; // far more than are read ahead
    const QByteArray bytes = gate.request("POST", "/echo", {}, "x");
    std::thread sender([&] { client.send(bytes.repeated(kRequests)); });
    int answers = 0;
    while (answers < kRequests && client.answer()) {
        ++answers;
    }
    sender.join();
    QCOMPARE(answers, kRequests);
}

void TestGate::asksOneAtATime()
{
    GateFixture gate;
    RawClient client(gate.port());
    QVERIFY(client.send(gate.request("GET", "/later/1") + gate.request("GET", "/later/2")));
    QVERIFY(gate.waitForLater(1));
    RawClient other(gate.port()); // a round trip of another connection: the first one's second would have come by now
    QVERIFY(other.send(gate.request("GET", "/echo")));
    QVERIFY(other.answer());
    QCOMPARE(gate.asked(), 2);
    gate.finish("/later/1", {});
    QVERIFY(gate.waitForLater(1));
    gate.finish("/later/2", {});
    QVERIFY(client.answer());
    QVERIFY(client.answer());
}

void TestGate::answersHttp10()
{
    GateFixture gate;
    RawClient client(gate.port());
    QVERIFY(client.send("GET /echo HTTP/1.0\r\nHost: " + gate.host() + "\r\nConnection: keep-alive\r\n\r\n"));
    const auto answer = client.answer();
    QVERIFY(answer);
    QCOMPARE(answer->field("connection"), "keep-alive");
    QCOMPARE(answer->field("content-length"), "10");
}

void TestGate::saysContinueOnce()
{
    GateFixture gate;
    RawClient client(gate.port());
    QVERIFY(client.send("POST /echo HTTP/1.1\r\nHost: " + gate.host() +
                        "\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n"));
    const auto go = client.answer();
    QVERIFY(go);
    QCOMPARE(go->head, "HTTP/1.1 100 Continue\r\n\r\n");
    QVERIFY(client.send("ab"));
    QVERIFY(client.send("cd"));
    const auto answer = client.answer();
    QVERIFY(answer);
    QCOMPARE(answer->status, 200);
    QCOMPARE(answer->body, "POST /echo abcd");
}

void TestGate::refusesInsteadOfContinue()
{
    GateFixture gate;
    RawClient client(gate.port());
    QVERIFY(client.send("POST /echo HTTP/1.1\r\nHost: " + gate.host() +
                        "\r\nExpect: 100-continue\r\nContent-Length: 99999999\r\n\r\n"));
    QCOMPARE(client.answer().value_or(RawAnswer()).status, 413);
    QVERIFY(client.waitForClose());
}

void TestGate::tellsAClientThatSendsOnWhyItWasRefused()
{
    GateFixture gate;
    RawClient client(gate.port());
    QVERIFY(client.send("POST /echo HTTP/1.1\r\nHost: " + gate.host() + "\r\nContent-Length: 99999999\r\n\r\n"));
    for (int i = 0; i < 20; ++i) {
        QVERIFY(client.send(QByteArray(100'000, 'x'))); // unread, it would make the close a reset
    }
    QCOMPARE(client.answer().value_or(RawAnswer()).status, 413);
}

void TestGate::answersAfterAHandlerFailed_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<int>("status");
    QTest::newRow("by an exception") << "/throw"_ba << 500;
    QTest::newRow("without an answer") << "/drop"_ba << 503;
}

void TestGate::answersAfterAHandlerFailed()
{
    QFETCH(QByteArray, path);
    GateFixture gate;
    RawClient client(gate.port());
    QVERIFY(client.send(gate.request("GET", path) + gate.request("GET", "/echo")));
    const auto failed = client.answer();
    QVERIFY(failed);
    QTEST(failed->status, "status");
    QVERIFY(!failed->body.contains("on purpose"));
    QCOMPARE(client.answer().value_or(RawAnswer()).status, 200);
}

void TestGate::answersAfterAHandlerGaveUpLater()
{
    GateFixture gate;
    RawClient client(gate.port());
    QVERIFY(client.send(gate.request("GET", "/later/1") + gate.request("GET", "/echo")));
    QVERIFY(gate.waitForLater(1));
    RawClient other(gate.port()); // by its answer the gate waits for the first one's
    QVERIFY(other.send(gate.request("GET", "/echo")) && other.answer());
    gate.abandon("/later/1");
    QCOMPARE(client.answer().value_or(RawAnswer()).status, 503);
    QCOMPARE(client.answer().value_or(RawAnswer()).status, 200);
}

void TestGate::checksTheHost_data()
{
    QTest::addColumn<QByteArray>("host"); // PORT stands for the port
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<int>("status");
    QTest::newRow("number") << "127.0.0.1:PORT"_ba
                            << "/echo"_ba << 200;
    QTest::newRow("name") << "localhost:PORT"_ba
                          << "/echo"_ba << 200;
    QTest::newRow("name in capitals") << "LOCALHOST:PORT"_ba
                                      << "/echo"_ba << 200;
    QTest::newRow("number of version 6") << "[::1]:PORT"_ba
                                         << "/echo"_ba << 200;
    QTest::newRow("allowed name") << "jobs.example.org"_ba
                                  << "/echo"_ba << 200;
    QTest::newRow("allowed name, any port") << "jobs.example.org:99"_ba
                                            << "/echo"_ba << 200;
    QTest::newRow("allowed with port") << "api.example.org:8080"_ba
                                       << "/echo"_ba << 200;
    QTest::newRow("allowed with another port") << "api.example.org:8081"_ba
                                               << "/echo"_ba << 421;
    QTest::newRow("other name") << "evil.example.org:PORT"_ba
                                << "/echo"_ba << 421;
    QTest::newRow("name that begins like ours") << "localhost.evil.org:PORT"_ba
                                                << "/echo"_ba << 421;
    QTest::newRow("no port") << "127.0.0.1"_ba
                             << "/echo"_ba << 421;
    QTest::newRow("other port") << "127.0.0.1:1"_ba
                                << "/echo"_ba << 421;
    QTest::newRow("other number") << "127.0.0.2:PORT"_ba
                                  << "/echo"_ba << 421;
    QTest::newRow("empty") << ""_ba
                           << "/echo"_ba << 421;
    QTest::newRow("health check") << "10.0.0.7:80"_ba
                                  << "/healthz"_ba << 200;
    QTest::newRow("readiness check") << "10.0.0.7:80"_ba
                                     << "/readyz"_ba << 200;
    QTest::newRow("below a health check") << "10.0.0.7:80"_ba
                                          << "/healthz/x"_ba << 421;
}

void TestGate::checksTheHost()
{
    QFETCH(QByteArray, host);
    QFETCH(QByteArray, path);
    api::GateOptions options;
    options.allowedHosts = {u"Jobs.example.org"_s, u"api.example.org:8080"_s};
    GateFixture gate(options);
    RawClient client(gate.port());
    QVERIFY(client.send("GET " + path + " HTTP/1.1\r\nHost: " + host.replace("PORT", QByteArray::number(gate.port())) +
                        "\r\n\r\n"));
    const auto answer = client.answer();
    QVERIFY(answer);
    QTEST(answer->status, "status");
    QCOMPARE(gate.asked(), answer->status == 200 ? 1 : 0);
}

void TestGate::answersAHalfClosedClient()
{
    GateFixture gate;
    RawClient client(gate.port());
    QVERIFY(client.send(gate.request("GET", "/echo") + gate.request("POST", "/echo", {}, "x")));
    client.endOutput();
    QCOMPARE(client.answer().value_or(RawAnswer()).body, "GET /echo ");
    QCOMPARE(client.answer().value_or(RawAnswer()).body, "POST /echo x");
    QVERIFY(client.waitForClose());
}

void TestGate::answersAHalfClosedClientLater()
{
    GateFixture gate;
    RawClient client(gate.port());
    QVERIFY(client.send(gate.request("GET", "/later/1")));
    client.endOutput();
    QVERIFY(gate.waitForLater(1));
    RawClient other(gate.port()); // by its answer the gate has seen the end of the first one's input
    QVERIFY(other.send(gate.request("GET", "/echo")));
    QVERIFY(other.answer());
    gate.finish("/later/1", api::Response::json(200, "late"));
    QCOMPARE(client.answer().value_or(RawAnswer()).body, "late");
    QVERIFY(client.waitForClose());
    RawClient third(gate.port());
    QVERIFY(third.send("GET /echo HTTP/1.1\r\nHost:"));
    third.endOutput();
    QCOMPARE(third.answer().value_or(RawAnswer()).status, 400);
}

void TestGate::dropsTheAnswerOfAClientThatLeft()
{
    GateFixture gate;
    for (int i = 0; i < 3; ++i) {
        RawClient client(gate.port());
        QVERIFY(client.send(gate.request("GET", "/later/1")));
        QVERIFY(gate.waitForLater(1));
        client.close();
        gate.finish("/later/1", api::Response::json(200, QByteArray(1'000'000, 'x')));
        RawClient other(gate.port());
        QVERIFY(other.send(gate.request("GET", "/echo")));
        QCOMPARE(other.answer().value_or(RawAnswer()).body, "GET /echo ");
    }
}

void TestGate::refusesARequestThatIsSentTooSlowly_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("half a request line") << "GET /ec"_ba;
    QTest::newRow("half a head") << "GET /echo HTTP/1.1\r\nHost: h\r\n"_ba;
    QTest::newRow("half a body") << "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 9999\r\n\r\nabc"_ba;
    QTest::newRow("half a chunk")
        << "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nfff\r\nabc"_ba;
}

void TestGate::refusesARequestThatIsSentTooSlowly()
{
    QFETCH(QByteArray, bytes);
    GateFixture gate(quickLimits());
    RawClient client(gate.port());
    QElapsedTimer timer;
    timer.start();
    client.limit = 20ms;
    QVERIFY(client.send(bytes));
    while (!client.readMore() && !client.closedByServer() && timer.elapsed() < 10'000) {
        client.send(" "); // a drop now and then must not keep it
    }
    client.limit = 10s;
    QCOMPARE(client.answer().value_or(RawAnswer()).status, 408);
    QVERIFY(client.waitForClose());
    QVERIFY(timer.elapsed() >= 200);
    QCOMPARE(gate.asked(), 0);
}

void TestGate::closesIdleConnections_data()
{
    QTest::addColumn<bool>("afterARequest");
    QTest::newRow("new") << false;
    QTest::newRow("used") << true;
}

void TestGate::closesIdleConnections()
{
    QFETCH(bool, afterARequest);
    GateFixture gate(quickLimits());
    RawClient client(gate.port());
    if (afterARequest) {
        QVERIFY(client.send(gate.request("GET", "/echo")));
        QVERIFY(client.answer());
    }
    QElapsedTimer timer;
    timer.start();
    QVERIFY(client.waitForClose());
    QCOMPARE(client.input(), QByteArray());
    QVERIFY2(timer.elapsed() >= 250 && timer.elapsed() < 10'000, QByteArray::number(timer.elapsed()));
}

void TestGate::keepsAConnectionWhileItIsAnswered()
{
    GateFixture gate(quickLimits());
    RawClient client(gate.port());
    QVERIFY(client.send(gate.request("GET", "/later/1")));
    QVERIFY(gate.waitForLater(1));
    RawClient idle(gate.port()); // comes later and is closed for idling: more than all limits have passed by then
    QVERIFY(idle.waitForClose());
    gate.finish("/later/1", api::Response::json(200, "late"));
    QCOMPARE(client.answer().value_or(RawAnswer()).body, "late");
}

void TestGate::closesOnAClientThatDoesNotRead()
{
    api::GateOptions options = quickLimits();
    options.limits.idleTime = 1500ms; // long enough after the limit that it must have been kept on a busy machine too
    GateFixture gate(options);
    RawClient client(gate.port(), 4096);
    QVERIFY(client.send(gate.request("GET", "/big")));
    RawClient idle(gate.port());
    QVERIFY(idle.waitForClose()); // more than the limit has passed
    QVERIFY(!client.answer());
    QVERIFY(client.closedByServer());
}

void TestGate::sendsABigAnswerToASlowReader()
{
    api::GateOptions options;
    options.limits.sendTime = 2s; // for a halt, not for the whole
    GateFixture gate(options);
    RawClient client(gate.port(), 4096);
    RawClient other(gate.port());
    QVERIFY(client.send(gate.request("GET", "/big") + gate.request("GET", "/echo")));
    QElapsedTimer timer;
    timer.start();
    while (timer.elapsed() < 2500 && client.input().size() < 15'000'000) {
        QVERIFY(client.readMore());
        QVERIFY(other.send(gate.request("GET", "/echo")) && other.answer());
    }
    const auto answer = client.answer();
    QVERIFY(answer);
    QCOMPARE(answer->body.size(), 20'000'000);
    QCOMPARE(client.answer().value_or(RawAnswer()).body, "GET /echo ");
}

void TestGate::refusesConnectionsBeyondTheLimit()
{
    api::GateOptions options;
    options.limits.connections = 2;
    GateFixture gate(options);
    RawClient first(gate.port());
    RawClient second(gate.port());
    QVERIFY(first.send(gate.request("GET", "/echo")) && first.answer());
    QVERIFY(second.send(gate.request("GET", "/echo")) && second.answer());
    RawClient third(gate.port());
    third.send(gate.request("POST", "/echo", {}, QByteArray(100'000, 'x')));
    const auto answer = third.answer();
    QVERIFY(answer);
    QCOMPARE(answer->status, 503);
    QVERIFY(third.waitForClose());
    QVERIFY(first.send(gate.request("GET", "/echo")) && first.answer());
    QCOMPARE(gate.asked(), 3);
    std::vector<std::unique_ptr<RawClient>> many;
    for (int i = 0; i < 200; ++i) { // beyond those that are told
        many.push_back(std::make_unique<RawClient>(gate.port()));
    }
    QVERIFY(many.back()->waitForClose());
    QVERIFY(second.send(gate.request("GET", "/echo")) && second.answer());
}

void TestGate::letsOthersInOnceSomeHaveLeft()
{
    api::GateOptions options;
    options.limits.connections = 2;
    GateFixture gate(options);
    for (int i = 0; i < 20; ++i) {
        RawClient client(gate.port());
        const QByteArray request = gate.request("GET", "/echo", "Connection: close\r\n");
        QVERIFY(client.send(request));
        QCOMPARE(client.answer().value_or(RawAnswer()).status, 200);
        QVERIFY(client.waitForClose());
    }
}

void TestGate::finishesAnswersWhenItStops()
{
    GateFixture gate;
    RawClient idle(gate.port());
    QVERIFY(idle.send(gate.request("GET", "/echo")) && idle.answer());
    RawClient client(gate.port());
    QVERIFY(client.send(gate.request("GET", "/later/1")));
    QVERIFY(gate.waitForLater(1));
    std::thread stopper([&] { gate.stop(60s); });
    const bool idleClosed = idle.waitForClose();
    gate.finish("/later/1", api::Response::json(200, "last"));
    const auto answer = client.answer();
    stopper.join();
    QVERIFY(idleClosed);
    QVERIFY(answer);
    QCOMPARE(answer->body, "last");
    QVERIFY(client.waitForClose());
    gate.stop(60s);
}

void TestGate::endsAnswersThatTakeTooLongToStop()
{
    GateFixture gate;
    RawClient client(gate.port());
    QVERIFY(client.send(gate.request("GET", "/later/1")));
    QVERIFY(gate.waitForLater(1));
    gate.stop(50ms);
    QVERIFY(!client.answer());
    QVERIFY(client.closedByServer());
    gate.finish("/later/1", api::Response::json(200, "too late")); // nobody is there: nothing happens
}

void TestGate::refusesNewConnectionsWhenItStops()
{
    GateFixture gate;
    gate.stop(1s);
    QVERIFY(!RawClient(gate.port()).isConnected());
}

QTEST_GUILESS_MAIN(TestGate)
#include "tst_gate.moc"
