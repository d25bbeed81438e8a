// SPDX-License-Identifier: LGPL-3.0-or-later

#include "api/verdict_cache.h"

#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;
using namespace dragonscales;

namespace {

sdk::Request asked()
{
    return {"GET", u"/api/v1/jobs/1"_s, "a=b", {{"Authorization", "Bearer x"}, {"Content-Length", "3"}}, u"10.0.0.1"_s};
}

sdk::Verdict allowed(std::chrono::milliseconds maxAge)
{
    sdk::Verdict verdict;
    verdict.allowed = true;
    verdict.role = u"viewer"_s;
    verdict.maxAge = maxAge;
    return verdict;
}

const api::VerdictCache::Time kStart{};

} // namespace

class VerdictCacheTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void holdsAsLongAsItSays_data();
    void holdsAsLongAsItSays();
    void countsForEqualRequestsOnly_data();
    void countsForEqualRequestsOnly();
    void refusalsAreAskedAnew();
    void oldOnesGoWhenThereAreTooMany();
};

void VerdictCacheTest::holdsAsLongAsItSays_data()
{
    QTest::addColumn<qint64>("maxAge"); // ms
    QTest::addColumn<qint64>("later");
    QTest::addColumn<bool>("found");
    QTest::newRow("none") << qint64(0) << qint64(0) << false;
    QTest::newRow("negative") << qint64(-5) << qint64(0) << false;
    QTest::newRow("within") << qint64(1000) << qint64(999) << true;
    QTest::newRow("at its end") << qint64(1000) << qint64(1000) << false;
    QTest::newRow("an hour is the most") << (qint64(1) << 40) << qint64(3'599'999) << true;
    QTest::newRow("not more than an hour") << (qint64(1) << 40) << qint64(3'600'000) << false;
}

void VerdictCacheTest::holdsAsLongAsItSays()
{
    QFETCH(qint64, maxAge);
    QFETCH(qint64, later);
    api::VerdictCache cache;
    cache.keep(asked(), allowed(std::chrono::milliseconds(maxAge)), kStart);
    const auto found = cache.find(asked(), kStart + std::chrono::milliseconds(later));
    QTEST(found.has_value(), "found");
    if (found) {
        QCOMPARE(found->role, u"viewer"_s);
    }
}

void VerdictCacheTest::countsForEqualRequestsOnly_data()
{
    QTest::addColumn<sdk::Request>("other");
    QTest::addColumn<bool>("found");
    const auto row = [](const char *name, bool found, const std::function<void(sdk::Request &)> &change) {
        sdk::Request other = asked();
        change(other);
        QTest::newRow(name) << other << found;
    };
    row("the same", true, [](sdk::Request &) {});
    row("another length of the body", true, [](sdk::Request &r) { r.headers[1].second = "77"; });
    row("no length", true, [](sdk::Request &r) { r.headers.removeLast(); });
    row("method", false, [](sdk::Request &r) { r.method = "DELETE"; });
    row("path", false, [](sdk::Request &r) { r.path += u'2'; });
    row("query", false, [](sdk::Request &r) { r.query = {}; });
    row("client", false, [](sdk::Request &r) { r.clientAddress = u"10.0.0.2"_s; });
    row("key", false, [](sdk::Request &r) { r.headers[0].second = "Bearer y"; });
    row("name of a header", false, [](sdk::Request &r) { r.headers[0].first = "X-Authorization"; });
    row("bytes moved between the parts", false, [](sdk::Request &r) {
        r.method = "GE";
        r.path = u"T/api/v1/jobs/1"_s;
    });
}

void VerdictCacheTest::countsForEqualRequestsOnly()
{
    QFETCH(sdk::Request, other);
    api::VerdictCache cache;
    cache.keep(asked(), allowed(1min), kStart);
    QTEST(cache.find(other, kStart).has_value(), "found");
}

void VerdictCacheTest::refusalsAreAskedAnew()
{
    api::VerdictCache cache;
    sdk::Verdict refused = allowed(1min);
    refused.allowed = false;
    cache.keep(asked(), refused, kStart);
    QVERIFY(!cache.find(asked(), kStart));
}

void VerdictCacheTest::oldOnesGoWhenThereAreTooMany()
{
    api::VerdictCache cache(2);
    sdk::Request request = asked();
    for (const auto &client : {u"1"_s, u"2"_s, u"3"_s}) {
        request.clientAddress = client;
        cache.keep(request, allowed(1min), kStart);
    }
    request.clientAddress = u"1"_s;
    QVERIFY(!cache.find(request, kStart));
    request.clientAddress = u"3"_s;
    QVERIFY(cache.find(request, kStart));
}

QTEST_GUILESS_MAIN(VerdictCacheTest)
#include "tst_verdict_cache.moc"
