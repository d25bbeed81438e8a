// SPDX-License-Identifier: LGPL-3.0-or-later

#include "api/origin_rule.h"

#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace dragonscales::api;

namespace {

const QStringList kListed{u"https://App.example.org/"_s, u"http://localhost:3000"_s};

QByteArray headerOf(const Response &response, const char *name)
{
    for (const auto &[key, value] : response.headers) {
        if (key == name) {
            return value;
        }
    }
    return {};
}

} // namespace

class OriginRuleTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void judges_data();
    void judges();
    void everyOriginFieldCounts();
    void withoutAHostNoOriginIsOurs();
    void answersPreflightsOfListedOriginsOnly();
    void marksAnswersForListedOriginsOnly();
    void saysNothingOfOriginsWhenNoneIsListed();
    void knowsAnOrigin_data();
    void knowsAnOrigin();
};

void OriginRuleTest::judges_data()
{
    QTest::addColumn<QByteArray>("scheme");
    QTest::addColumn<QByteArray>("host");
    QTest::addColumn<QByteArray>("origin"); // null: not sent
    QTest::addColumn<QByteArray>("site");
    QTest::addColumn<bool>("allowed");
    const auto row = [](const char *name, const QByteArray &origin, const QByteArray &site, bool allowed,
                        const QByteArray &host = "127.0.0.1:5003", const QByteArray &scheme = "http") {
        QTest::newRow(name) << scheme << host << origin << site << allowed;
    };
    row("no browser", {}, {}, true);
    row("ours", "http://127.0.0.1:5003", "same-origin", true);
    row("ours in capitals", "HTTP://LocalHost:5003", {}, true, "localhost:5003");
    row("ours at the scheme's port", "http://example.org", {}, true, "example.org:80");
    row("ours behind TLS", "https://example.org", {}, true, "example.org:443", "https");
    row("other scheme", "https://127.0.0.1:5003", {}, false);
    row("other port", "http://127.0.0.1:5004", {}, false);
    row("other host", "http://evil.example", {}, false);
    row("host as a prefix", "http://127.0.0.1:5003.evil.example", {}, false);
    row("null", "null", {}, false);
    row("empty", "", {}, false);
    row("listed", "https://app.example.org", "cross-site", true);
    row("listed with a port", "http://localhost:3000", "same-site", true);
    row("listed host, other port", "http://localhost:3001", {}, false);
    row("listed host, other scheme", "http://app.example.org", {}, false);
    row("below a listed host", "https://x.app.example.org", {}, false);
    row("cross-site without origin", {}, "cross-site", false);
    row("same-site without origin", {}, "same-site", false);
    row("in capitals", {}, "Cross-Site", false);
    row("typed by the user", {}, "none", true);
    row("same-origin without origin", {}, "same-origin", true);
    row("ours but cross-site", "http://127.0.0.1:5003", "cross-site", false);
}

void OriginRuleTest::judges()
{
    QFETCH(QByteArray, scheme);
    QFETCH(QByteArray, host);
    QFETCH(QByteArray, origin);
    QFETCH(QByteArray, site);
    QFETCH(bool, allowed);
    const OriginRule rule(kListed);
    for (const char *method : {"GET", "HEAD", "POST", "DELETE", "OPTIONS"}) {
        Request request;
        request.method = method;
        if (!origin.isNull()) {
            request.headers.append({"oRIGIN", origin});
        }
        if (!site.isNull()) {
            request.headers.append({"Sec-Fetch-Site", site});
        }
        QCOMPARE(rule.allows(request, scheme, host), allowed);
    }
}

void OriginRuleTest::everyOriginFieldCounts()
{
    Request request;
    request.headers = {{"Origin", "https://app.example.org"}, {"Origin", "https://evil.example"}};
    QVERIFY(!OriginRule(kListed).allows(request, "http", "localhost"));
}

void OriginRuleTest::withoutAHostNoOriginIsOurs()
{
    Request request;
    request.headers = {{"Origin", "http://"}};
    QVERIFY(!OriginRule({}).allows(request, "http", ""));
}

void OriginRuleTest::answersPreflightsOfListedOriginsOnly()
{
    const OriginRule rule(kListed);
    Request request;
    request.method = "OPTIONS";
    request.headers = {{"Origin", "https://app.example.org"}, {"Access-Control-Request-Method", "POST"}};
    QVERIFY(rule.isPreflight(request));
    const Response response = rule.preflight(request);
    QCOMPARE(response.status, 204);
    QCOMPARE(headerOf(response, "Access-Control-Allow-Origin"), QByteArray("https://app.example.org"));
    QVERIFY(headerOf(response, "Access-Control-Allow-Credentials").isNull());
    QVERIFY(headerOf(response, "Access-Control-Allow-Methods").contains("DELETE"));
    request.method = "POST";
    QVERIFY(!rule.isPreflight(request));
    request.method = "OPTIONS";
    request.headers = {{"Origin", "https://evil.example"}, {"Access-Control-Request-Method", "POST"}};
    QVERIFY(!rule.isPreflight(request));
    request.headers = {{"Origin", "https://app.example.org"}};
    QVERIFY(!rule.isPreflight(request));
}

void OriginRuleTest::marksAnswersForListedOriginsOnly()
{
    const OriginRule rule(kListed);
    Request request;
    Response response;
    rule.mark(request, &response);
    QCOMPARE(headerOf(response, "Vary"), QByteArray("Origin"));
    QVERIFY(headerOf(response, "Access-Control-Allow-Origin").isNull());
    request.headers = {{"Origin", "http://localhost:3000"}};
    rule.mark(request, &response);
    QCOMPARE(headerOf(response, "Access-Control-Allow-Origin"), QByteArray("http://localhost:3000"));
}

void OriginRuleTest::saysNothingOfOriginsWhenNoneIsListed()
{
    Request request;
    request.headers = {{"Origin", "http://localhost:3000"}};
    Response response;
    OriginRule({u" "_s}).mark(request, &response);
    QVERIFY(response.headers.isEmpty());
}

void OriginRuleTest::knowsAnOrigin_data()
{
    QTest::addColumn<bool>("known");
    for (const char *text :
         {"https://example.org", "HTTPS://App.example.org/", "http://localhost:3000", "http://[::1]:80"}) {
        QTest::newRow(text) << true;
    }
    for (const char *text :
         {"junk", "*", "null", "example.org", "ftp://example.org", "https://", "https://example.org/app",
          "https://u@example.org", "https://example.org?x", "https://example.org:port"}) {
        QTest::newRow(text) << false;
    }
}

void OriginRuleTest::knowsAnOrigin()
{
    QFETCH(bool, known);
    QCOMPARE(OriginRule::isOrigin(QString::fromLatin1(QTest::currentDataTag())), known);
}

QTEST_GUILESS_MAIN(OriginRuleTest)
#include "tst_origin_rule.moc"
