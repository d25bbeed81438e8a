// SPDX-License-Identifier: LGPL-3.0-or-later
#include "plugins/plugin_fixture.h"
#include "plugins/receiver.h"

#include <QTest>

using namespace dragonscales;
using namespace Qt::Literals::StringLiterals;
using tests::Received;
using tests::Receiver;

class TestHttpRequest : public QObject
{
    Q_OBJECT

private:
    sdk::Plugin &m_plugin = tests::bundledPlugin(u"http"_s);

    QByteArray run(const QJsonObject &params, const QByteArray &args = R"({"allow":["127.0.0.0/8"]})")
    {
        tests::FakeContext context;
        QByteArray text;
        const auto task = m_plugin.task(u"http.request"_s, tests::argsOf(args));
        tests::inPoolThread([&] { text = tests::textOf(task->run(params, context)); });
        return text;
    }
    static QJsonObject to(const Receiver &receiver, QJsonObject more = {})
    {
        more.insert(u"url"_s, QString::fromLatin1(receiver.url()));
        return more;
    }

private Q_SLOTS:
    void theAnswerIsTheResult()
    {
        Receiver receiver("HTTP/1.1 404 None\r\nContent-Type: text/plain\r\nX-A: 1\r\nx-a: 2\r\n\r\nna\xc3\xaf\"");
        QCOMPARE(run(to(receiver)),
                 tests::quoted(
                     "{'status':404,'headers':{'content-type':'text/plain','x-a':'1, 2'},'body':'na\xc3\xaf\\''}"));
        QCOMPARE(receiver.requests().first().line, "GET /hook HTTP/1.1");
        QVERIFY(!receiver.requests().first().headers.contains("content-length"));
    }

    void theRequestIsTheClients()
    {
        Receiver receiver("HTTP/1.1 201 Made\r\nContent-Length: 0\r\n\r\n");
        QVERIFY(run(to(receiver,
                       {{u"method"_s, u"PUT"_s},
                        {u"body"_s, u"ü"_s},
                        {u"headers"_s, QJsonObject{{u"Content-Type"_s, u"text/plain"_s}, {u"User-Agent"_s, u"me"_s}}}}))
                    .startsWith("{\"status\":201,"));
        const Received &request = receiver.requests().first();
        QCOMPARE(request.line, "PUT /hook HTTP/1.1");
        QCOMPARE(request.body, "ü");
        QCOMPARE(request.headers.value("content-type"), "text/plain");
        QCOMPARE(request.headers.value("user-agent"), "me");
    }

    void aBodyThatIsNoTextIsEncoded()
    {
        Receiver receiver("HTTP/1.1 200 OK\r\n\r\n\xff\xfe");
        QVERIFY(run(to(receiver)).endsWith(tests::quoted("'body':'//4=','encoding':'base64'}")));
        Receiver cut("HTTP/1.1 200 OK\r\n\r\na\xc3");
        QVERIFY(run(to(cut)).endsWith(tests::quoted("'encoding':'base64'}")));
    }

    void headHasNoBody()
    {
        Receiver receiver([](QTcpSocket &socket, const Received &) {
            socket.write("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n");
        });
        QVERIFY(run(to(receiver, {{u"method"_s, u"HEAD"_s}})).endsWith(tests::quoted("'body':''}")));
    }

    void aRedirectIsAResult()
    {
        Receiver target("HTTP/1.1 200 OK\r\n\r\n");
        Receiver receiver("HTTP/1.1 307 Go\r\nLocation: " + target.url() + "\r\nContent-Length: 0\r\n\r\n");
        QVERIFY(run(to(receiver)).startsWith("{\"status\":307,"));
        QVERIFY(target.requests().isEmpty());
    }

    void aLongAnswerFails()
    {
        Receiver receiver([](QTcpSocket &socket, const Received &) {
            socket.write("HTTP/1.1 200 OK\r\n\r\n" + QByteArray(11 * 1024 * 1024, 'x'));
        });
        QVERIFY(run(to(receiver)).contains("longer than 10485760 bytes"));
    }

    void whatIsNotAllowedIsRefused_data()
    {
        QTest::addColumn<QJsonObject>("params");
        const QString url = u"http://127.0.0.1:1/"_s;
        QTest::newRow("address") << QJsonObject{{u"url"_s, u"http://[::1]/"_s}};
        QTest::newRow("metadata service") << QJsonObject{{u"url"_s, u"http://169.254.169.254/latest/"_s}};
        QTest::newRow("scheme") << QJsonObject{{u"url"_s, u"file:///etc/passwd"_s}};
        QTest::newRow("method") << QJsonObject{{u"url"_s, url}, {u"method"_s, u"GET / HTTP/1.1\r\nX: "_s}};
        QTest::newRow("host header") << QJsonObject{{u"url"_s, url}, {u"headers"_s, QJsonObject{{u"Host"_s, u"x"_s}}}};
        QTest::newRow("line end") << QJsonObject{{u"url"_s, url},
                                                 {u"headers"_s, QJsonObject{{u"X"_s, u"x\r\ny: z"_s}}}};
        QTest::newRow("line end in the address") << QJsonObject{{u"url"_s, url + u"\r\nX: y"_s}};
    }
    void whatIsNotAllowedIsRefused()
    {
        QFETCH(QJsonObject, params);
        const QByteArray answer = run(params);
        QVERIFY2(answer.startsWith("Failure: ") && !answer.contains("no connection"), answer.constData());
    }

    void aTruncatedAnswerFails()
    {
        Receiver receiver("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nok");
        QVERIFY(run(to(receiver)).startsWith("Failure: the connection was closed"));
    }
};

QTEST_GUILESS_MAIN(TestHttpRequest)
#include "tst_http_request.moc"
