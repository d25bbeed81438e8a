// SPDX-License-Identifier: LGPL-3.0-or-later
#include "plugins/http/answer_parser.h"

#include <QTest>

using namespace dragonscales::plugins::http;
using namespace Qt::Literals::StringLiterals;
using State = AnswerParser::State;
using Overflow = AnswerParser::Overflow;

Q_DECLARE_METATYPE(AnswerParser::State)

class TestHttpAnswerParser : public QObject
{
    Q_OBJECT

private:
    static AnswerParser fedWith(const QByteArray &bytes, bool atOnce)
    {
        AnswerParser parser(false, 16, Overflow::Fail);
        if (atOnce) {
            parser.feed(bytes);
        } else {
            for (const char byte : bytes) {
                parser.feed(QByteArrayView(&byte, 1));
            }
        }
        parser.closed();
        return parser;
    }

private Q_SLOTS:
    void answersAreReadHoweverTheyArrive_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<State>("state");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        const auto good = [](const char *name, const QByteArray &bytes, int status, const QByteArray &body) {
            QTest::newRow(name) << bytes << State::Done << status << body;
        };
        const auto bad = [](const char *name, const QByteArray &bytes) {
            QTest::newRow(name) << bytes << State::Failed << 0 << QByteArray();
        };
        good("length", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, "ok");
        good("the same length twice", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok", 200, "ok");
        good("more than the length", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokay", 200, "ok");
        good("no length", "HTTP/1.0 500 No\r\n\r\nwhy", 500, "why");
        good("no phrase", "HTTP/1.1 204\r\n\r\n", 204, "");
        good("no body for 304", "HTTP/1.1 304 x\r\nContent-Length: 5\r\n\r\n", 304, "");
        good("zero length", "HTTP/1.1 410 Gone\r\ncontent-length:0\r\n\r\n", 410, "");
        good("chunks",
             "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0A;x=y\r\n0123456789\r\n0\r\nT: "
             "x\r\n\r\n",
             200, "abc0123456789");
        good("chunks before length",
             "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n", 200, "a");
        good("interim first",
             "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: x\r\n\r\nHTTP/1.1 201 Made\r\nContent-Length: "
             "1\r\n\r\nx",
             201, "x");
        good("body of the limit", "HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\n0123456789abcdef", 200,
             "0123456789abcdef");
        bad("nothing", "");
        bad("garbage", QByteArray("\x16\x03\x01\x00garbage", 11));
        bad("another protocol", "SSH-2.0-OpenSSH\r\n");
        bad("HTTP/2", "HTTP/2 200\r\n\r\n");
        bad("no status", "HTTP/1.1 OK\r\n\r\n");
        bad("status too long", "HTTP/1.1 2000 OK\r\n\r\n");
        bad("status too small", "HTTP/1.1 099 OK\r\n\r\n");
        bad("head cut short", "HTTP/1.1 200 OK\r\nA: b\r\n");
        bad("body cut short", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nok");
        bad("chunk cut short", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab");
        bad("no last chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n");
        bad("chunk size is no number", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n");
        bad("negative chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n");
        bad("huge chunk size", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8000000000000000\r\n");
        bad("chunk longer than said", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n");
        bad("unknown coding", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n");
        bad("negative length", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n");
        bad("huge length", "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n");
        bad("two lengths in one", "HTTP/1.1 200 OK\r\nContent-Length: 1, 2\r\n\r\nab");
        bad("two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\ncontent-length: 1\r\n\r\nab");
        bad("field without a name", "HTTP/1.1 200 OK\r\n: x\r\n\r\n");
        bad("field without a colon", "HTTP/1.1 200 OK\r\nnonsense\r\n\r\n");
        bad("upgrade", "HTTP/1.1 101 Switching\r\n\r\n");
        bad("endless interim", QByteArray("HTTP/1.1 100 Continue\r\n\r\n").repeated(20));
        bad("endless head", "HTTP/1.1 200 OK\r\nA: " + QByteArray(40'000, 'x'));
        bad("long head", "HTTP/1.1 200 OK\r\nA: " + QByteArray(40'000, 'x') + "\r\n\r\n");
        bad("too many fields", "HTTP/1.1 200 OK\r\n" + QByteArray("A: b\r\n").repeated(101) + "\r\n");
        bad("body over the limit", "HTTP/1.1 200 OK\r\n\r\n0123456789abcdefg");
        bad("chunks over the limit",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n11\r\n0123456789abcdefg\r\n0\r\n\r\n");
        bad("endless chunk line", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;" + QByteArray(2000, 'x'));
        bad("endless trailer",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n" + QByteArray("A: b\r\n").repeated(200));
    }
    void answersAreReadHoweverTheyArrive()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(State, state);
        for (const bool atOnce : {true, false}) {
            const AnswerParser parser = fedWith(bytes, atOnce);
            QVERIFY2(parser.state() == state, qPrintable(parser.error()));
            QCOMPARE(parser.error().isEmpty(), state == State::Done);
            if (state == State::Done) {
                QTEST(parser.answer().status, "status");
                QTEST(parser.answer().body, "body");
            }
        }
    }

    void aLongBodyMayBeCut()
    {
        AnswerParser parser(false, 4, Overflow::Cut);
        parser.feed("HTTP/1.1 200 OK\r\n\r\nabcdef");
        QCOMPARE(parser.state(), State::Done);
        QCOMPARE(parser.answer().body, "abcd");
    }

    void headHasNoBody()
    {
        AnswerParser parser(true, 4, Overflow::Fail);
        parser.feed("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
        QCOMPARE(parser.state(), State::Done);
    }

    void onlyASoundHeadCounts()
    {
        AnswerParser broken(false, 4, Overflow::Cut);
        broken.feed("HTTP/1.1 200 OK\r\nnonsense\r\n\r\n");
        QVERIFY(!broken.hasHead());
        AnswerParser late(false, 4, Overflow::Cut);
        late.feed("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n");
        QCOMPARE(late.state(), State::Failed);
        QVERIFY(late.hasHead());
    }

    void headersFromAClientAreChecked_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QJsonValue>("value");
        QTest::addColumn<bool>("good");
        QTest::newRow("plain") << u"X-A"_s << QJsonValue(u"b, c\td"_s) << true;
        QTest::newRow("not ASCII") << u"X-A"_s << QJsonValue(u"é"_s) << true;
        QTest::newRow("CR LF") << u"X-A"_s << QJsonValue(u"b\r\nX-B: c"_s) << false;
        QTest::newRow("LF") << u"X-A"_s << QJsonValue(u"b\nX-B: c"_s) << false;
        QTest::newRow("CR") << u"X-A"_s << QJsonValue(u"b\rX-B: c"_s) << false;
        QTest::newRow("zero") << u"X-A"_s << QJsonValue(QString(QChar(u'\0'))) << false;
        QTest::newRow("delete") << u"X-A"_s << QJsonValue(u"\x7f"_s) << false;
        QTest::newRow("number") << u"X-A"_s << QJsonValue(1) << false;
        QTest::newRow("name with a colon") << u"X-A: b"_s << QJsonValue(u"c"_s) << false;
        QTest::newRow("name with a line end") << u"X\r\nA"_s << QJsonValue(u"c"_s) << false;
        QTest::newRow("name with a space") << u"X A"_s << QJsonValue(u"c"_s) << false;
        QTest::newRow("empty name") << QString() << QJsonValue(u"c"_s) << false;
        QTest::newRow("name not ASCII") << u"É"_s << QJsonValue(u"c"_s) << false;
    }
    void headersFromAClientAreChecked()
    {
        QFETCH(QString, name);
        QFETCH(QJsonValue, value);
        QTEST(headersFrom({{name, value}}).has_value(), "good");
    }
};

QTEST_GUILESS_MAIN(TestHttpAnswerParser)
#include "tst_http_answer_parser.moc"
