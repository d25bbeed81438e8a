// SPDX-License-Identifier: LGPL-3.0-or-later
#include "api/gate_host_rule.h"

#include "api/listener.h"

#include <QTest>

using namespace dragonscales;
using namespace Qt::Literals::StringLiterals;

class TestGateHostRule final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void knowsItsOwnNames_data();
    void knowsItsOwnNames();
    void saysWhyItCannotListen_data();
    void saysWhyItCannotListen();
    void saysThatThePortIsTaken();
};

void TestGateHostRule::knowsItsOwnNames_data()
{
    QTest::addColumn<QString>("bound");
    QTest::addColumn<int>("port");
    QTest::addColumn<bool>("tls");
    QTest::addColumn<QByteArray>("host");
    QTest::addColumn<QString>("local"); // address of the connection
    QTest::addColumn<bool>("ours");
    const auto row = [](const char *name, const QString &bound, int port, bool tls, const QByteArray &host,
                        const QString &local,
                        bool ours) { QTest::newRow(name) << bound << port << tls << host << local << ours; };
    row("bound address", u"192.0.2.1"_s, 5003, false, "192.0.2.1:5003", u"192.0.2.1"_s, true);
    row("bound address of version 6", u"2001:db8::1"_s, 5003, false, "[2001:DB8::1]:5003", u"2001:db8::1"_s, true);
    row("brackets are needed", u"2001:db8::1"_s, 5003, false, "2001:db8::1:5003", u"2001:db8::1"_s, false);
    row("wildcard, where it came in", u"0.0.0.0"_s, 5003, false, "192.0.2.1:5003", u"192.0.2.1"_s, true);
    row("wildcard, elsewhere", u"0.0.0.0"_s, 5003, false, "192.0.2.2:5003", u"192.0.2.1"_s, false);
    row("wildcard itself", u"0.0.0.0"_s, 5003, false, "0.0.0.0:5003", u"192.0.2.1"_s, false);
    row("wildcard of version 6", u"::"_s, 5003, false, "[2001:db8::1]:5003", u"2001:db8::1"_s, true);
    row("bound, came in elsewhere", u"127.0.0.1"_s, 5003, false, "192.0.2.1:5003", u"192.0.2.1"_s, false);
    row("port 80 goes without saying", u"127.0.0.1"_s, 80, false, "localhost", u"127.0.0.1"_s, true);
    row("port 443 with TLS", u"127.0.0.1"_s, 443, true, "localhost", u"127.0.0.1"_s, true);
    row("port 443 without TLS", u"127.0.0.1"_s, 443, false, "localhost", u"127.0.0.1"_s, false);
    row("an empty port", u"127.0.0.1"_s, 5003, false, "localhost:", u"127.0.0.1"_s, false);
    row("a dot behind", u"127.0.0.1"_s, 5003, false, "localhost.:5003", u"127.0.0.1"_s, false);
    row("a number spelt otherwise", u"127.0.0.1"_s, 5003, false, "2130706433:5003", u"127.0.0.1"_s, false);
}

void TestGateHostRule::knowsItsOwnNames()
{
    QFETCH(QString, bound);
    QFETCH(int, port);
    QFETCH(bool, tls);
    QFETCH(QByteArray, host);
    QFETCH(QString, local);
    const api::HostRule rule(bound, static_cast<quint16>(port), tls, {});
    QTEST(rule.allows(host, local), "ours");
}

void TestGateHostRule::saysWhyItCannotListen_data()
{
    QTest::addColumn<QString>("address");
    QTest::addColumn<QString>("says");
    QTest::newRow("not ours") << u"192.0.2.1"_s << u"192.0.2.1:5003 is not an address of this machine"_s;
    QTest::newRow("not ours, version 6") << u"2001:db8::1"_s << u"[2001:db8::1]:5003"_s;
}

void TestGateHostRule::saysWhyItCannotListen()
{
    QFETCH(QString, address);
    QFETCH(QString, says);
    api::Listener listener([](qintptr) {});
    const auto port = listener.open(QHostAddress(address), 5003);
    QVERIFY(!port);
    QVERIFY2(port.error().message.contains(says), qUtf8Printable(port.error().message));
    QVERIFY(port.error().message.contains(u"--address"_s));
}

void TestGateHostRule::saysThatThePortIsTaken()
{
    api::Listener first([](qintptr) {});
    const auto port = first.open(QHostAddress::LocalHost, 0);
    QVERIFY(port);
    api::Listener second([](qintptr) {});
    const auto again = second.open(QHostAddress::LocalHost, *port);
    QVERIFY(!again);
    QCOMPARE(again.error().code, core::ErrorCode::Conflict);
    QVERIFY(again.error().message.startsWith(u"127.0.0.1:%1 is taken"_s.arg(*port)));
    QVERIFY(again.error().message.contains(u"--address"_s));
}

QTEST_GUILESS_MAIN(TestGateHostRule)
#include "tst_gate_host_rule.moc"
