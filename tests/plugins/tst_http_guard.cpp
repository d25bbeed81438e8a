// SPDX-License-Identifier: LGPL-3.0-or-later
#include "plugins/http/guard.h"

#include <QTest>

using namespace dragonscales::plugins::http;
using namespace Qt::Literals::StringLiterals;

class TestHttpGuard : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void onlyTheInternetIsPublic_data()
    {
        QTest::addColumn<bool>("expected");
        for (const char *address : {
                 "0.0.0.0",
                 "0.1.2.3",
                 "10.0.0.1",
                 "10.255.255.255",
                 "100.64.0.1",
                 "100.127.255.255",
                 "127.0.0.1",
                 "127.255.255.254",
                 "169.254.169.254",
                 "172.16.0.1",
                 "172.31.255.255",
                 "192.0.0.170",
                 "192.0.2.1",
                 "192.88.99.1",
                 "192.168.0.1",
                 "198.18.0.1",
                 "198.19.255.255",
                 "198.51.100.7",
                 "203.0.113.9",
                 "224.0.0.1",
                 "239.255.255.250",
                 "240.0.0.1",
                 "255.255.255.255",
                 "::",
                 "::1",
                 "::7f00:1",
                 "::ffff:127.0.0.1",
                 "::ffff:10.1.2.3",
                 "::ffff:169.254.169.254",
                 "::ffff:0:127.0.0.1",
                 "64:ff9b::7f00:1",
                 "64:ff9b::a9fe:a9fe",
                 "64:ff9b:1::1",
                 "100::1",
                 "2001::1",
                 "2001:0:7f00:1::",
                 "2001:10::1",
                 "2001:db8::1",
                 "2002:7f00:1::",
                 "2002:a00:1::1",
                 "2002:c0a8:1::",
                 "3fff::1",
                 "3fff:fff::1",
                 "5f00::1",
                 "fc00::1",
                 "fd12:3456::1",
                 "fe80::1",
                 "fe80::1%lo",
                 "fec0::1",
                 "ff02::1",
                 "4000::1",
                 "",
             }) {
            QTest::newRow(*address ? address : "none") << false;
        }
        for (const char *address : {"1.1.1.1",         "9.255.255.255",  "11.0.0.1",
                                    "100.63.255.255",  "100.128.0.1",    "126.255.255.255",
                                    "128.0.0.1",       "169.253.0.1",    "172.15.255.255",
                                    "172.32.0.1",      "192.0.1.1",      "192.167.1.1",
                                    "192.169.0.1",     "198.17.255.255", "198.20.0.1",
                                    "223.255.255.255", "::ffff:8.8.8.8", "64:ff9b::808:808",
                                    "2002:808:808::1", "2001:200::1",    "2001:4860:4860::8888",
                                    "2606:4700::1111", "3ffe::1"}) {
            QTest::newRow(address) << true;
        }
    }
    void onlyTheInternetIsPublic()
    {
        QFETCH(bool, expected);
        const QHostAddress address(QString::fromLatin1(QTest::currentDataTag()));
        QVERIFY(qstrcmp(QTest::currentDataTag(), "none") == 0 || !address.isNull());
        QCOMPARE(isPublic(address), expected);
    }

    void allowAddsToThePublicOnes_data()
    {
        QTest::addColumn<QStringList>("allow");
        QTest::addColumn<QString>("host");
        QTest::addColumn<QString>("address");
        QTest::addColumn<bool>("permitted");
        QTest::newRow("public needs none") << QStringList() << u"example.org"_s << u"8.8.8.8"_s << true;
        QTest::newRow("private needs one") << QStringList() << u"example.org"_s << u"10.0.0.1"_s << false;
        QTest::newRow("address") << QStringList{u"127.0.0.1"_s} << u"x"_s << u"127.0.0.1"_s << true;
        QTest::newRow("its neighbour") << QStringList{u"127.0.0.1"_s} << u"x"_s << u"127.0.0.2"_s << false;
        QTest::newRow("mapped") << QStringList{u"127.0.0.1"_s} << u"x"_s << u"::ffff:127.0.0.1"_s << true;
        QTest::newRow("allowed as mapped") << QStringList{u"::ffff:127.0.0.1"_s} << u"x"_s << u"127.0.0.1"_s << true;
        QTest::newRow("other family") << QStringList{u"127.0.0.1"_s} << u"x"_s << u"::1"_s << false;
        QTest::newRow("range") << QStringList{u"10.1.0.0/16"_s} << u"x"_s << u"10.1.255.1"_s << true;
        QTest::newRow("outside the range") << QStringList{u"10.1.0.0/16"_s} << u"x"_s << u"10.2.0.1"_s << false;
        QTest::newRow("IPv6 range") << QStringList{u"fd00::/8"_s} << u"x"_s << u"fd12::1"_s << true;
        QTest::newRow("outside the IPv6 range") << QStringList{u"fd00::/8"_s} << u"x"_s << u"fc12::1"_s << false;
        QTest::newRow("host") << QStringList{u"Hooks.Internal"_s} << u"hooks.internal"_s << u"10.0.0.1"_s << true;
        QTest::newRow("another host") << QStringList{u"hooks.internal"_s} << u"evil.hooks.internal"_s << u"10.0.0.1"_s
                                      << false;
        QTest::newRow("NAT64 is not its IPv4")
            << QStringList{u"10.0.0.0/8"_s} << u"x"_s << u"64:ff9b::a00:1"_s << false;
    }
    void allowAddsToThePublicOnes()
    {
        QFETCH(QStringList, allow);
        QFETCH(QString, host);
        QFETCH(QString, address);
        const auto guard = Guard::make(allow);
        QVERIFY(guard.has_value());
        QTEST(guard->permits(host, QHostAddress(address)), "permitted");
    }

    void entriesThatMakeNoSenseAreNamed_data()
    {
        QTest::addColumn<QString>("entry");
        for (const char *entry : {"", " ", "10.0.0.0/33", "10.0.0.0/x", "/8", "10/", "http://x", "a b", "x:80",
                                  "*.internal", ".x", "fd00::/129"}) {
            QTest::newRow(*entry ? entry : "empty") << QString::fromLatin1(entry);
        }
    }
    void entriesThatMakeNoSenseAreNamed()
    {
        QFETCH(QString, entry);
        const auto guard = Guard::make({u"127.0.0.1"_s, entry});
        QVERIFY(!guard.has_value());
        QVERIFY(guard.error().message.contains(u'"' + entry + u'"'));
    }
};

QTEST_GUILESS_MAIN(TestHttpGuard)
#include "tst_http_guard.moc"
