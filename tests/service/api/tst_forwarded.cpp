// SPDX-License-Identifier: LGPL-3.0-or-later

#include "api/forwarded.h"

#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace dragonscales::api;

class ForwardedTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findsTheClient_data();
    void findsTheClient();
    void schemeAndHostComeFromTrustedProxiesOnly();
    void takesTheFieldOfTheNearestProxy();
    void knowsWhatItUnderstands_data();
    void knowsWhatItUnderstands();
};

void ForwardedTest::findsTheClient_data()
{
    QTest::addColumn<QStringList>("trusted");
    QTest::addColumn<QString>("peer");
    QTest::addColumn<QList<QByteArray>>("fields");
    QTest::addColumn<QString>("client");
    const QStringList proxy{u"10.0.0.0/8"_s, u"fd00::/8"_s, u"192.0.2.1"_s};
    const auto row = [](const char *name, const QStringList &trusted, const QString &peer,
                        const QList<QByteArray> &fields,
                        const QString &client) { QTest::newRow(name) << trusted << peer << fields << client; };
    row("nobody is trusted", {}, u"127.0.0.1"_s, {"198.51.100.7"}, u"127.0.0.1"_s);
    row("peer is not trusted", proxy, u"203.0.113.9"_s, {"198.51.100.7"}, u"203.0.113.9"_s);
    row("trusted network", proxy, u"10.1.2.3"_s, {"198.51.100.7"}, u"198.51.100.7"_s);
    row("trusted address", proxy, u"192.0.2.1"_s, {"198.51.100.7"}, u"198.51.100.7"_s);
    row("neighbour of a trusted address", proxy, u"192.0.2.2"_s, {"198.51.100.7"}, u"192.0.2.2"_s);
    row("IPv4 in IPv6 clothes", proxy, u"::ffff:10.1.2.3"_s, {"198.51.100.7"}, u"198.51.100.7"_s);
    row("IPv6", proxy, u"fd00::1"_s, {"2001:db8::7"}, u"2001:db8::7"_s);
    row("what the client wrote itself", proxy, u"10.0.0.1"_s, {"1.1.1.1, 198.51.100.7"}, u"198.51.100.7"_s);
    row("a chain of proxies", proxy, u"10.0.0.1"_s, {"1.1.1.1, 198.51.100.7, 10.0.0.2"}, u"198.51.100.7"_s);
    row("several fields", proxy, u"10.0.0.1"_s, {"198.51.100.7", "10.0.0.2"}, u"198.51.100.7"_s);
    row("only proxies", proxy, u"10.0.0.1"_s, {"10.0.0.3, 10.0.0.2"}, u"10.0.0.3"_s);
    row("no field", proxy, u"10.0.0.1"_s, {}, u"10.0.0.1"_s);
    row("nonsense", proxy, u"10.0.0.1"_s, {"198.51.100.7, <b>"}, u"10.0.0.1"_s);
    row("with a port", proxy, u"10.0.0.1"_s, {"198.51.100.7:4711"}, u"198.51.100.7"_s);
    row("IPv6 with a port", proxy, u"10.0.0.1"_s, {"[2001:db8::7]:4711"}, u"2001:db8::7"_s);
    row("a setting that is no address", {u"proxy"_s, u""_s}, u"10.0.0.1"_s, {"198.51.100.7"}, u"10.0.0.1"_s);
}

void ForwardedTest::findsTheClient()
{
    QFETCH(QStringList, trusted);
    QFETCH(QString, peer);
    QFETCH(QList<QByteArray>, fields);
    QFETCH(QString, client);
    Request request;
    request.clientAddress = peer;
    for (const QByteArray &field : fields) {
        request.headers.append({"X-Forwarded-For", field});
    }
    QCOMPARE(originationOf(request, "http", TrustedProxies(trusted)).clientAddress, client);
}

void ForwardedTest::schemeAndHostComeFromTrustedProxiesOnly()
{
    Request request;
    request.clientAddress = u"10.0.0.1"_s;
    request.headers = {{"Host", "inside:5003"}, {"X-Forwarded-Proto", "HTTPS"}, {"X-Forwarded-Host", "jobs.example"}};
    const Origination plain = originationOf(request, "http", TrustedProxies({}));
    QCOMPARE(plain.scheme, QByteArray("http"));
    QCOMPARE(plain.host, QByteArray("inside:5003"));
    const Origination proxied = originationOf(request, "http", TrustedProxies({u"10.0.0.1"_s}));
    QCOMPARE(proxied.scheme, QByteArray("https"));
    QCOMPARE(proxied.host, QByteArray("jobs.example"));
}

void ForwardedTest::takesTheFieldOfTheNearestProxy()
{
    Request request;
    request.clientAddress = u"10.0.0.1"_s;
    request.headers = {{"X-Forwarded-Host", "client.example, jobs.example"}, {"X-Forwarded-Proto", "ftp,https"}};
    const Origination proxied = originationOf(request, "http", TrustedProxies({u"10.0.0.1"_s}));
    QCOMPARE(proxied.host, QByteArray("jobs.example"));
    QCOMPARE(proxied.scheme, QByteArray("https"));
}

void ForwardedTest::knowsWhatItUnderstands_data()
{
    QTest::addColumn<bool>("understood");
    for (const char *item : {"192.0.2.1", "10.0.0.0/8", "::1", "fd00::/8", "::ffff:192.0.2.1"}) {
        QTest::newRow(item) << true;
    }
    for (const char *item : {"999.1", "10.0.0.0/33", "proxy", "10.0.0.1:80", "*", "fd00::/129"}) {
        QTest::newRow(item) << false;
    }
}

void ForwardedTest::knowsWhatItUnderstands()
{
    QFETCH(bool, understood);
    QCOMPARE(TrustedProxies::understands(QString::fromLatin1(QTest::currentDataTag())), understood);
}

QTEST_GUILESS_MAIN(ForwardedTest)
#include "tst_forwarded.moc"
