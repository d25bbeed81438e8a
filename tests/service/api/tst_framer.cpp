// SPDX-License-Identifier: LGPL-3.0-or-later
#include "api/request_framer.h"

#include <QTest>

using namespace dragonscales::api;
using namespace Qt::Literals::StringLiterals;

namespace {

using Status = RequestFramer::Status;

Limits smallLimits()
{
    Limits limits;
    limits.headBytes = 1024;
    limits.headFields = 8;
    limits.urlBytes = 256;
    limits.bodyBytes = 64;
    return limits;
}

QByteArray get(const QByteArray &fields = {})
{
    return "GET / HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n";
}
QByteArray post(const QByteArray &fields, const QByteArray &body)
{
    return "POST /p HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n" + body;
}

// 0: whole, -1: wants more, else the refusal's status. Byte by byte and at once must come to the same.
int judge(const QByteArray &bytes, bool byteByByte, FramedRequest *out = nullptr)
{
    RequestFramer framer(smallLimits());
    Status status = Status::Incomplete;
    for (qsizetype i = 0; i < bytes.size(); i += byteByByte ? 1 : bytes.size()) {
        framer.feed(byteByByte ? QByteArrayView(bytes).sliced(i, 1) : QByteArrayView(bytes));
        status = framer.advance();
        if (status == Status::Ready || status == Status::Refused) {
            break;
        }
    }
    if (status == Status::Ready && out) {
        *out = framer.take();
    }
    if (status == Status::Refused && framer.refusal().sentence.isEmpty()) {
        return -2;
    }
    return status == Status::Ready ? 0 : status == Status::Refused ? framer.refusal().status : -1;
}

} // namespace

class TestFramer final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void judgesWhatComes_data();
    void judgesWhatComes();
    void readsTheHead();
    void readsPathAndQuery_data();
    void readsPathAndQuery();
    void putsTheTargetsHostInPlaceOfTheField();
    void joinsChunks_data();
    void joinsChunks();
    void knowsWhoKeepsTheConnection_data();
    void knowsWhoKeepsTheConnection();
    void asksOnceToContinue();
    void doesNotAskWhoHasBegun();
    void separatesPipelinedRequests();
    void countsLimitsAnewForEachRequest();
    void staysRefused();
    void tellsIdleFromMidRequest();
};

void TestFramer::judgesWhatComes_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("verdict");
    const auto row = [](const char *name, const QByteArray &bytes, int verdict) {
        QTest::newRow(name) << bytes << verdict;
    };
    row("a plain request", get(), 0);
    row("an empty line before it", "\r\n" + get(), 0);
    row("empty lines without end", QByteArray("\r\n").repeated(40), 400);
    row("not HTTP", "hello\r\n\r\n", 400);
    row("a TLS handshake", QByteArray("\x16\x03\x01\x02", 4), 400);
    row("no version", "GET /\r\n\r\n", 400);
    row("two spaces", "GET  / HTTP/1.1\r\nHost: h\r\n\r\n", 400);
    row("a tab for a space", "GET\t/ HTTP/1.1\r\nHost: h\r\n\r\n", 400);
    row("a space before the method", " GET / HTTP/1.1\r\nHost: h\r\n\r\n", 400);
    row("a space behind the version", "GET / HTTP/1.1 \r\nHost: h\r\n\r\n", 400);
    row("a space in the address", "GET /a b HTTP/1.1\r\nHost: h\r\n\r\n", 400);
    row("a bad method", "G(T / HTTP/1.1\r\nHost: h\r\n\r\n", 400);
    row("an unknown method is the router's matter", "BREW / HTTP/1.1\r\nHost: h\r\n\r\n", 0);
    row("an endless method", QByteArray(40, 'A') + " / HTTP/1.1\r\nHost: h\r\n\r\n", 400);
    row("CONNECT", "CONNECT h:80 HTTP/1.1\r\nHost: h\r\n\r\n", 501);
    row("OPTIONS *", "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", 0);
    row("GET *", "GET * HTTP/1.1\r\nHost: h\r\n\r\n", 400);
    row("HTTP/1.0 without Host", "GET / HTTP/1.0\r\n\r\n", 0);
    row("HTTP/1.2 is read as 1.1", "GET / HTTP/1.2\r\nHost: h\r\n\r\n", 0);
    row("HTTP/2.0", "GET / HTTP/2.0\r\nHost: h\r\n\r\n", 505);
    row("HTTP/0.9", "GET / HTTP/0.9\r\nHost: h\r\n\r\n", 505);
    row("the HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505);
    row("http in small letters", "GET / http/1.1\r\nHost: h\r\n\r\n", 400);
    row("HTTP/11", "GET / HTTP/11\r\nHost: h\r\n\r\n", 400);
    row("absolute form", "GET http://h/p HTTP/1.1\r\nHost: h\r\n\r\n", 0);
    row("absolute form, other scheme", "GET ftp://h/p HTTP/1.1\r\nHost: h\r\n\r\n", 400);
    row("absolute form, no host", "GET http:///p HTTP/1.1\r\nHost: h\r\n\r\n", 400);
    row("absolute form, a user", "GET http://u@h/p HTTP/1.1\r\nHost: h\r\n\r\n", 400);
    row("absolute form, no Host field", "GET http://h/p HTTP/1.1\r\n\r\n", 400);
    row("no form", "GET p HTTP/1.1\r\nHost: h\r\n\r\n", 400);
    row("a fragment", "GET /#a HTTP/1.1\r\nHost: h\r\n\r\n", 400);
    row("raw UTF-8 in the address", "GET /\xc3\xa9 HTTP/1.1\r\nHost: h\r\n\r\n", 400);
    row("half an escape", "GET /%4 HTTP/1.1\r\nHost: h\r\n\r\n", 400);
    row("no escape", "GET /%zz HTTP/1.1\r\nHost: h\r\n\r\n", 400);
    row("an escaped NUL", "GET /%00 HTTP/1.1\r\nHost: h\r\n\r\n", 400);
    row("a long address", "GET /" + QByteArray(255, 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n", 0);
    row("too long an address", "GET /" + QByteArray(256, 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n", 414);
    row("an endless address", "GET /" + QByteArray(400, 'a'), 414);

    row("bare LF", "GET / HTTP/1.1\nHost: h\n\n", 400);
    row("bare LF in a field", "GET / HTTP/1.1\r\nHost: h\nA: b\r\n\r\n", 400);
    row("bare LF at the end", "GET / HTTP/1.1\r\nHost: h\r\n\n", 400);
    row("bare CR in a value", get("A: b\rc\r\n"), 400);
    row("bare CR in the request line", "GET /\r HTTP/1.1\r\nHost: h\r\n\r\n", 400);
    row("two CR", "GET / HTTP/1.1\r\r\nHost: h\r\n\r\n", 400);
    row("NUL in a value", get(QByteArray("A: b\0c\r\n", 8)), 400);
    row("NUL in a name", get(QByteArray("A\0: b\r\n", 7)), 400);
    row("NUL in the address", QByteArray("GET /\0 HTTP/1.1\r\nHost: h\r\n\r\n", 28), 400);
    row("DEL in a value", get("A: b\x7f\r\n"), 400);
    row("a tab in a value", get("A: b\tc\r\n"), 0);
    row("UTF-8 in a value", get("A: \xc3\xa9\r\n"), 0);
    row("an empty value", get("A:\r\n"), 0);
    row("a folded field", get("A: b\r\n c\r\n"), 400);
    row("a blank before the first field", "GET / HTTP/1.1\r\n Host: h\r\n\r\n", 400);
    row("a space before the colon", get("A : b\r\n"), 400);
    row("no colon", get("Ab\r\n"), 400);
    row("no name", get(": b\r\n"), 400);
    row("as many fields as allowed", get(QByteArray("A: b\r\n").repeated(7)), 0);
    row("too many fields", get(QByteArray("A: b\r\n").repeated(8)), 431);
    row("too long a head", get("A: " + QByteArray(1000, 'b') + "\r\n"), 431);
    row("an endless field", "GET / HTTP/1.1\r\nA: " + QByteArray(1100, 'b'), 431);

    row("no Host", "GET / HTTP/1.1\r\n\r\n", 400);
    row("two Hosts", get("host: h\r\n"), 400);
    row("a Host with a path", "GET / HTTP/1.1\r\nHost: h/p\r\n\r\n", 400);
    row("a Host with a user", "GET / HTTP/1.1\r\nHost: u@h\r\n\r\n", 400);
    row("two hosts in one", "GET / HTTP/1.1\r\nHost: h, i\r\n\r\n", 400);

    row("a body", post("Content-Length: 3\r\n", "abc"), 0);
    row("an unfinished body", post("Content-Length: 3\r\n", "ab"), -1);
    row("no body", post("Content-Length: 0\r\n", ""), 0);
    row("two lengths", post("Content-Length: 3\r\nContent-Length: 4\r\n", "abc"), 400);
    row("the same length twice", post("Content-Length: 3\r\nContent-Length: 3\r\n", "abc"), 400);
    row("a list of lengths", post("Content-Length: 3, 3\r\n", "abc"), 400);
    row("a signed length", post("Content-Length: +3\r\n", "abc"), 400);
    row("a negative length", post("Content-Length: -3\r\n", "abc"), 400);
    row("a hexadecimal length", post("Content-Length: 0x3\r\n", "abc"), 400);
    row("an empty length", post("Content-Length:\r\n", "abc"), 400);
    row("the longest body", post("Content-Length: 64\r\n", QByteArray(64, 'a')), 0);
    row("too long a body", post("Content-Length: 65\r\n", ""), 413);
    row("a length beyond 64 bits", post("Content-Length: 99999999999999999999\r\n", ""), 413);
    row("length with coding", post("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400);
    row("coding with length", post("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", "0\r\n\r\n"), 400);

    const QByteArray chunked = "Transfer-Encoding: chunked\r\n";
    row("chunks", post(chunked, "3\r\nabc\r\n0\r\n\r\n"), 0);
    row("chunks without an end", post(chunked, "3\r\nabc\r\n"), -1);
    row("chunks in HTTP/1.0", "POST / HTTP/1.0\r\n" + chunked + "\r\n0\r\n\r\n", 400);
    row("an unknown coding", post("Transfer-Encoding: gzip\r\n", ""), 501);
    row("an unknown coding first", post("Transfer-Encoding: gzip, chunked\r\n", ""), 501);
    row("identity", post("Transfer-Encoding: identity\r\n", ""), 501);
    row("a look-alike", post("Transfer-Encoding: xchunked\r\n", ""), 501);
    row("chunked with a parameter", post("Transfer-Encoding: chunked;q=1\r\n", ""), 501);
    row("no coding", post("Transfer-Encoding:\r\n", ""), 400);
    row("chunked twice", post("Transfer-Encoding: chunked, chunked\r\n", ""), 400);
    row("chunked in two fields", post(chunked + chunked, ""), 400);
    row("a vertical tab in the coding", post("Transfer-Encoding: \vchunked\r\n", ""), 400);
    row("a bad size", post(chunked, "x\r\n"), 400);
    row("no size", post(chunked, "\r\nabc"), 400);
    row("a signed size", post(chunked, "+3\r\nabc\r\n"), 400);
    row("0x in a size", post(chunked, "0x3\r\nabc\r\n"), 400);
    row("a blank behind a size", post(chunked, "3 \r\nabc\r\n"), 400);
    row("a bare LF behind a size", post(chunked, "3\nabc\r\n"), 400);
    row("a size that overflows", post(chunked, "ffffffffffffffffffffff\r\n"), 413);
    row("a size of 2^64", post(chunked, "10000000000000000\r\n"), 413);
    row("too large a chunk", post(chunked, "41\r\n"), 413);
    row("too much in chunks", post(chunked, "40\r\n" + QByteArray(64, 'a') + "\r\n1\r\n"), 413);
    row("a chunk that goes on", post(chunked, "3\r\nabcd\r\n"), 400);
    row("a chunk with a bare LF", post(chunked, "3\r\nabc\n"), 400);
    row("an extension", post(chunked, "3;a=\"b\"\r\nabc\r\n0\r\n\r\n"), 0);
    row("an endless extension", post(chunked, "3;" + QByteArray(1100, 'a')), 400);
    row("a bare CR in an extension", post(chunked, "3;a\rb\r\nabc\r\n"), 400);
    row("trailers", post(chunked, "0\r\nA: b\r\n\r\n"), 0);
    row("a bad trailer", post(chunked, "0\r\nA b\r\n\r\n"), 400);
    row("too many trailers", post(chunked, "0\r\n" + QByteArray("A: b\r\n").repeated(8)), 431);
    row("too long trailers", post(chunked, "0\r\nA: " + QByteArray(1100, 'b')), 431);

    row("an unknown expectation", get("Expect: cake\r\n"), 417);
    row("too long a body with an expectation", post("Expect: 100-continue\r\nContent-Length: 65\r\n", ""), 413);
}

void TestFramer::judgesWhatComes()
{
    QFETCH(QByteArray, bytes);
    QFETCH(int, verdict);
    QCOMPARE(judge(bytes, false), verdict);
    QCOMPARE(judge(bytes, true), verdict);
}

void TestFramer::readsTheHead()
{
    FramedRequest framed;
    QCOMPARE(
        judge("POST /a HTTP/1.1\r\nhOsT: h:1\r\nX-A:  b c\t\r\nX-A: d\r\nContent-Length: 2\r\n\r\nhi", false, &framed),
        0);
    QCOMPARE(framed.request.method, "POST");
    QCOMPARE(framed.request.target, "/a");
    QCOMPARE(framed.request.header("Host"), "h:1");
    QCOMPARE(framed.request.header("x-a"), "b c");
    QCOMPARE(framed.request.headers.size(), 4);
    QCOMPARE(framed.request.headers.at(2).second, "d");
    QCOMPARE(framed.request.body, "hi");
    QVERIFY(framed.http11);
}

void TestFramer::readsPathAndQuery_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("a");
    QTest::newRow("plain") << "/x/y"_ba << u"/x/y"_s << QString();
    QTest::newRow("escaped") << "/%C3%A9%20z"_ba << u"/é z"_s << QString();
    QTest::newRow("query") << "/x?a=1&b=2"_ba << u"/x"_s << u"1"_s;
    QTest::newRow("escaped query") << "/x?a=%2F%26"_ba << u"/x"_s << u"/&"_s;
    QTest::newRow("question in the query") << "/x?a=?"_ba << u"/x"_s << u"?"_s;
    QTest::newRow("two slashes") << "//x"_ba << u"//x"_s << QString();
    QTest::newRow("absolute") << "HTTP://h/x?a=1"_ba << u"/x"_s << u"1"_s;
    QTest::newRow("absolute without path") << "http://h"_ba << u"/"_s << QString();
    QTest::newRow("absolute with query alone") << "http://h?a=1"_ba << u"/"_s << u"1"_s;
}

void TestFramer::readsPathAndQuery()
{
    QFETCH(QByteArray, target);
    FramedRequest framed;
    QCOMPARE(judge("GET " + target + " HTTP/1.1\r\nHost: h\r\n\r\n", false, &framed), 0);
    QTEST(framed.request.path, "path");
    QTEST(framed.request.query.queryItemValue(u"a"_s, QUrl::FullyDecoded), "a");
    QCOMPARE(framed.request.target, target);
}

void TestFramer::putsTheTargetsHostInPlaceOfTheField()
{
    FramedRequest framed;
    QCOMPARE(judge("GET http://real:5/ HTTP/1.1\r\nA: b\r\nHost: other\r\n\r\n", false, &framed), 0);
    QCOMPARE(framed.request.header("host"), "real:5");
    QCOMPARE(framed.request.headers.size(), 2);
    QCOMPARE(judge("GET http://real:5/ HTTP/1.0\r\n\r\n", false, &framed), 0);
    QCOMPARE(framed.request.header("host"), "real:5");
}

void TestFramer::joinsChunks_data()
{
    QTest::addColumn<QByteArray>("chunks");
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("none") << "0\r\n\r\n"_ba
                          << ""_ba;
    QTest::newRow("two") << "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"_ba
                         << "abcde"_ba;
    QTest::newRow("zeros and letters in sizes") << "00a\r\n0123456789\r\nA\r\n0123456789\r\n000\r\n\r\n"_ba
                                                << "01234567890123456789"_ba;
    QTest::newRow("line ends inside") << "4\r\n\r\n\r\n\r\n0\r\n\r\n"_ba
                                      << "\r\n\r\n"_ba;
}

void TestFramer::joinsChunks()
{
    QFETCH(QByteArray, chunks);
    for (const bool byteByByte : {false, true}) {
        FramedRequest framed;
        QCOMPARE(judge(post("Transfer-Encoding: Chunked\r\n", chunks), byteByByte, &framed), 0);
        QTEST(framed.request.body, "body");
    }
}

void TestFramer::knowsWhoKeepsTheConnection_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<bool>("keeps");
    QTest::newRow("1.1") << get() << true;
    QTest::newRow("1.1 close") << get("Connection: close\r\n") << false;
    QTest::newRow("1.1 close among others") << get("Connection: x, CLOSE\r\n") << false;
    QTest::newRow("1.1 close in a second field") << get("Connection: x\r\nConnection: close\r\n") << false;
    QTest::newRow("1.0") << "GET / HTTP/1.0\r\n\r\n"_ba << false;
    QTest::newRow("1.0 keep-alive") << "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"_ba << true;
    QTest::newRow("1.0 both") << "GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n"_ba << false;
}

void TestFramer::knowsWhoKeepsTheConnection()
{
    QFETCH(QByteArray, bytes);
    FramedRequest framed;
    QCOMPARE(judge(bytes, false, &framed), 0);
    QTEST(framed.keepAlive, "keeps");
}

void TestFramer::asksOnceToContinue()
{
    RequestFramer framer(smallLimits());
    framer.feed(post("Expect: 100-Continue\r\nContent-Length: 2\r\n", {}));
    QCOMPARE(framer.advance(), Status::Continue);
    QCOMPARE(framer.advance(), Status::Incomplete);
    framer.feed("a");
    QCOMPARE(framer.advance(), Status::Incomplete);
    framer.feed("b");
    QCOMPARE(framer.advance(), Status::Ready);
    QCOMPARE(framer.take().request.body, "ab");
}

void TestFramer::doesNotAskWhoHasBegun()
{
    RequestFramer framer(smallLimits());
    framer.feed(post("Expect: 100-continue\r\nContent-Length: 2\r\n", "a"));
    QCOMPARE(framer.advance(), Status::Incomplete);
    framer.feed("b");
    QCOMPARE(framer.advance(), Status::Ready);
    framer.take();
    framer.feed(post("Expect: 100-continue\r\nContent-Length: 0\r\n", {}));
    QCOMPARE(framer.advance(), Status::Ready);
    framer.take();
    framer.feed("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n");
    QCOMPARE(framer.advance(), Status::Incomplete);
}

void TestFramer::separatesPipelinedRequests()
{
    RequestFramer framer(smallLimits());
    framer.feed(get("A: 1\r\n") + post("Content-Length: 2\r\n", "hi") +
                post("Transfer-Encoding: chunked\r\n", "1\r\nx\r\n0\r\n\r\n") + get("A: 4\r\n"));
    QCOMPARE(framer.advance(), Status::Ready);
    QCOMPARE(framer.take().request.header("a"), "1");
    QCOMPARE(framer.advance(), Status::Ready);
    QCOMPARE(framer.take().request.body, "hi");
    QCOMPARE(framer.advance(), Status::Ready);
    QCOMPARE(framer.take().request.body, "x");
    QCOMPARE(framer.advance(), Status::Ready);
    const FramedRequest last = framer.take();
    QCOMPARE(last.request.header("a"), "4");
    QVERIFY(last.request.body.isEmpty());
    QCOMPARE(framer.advance(), Status::Incomplete);
}

void TestFramer::countsLimitsAnewForEachRequest()
{
    RequestFramer framer(smallLimits());
    for (int i = 0; i < 1000; ++i) {
        framer.feed(get(QByteArray("A: bbbbbbbbbbbbbbbbbb\r\n").repeated(7)));
        QCOMPARE(framer.advance(), Status::Ready);
        framer.take();
        QCOMPARE(framer.buffered(), 0);
    }
}

void TestFramer::staysRefused()
{
    RequestFramer framer(smallLimits());
    framer.feed("HEAD / HTTP/1.1\r\n\r\n");
    QCOMPARE(framer.advance(), Status::Refused);
    QVERIFY(framer.headOnly());
    framer.feed(get());
    QCOMPARE(framer.advance(), Status::Refused);
    QCOMPARE(framer.buffered(), 0);
}

void TestFramer::tellsIdleFromMidRequest()
{
    RequestFramer framer(smallLimits());
    QVERIFY(!framer.midRequest());
    framer.feed("G");
    framer.advance();
    QVERIFY(framer.midRequest());
    framer.feed("ET / HTTP/1.1\r\n");
    framer.advance();
    QVERIFY(framer.midRequest());
    framer.feed("Host: h\r\n\r\n");
    QCOMPARE(framer.advance(), Status::Ready);
    framer.take();
    QVERIFY(!framer.midRequest());
}

QTEST_GUILESS_MAIN(TestFramer)
#include "tst_framer.moc"
