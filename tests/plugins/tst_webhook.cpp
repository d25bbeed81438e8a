// SPDX-License-Identifier: LGPL-3.0-or-later
#include "plugins/plugin_fixture.h"
#include "plugins/receiver.h"

#include <QDateTime>
#include <QElapsedTimer>
#include <QMessageAuthenticationCode>
#include <QNetworkProxy>
#include <QTest>
#include <QTimer>

using namespace dragonscales;
using namespace Qt::Literals::StringLiterals;
using tests::Received;
using tests::Receiver;
using Kind = sdk::CallbackResult::Kind;

Q_DECLARE_METATYPE(sdk::CallbackResult::Kind)

class TestWebhook : public QObject
{
    Q_OBJECT

private:
    static constexpr auto kSecret = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    static constexpr auto kNewSecret = "C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

    sdk::Plugin &m_plugin = tests::bundledPlugin(u"http"_s);
    const sdk::Json m_status{QByteArray(R"({"id":"1","status":"finished","result":{"b":1e400,"a":2},"info":null})")};
    std::unique_ptr<tests::FakeContext> m_context;

    // As deliveries do it: in a thread without an event loop.
    sdk::Outcome<sdk::CallbackResult> call(const QByteArray &params,
                                           const QByteArray &args = R"({"allow":["127.0.0.1"]})")
    {
        sdk::Outcome<sdk::CallbackResult> outcome;
        const auto webhook = m_plugin.callback(u"webhook"_s, tests::argsOf(args));
        tests::inPoolThread([&] { outcome = webhook->call(m_status, sdk::Json(params), *m_context); });
        return outcome;
    }
    static QByteArray to(const QByteArray &url, const QByteArray &headers = "{}")
    {
        return tests::quoted("{'url':'" + url + "','headers':") + headers + '}';
    }
    static QByteArray args(const QByteArray &more) { return tests::quoted("{'allow':['127.0.0.1']," + more + '}'); }
    static QByteArray ok() { return "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"; }

private Q_SLOTS:
    void init()
    {
        m_context = std::make_unique<tests::FakeContext>();
        m_context->delivery = u"5b2b0a2e-0000-5000-8000-00000000000a"_s;
    }

    void theBodyIsExactlyTheStatusObject()
    {
        Receiver receiver(ok());
        const auto outcome = call(to(receiver.url("/a%20b?c=d#e")));
        QVERIFY(outcome.has_value());
        QCOMPARE(outcome->kind, Kind::Delivered);
        QCOMPARE(outcome->httpStatus, 200);
        QCOMPARE(outcome->answer, "ok");
        QCOMPARE(receiver.requests().size(), 1);
        const Received &request = receiver.requests().first();
        QCOMPARE(request.line, "POST /a%20b?c=d HTTP/1.1");
        QCOMPARE(request.body, m_status.text());
        QCOMPARE(request.headers.value("content-type"), "application/json");
        QCOMPARE(request.headers.value("content-length"), QByteArray::number(m_status.text().size()));
        QCOMPARE(request.headers.value("host"), receiver.url("").mid(7));
        QVERIFY(!request.headers.contains("webhook-signature"));
    }

    void everySecretSigns()
    {
        Receiver receiver(ok());
        QVERIFY(call(to(receiver.url()),
                     args(QByteArray("'secrets':['whsec_") + kSecret + "','whsec_" + kNewSecret + "']")));
        const Received &request = receiver.requests().first();
        QCOMPARE(request.headers.value("webhook-id"), m_context->delivery.toUtf8());
        const qint64 timestamp = request.headers.value("webhook-timestamp").toLongLong();
        QVERIFY(qAbs(timestamp - QDateTime::currentSecsSinceEpoch()) < 60);
        const QByteArray content =
            request.headers.value("webhook-id") + '.' + request.headers.value("webhook-timestamp") + '.' + request.body;
        QList<QByteArray> expected;
        for (const char *secret : {kSecret, kNewSecret}) {
            expected.append("v1," + QMessageAuthenticationCode::hash(content, QByteArray::fromBase64(secret),
                                                                     QCryptographicHash::Sha256)
                                        .toBase64());
        }
        QCOMPARE(request.headers.value("webhook-signature").split(' '), expected);
    }

    void theTraceIsPassedOnWhenItIsOne_data()
    {
        QTest::addColumn<QByteArray>("trace");
        QTest::addColumn<bool>("passed");
        QTest::newRow("trace") << QByteArray("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01") << true;
        QTest::newRow("none") << QByteArray() << false;
        QTest::newRow("with a line end") << QByteArray("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\n")
                                         << false;
        QTest::newRow("injection") << QByteArray("x\r\nX-Evil: 1") << false;
    }
    void theTraceIsPassedOnWhenItIsOne()
    {
        QFETCH(QByteArray, trace);
        QFETCH(bool, passed);
        Receiver receiver(ok());
        m_context->trace = trace;
        QVERIFY(call(to(receiver.url())));
        QCOMPARE(receiver.requests().first().headers.value("traceparent"), passed ? trace : QByteArray());
        QVERIFY(!receiver.requests().first().headers.contains("x-evil"));
    }

    void headersOfTheClientNeverReplaceOurs()
    {
        Receiver receiver(ok());
        const QByteArray headers =
            tests::quoted("{'X-Mine':'1','Authorization':'Bearer x','host':'evil','Content-Length':'1',"
                          "'WEBHOOK-SIGNATURE':'v1,x','Webhook-Id':'x','Transfer-Encoding':'chunked',"
                          "'Connection':'upgrade','Proxy-Authorization':'x','Expect':'100-continue'}");
        QVERIFY(call(to(receiver.url(), headers), args(QByteArray("'secrets':['whsec_") + kSecret + "']")));
        const Received &request = receiver.requests().first();
        QCOMPARE(request.headers.value("x-mine"), "1");
        QCOMPARE(request.headers.value("authorization"), "Bearer x");
        QCOMPARE(request.headers.value("host"), receiver.url("").mid(7));
        QCOMPARE(request.headers.value("webhook-id"), m_context->delivery.toUtf8());
        QVERIFY(request.headers.value("webhook-signature") != "v1,x");
        QCOMPARE(request.body, m_status.text());
        QVERIFY(!request.headers.contains("transfer-encoding") && !request.headers.contains("expect"));
        QCOMPARE(m_context->lines.size(), 8);
    }

    void answersMeanWhatTheSpecificationSays_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<Kind>("kind");
        QTest::addColumn<int>("status");
        QTest::addColumn<qint64>("wait"); // ms; -1: none
        const QByteArray end = "\r\nContent-Length: 0\r\n\r\n";
        QTest::newRow("200") << "HTTP/1.1 200 OK" + end << Kind::Delivered << 200 << qint64(-1);
        QTest::newRow("204") << "HTTP/1.1 204 None" + end << Kind::Delivered << 204 << qint64(-1);
        QTest::newRow("299") << "HTTP/1.1 299 Odd" + end << Kind::Delivered << 299 << qint64(-1);
        QTest::newRow("301") << "HTTP/1.1 301 Moved\r\nLocation: /" + end << Kind::Retry << 301 << qint64(-1);
        QTest::newRow("400") << "HTTP/1.1 400 Bad" + end << Kind::Retry << 400 << qint64(-1);
        QTest::newRow("410") << "HTTP/1.1 410 Gone\r\nRetry-After: 1" + end << Kind::GiveUp << 410 << qint64(-1);
        QTest::newRow("429") << "HTTP/1.1 429 Slow\r\nRetry-After: 7" + end << Kind::Retry << 429 << qint64(7000);
        QTest::newRow("500") << "HTTP/1.1 500 Broken" + end << Kind::Retry << 500 << qint64(-1);
        QTest::newRow("503") << "HTTP/1.1 503 Later\r\nretry-after: Sun, 06 Nov 1994 08:49:37 GMT" + end << Kind::Retry
                             << 503 << qint64(0);
    }
    void answersMeanWhatTheSpecificationSays()
    {
        QFETCH(QByteArray, answer);
        QFETCH(Kind, kind);
        QFETCH(qint64, wait);
        Receiver receiver(answer);
        const auto outcome = call(to(receiver.url()));
        QVERIFY(outcome.has_value());
        QCOMPARE(outcome->kind, kind);
        QTEST(outcome->httpStatus, "status");
        QCOMPARE(outcome->retryAfter ? outcome->retryAfter->count() : -1, wait);
        QCOMPARE(outcome->error.isEmpty(), kind == Kind::Delivered);
    }

    void aRedirectIsNotFollowed()
    {
        Receiver target(ok());
        Receiver receiver("HTTP/1.1 302 Found\r\nLocation: " + target.url() + "\r\nContent-Length: 0\r\n\r\n");
        const auto outcome = call(to(receiver.url()));
        QVERIFY(outcome && outcome->kind == Kind::Retry);
        QVERIFY(outcome->error.contains(u"redirect"_s));
        QVERIFY(target.requests().isEmpty());
    }

    void onlyTheBeginningOfAnAnswerIsKept()
    {
        Receiver receiver([](QTcpSocket &socket, const Received &) {
            socket.write("HTTP/1.1 500 Broken\r\n\r\n" + QByteArray(1'000'000, 'x'));
        });
        const auto outcome = call(to(receiver.url()));
        QVERIFY(outcome && outcome->kind == Kind::Retry);
        QCOMPARE(outcome->answer, QByteArray(4096, 'x'));
    }

    void badReceiversEndInTime_data()
    {
        QTest::addColumn<QByteArray>("sends"); // and then nothing, with the connection left open
        QTest::addColumn<bool>("delivered");
        QTest::newRow("silence") << QByteArray() << false;
        QTest::newRow("half a head") << QByteArray("HTTP/1.1 200 OK\r\nContent-") << false;
        QTest::newRow("garbage") << QByteArray("\x00\x01\x02nonsense", 11) << false;
        QTest::newRow("endless head") << "HTTP/1.1 200 OK\r\n" + QByteArray("A: b\r\n").repeated(20'000) << false;
        QTest::newRow("said yes, body never ends")
            << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok") << true;
        QTest::newRow("said yes, chunks are garbage")
            << QByteArray("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n") << true;
    }
    void badReceiversEndInTime()
    {
        QFETCH(QByteArray, sends);
        QFETCH(bool, delivered);
        Receiver receiver([sends](QTcpSocket &socket, const Received &) { socket.write(sends); });
        QElapsedTimer timer;
        timer.start();
        const auto outcome = call(to(receiver.url()), args("'timeout':0.3"));
        QVERIFY(timer.elapsed() < 5000);
        QCOMPARE(outcome && outcome->kind == Kind::Delivered, delivered);
        QVERIFY(outcome || !outcome.error().message.isEmpty());
    }

    void aDripDoesNotExtendTheTime()
    {
        Receiver receiver([](QTcpSocket &socket, const Received &) {
            auto *drip = new QTimer(&socket);
            connect(drip, &QTimer::timeout, &socket, [&socket] { socket.write("H"); });
            socket.write("HTTP/1.1 200 ");
            drip->start(10);
        });
        QElapsedTimer timer;
        timer.start();
        QVERIFY(!call(to(receiver.url()), args("'timeout':0.3")).has_value());
        QVERIFY(timer.elapsed() >= 300 && timer.elapsed() < 5000);
    }

    void aReceiverThatHangsUpIsTriedAgain()
    {
        Receiver receiver(QByteArray{});
        QVERIFY(!call(to(receiver.url())).has_value());
        const QByteArray gone = receiver.url();
        receiver.close();
        const auto refused = call(to(gone));
        QVERIFY(!refused.has_value());
        QVERIFY2(refused.error().message.contains(u"no connection to 127.0.0.1"_s),
                 qPrintable(refused.error().message));
    }

    void aStopRequestEndsTheWait()
    {
        Receiver receiver([this](QTcpSocket &, const Received &) { m_context->stop = true; });
        QElapsedTimer timer;
        timer.start();
        const auto outcome = call(to(receiver.url()));
        QVERIFY(!outcome.has_value());
        QCOMPARE(outcome.error().type, u"stopped"_s);
        QVERIFY(timer.elapsed() < 5000);
    }

    void theCallersDeadlineCounts()
    {
        Receiver receiver([](QTcpSocket &, const Received &) {});
        m_context->limit = std::chrono::steady_clock::now() + std::chrono::milliseconds(100);
        QElapsedTimer timer;
        timer.start();
        QVERIFY(!call(to(receiver.url())).has_value());
        QVERIFY(timer.elapsed() < 5000);
    }

    void addressesThatNobodyAllowedAreRefused_data()
    {
        QTest::addColumn<QByteArray>("host");
        for (const char *host :
             {"127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "localhost", "LOCALHOST.", "0.0.0.0",
              "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]"}) {
            QTest::newRow(host) << QByteArray(host);
        }
    }
    void addressesThatNobodyAllowedAreRefused()
    {
        QFETCH(QByteArray, host);
        Receiver receiver(ok());
        const QByteArray url = "http://" + host + ':' + QByteArray::number(receiver.serverPort()) + '/';
        const auto outcome = call(to(url), "{}");
        QVERIFY(!outcome || outcome->kind == Kind::GiveUp);
        QVERIFY(receiver.requests().isEmpty());
    }

    void anAllowedNameIsReached()
    {
        Receiver receiver(ok());
        const QByteArray url = "http://localhost:" + QByteArray::number(receiver.serverPort()) + '/';
        const auto outcome = call(to(url), R"({"allow":["localhost"]})");
        QVERIFY2(outcome.has_value(), outcome ? "" : qPrintable(outcome.error().message));
        QCOMPARE(outcome->kind, Kind::Delivered);
        QVERIFY(receiver.requests().first().headers.value("host").startsWith("localhost:"));
    }

    void addressesThatAreNoneGiveUp_data()
    {
        QTest::addColumn<QByteArray>("url");
        for (const char *url : {"", "hook", "/hook", "ftp://127.0.0.1/", "file:///etc/passwd", "http:///x",
                                "http://u:p@127.0.0.1/", "http://127.0.0.1:0/", "http://127.0.0.1:99999/",
                                "http://a b/", "javascript:alert(1)", "gopher://127.0.0.1/x"}) {
            QTest::newRow(*url ? url : "empty") << QByteArray(url);
        }
    }
    void addressesThatAreNoneGiveUp()
    {
        QFETCH(QByteArray, url);
        const auto outcome = call(to(url));
        QVERIFY(outcome && outcome->kind == Kind::GiveUp);
        QVERIFY(!outcome->error.isEmpty());
    }

    void aHeaderWithALineEndGivesUp()
    {
        Receiver receiver(ok());
        const auto outcome = call(to(receiver.url(), R"({"X-A":"b\r\nX-Evil: 1"})"));
        QVERIFY(outcome && outcome->kind == Kind::GiveUp);
        QVERIFY(receiver.requests().isEmpty());
    }

    void aProxyFromTheEnvironmentIsNotUsed()
    {
        Receiver proxy(ok());
        qputenv("http_proxy", proxy.url(""));
        QNetworkProxy::setApplicationProxy(QNetworkProxy(QNetworkProxy::HttpProxy, u"127.0.0.1"_s, proxy.serverPort()));
        Receiver receiver(ok());
        const auto outcome = call(to(receiver.url()));
        QNetworkProxy::setApplicationProxy(QNetworkProxy::NoProxy);
        qunsetenv("http_proxy");
        QVERIFY(outcome.has_value());
        QVERIFY(proxy.requests().isEmpty());
    }

    void argsThatMakeNoSenseAreRefused_data()
    {
        QTest::addColumn<QByteArray>("args");
        QTest::newRow("secret") << QByteArray(R"({"secrets":["whsec_x"]})");
        QTest::newRow("allow") << QByteArray(R"({"allow":["10.0.0.0/99"]})");
        QTest::newRow("timeout") << QByteArray(R"({"timeout":0})");
        QTest::newRow("endless timeout") << QByteArray(R"({"timeout":1e12})");
    }
    void argsThatMakeNoSenseAreRefused()
    {
        QFETCH(QByteArray, args);
        QVERIFY_THROWS_EXCEPTION(std::exception, m_plugin.callback(u"webhook"_s, tests::argsOf(args)));
    }
};

QTEST_GUILESS_MAIN(TestWebhook)
#include "tst_webhook.moc"
