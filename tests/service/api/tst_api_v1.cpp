// SPDX-License-Identifier: LGPL-3.0-or-later

#include "api_fixture.h"

#include "api/id_list_stream.h"
#include "core/ids.h"

#include <QRegularExpression>
#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace dragonscales;
using test::ApiFixture;

namespace {

const QString kJobs = u"/api/v1/jobs/"_s;

// No raw string: moc stumbles over an odd number of quotes in one.
QByteArray queued(const QByteArray &id, const QByteArray &result)
{
    return "{\"id\":\"" + id + "\",\"status\":\"queued\",\"result\":" + result + ",\"info\":null}";
}

// The lists' bodies: ["…","…"]
QList<QByteArray> idsOf(const QByteArray &body)
{
    QList<QByteArray> ids;
    static const QRegularExpression id(u"[0-9a-f-]{36}"_s);
    for (const auto &match : id.globalMatch(QString::fromLatin1(body))) {
        ids << match.captured().toLatin1();
    }
    return ids;
}

} // namespace

class ApiV1Test final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_shared = std::make_unique<ApiFixture>(); }
    void cleanupTestCase() { m_shared.reset(); }

    void createsAndShowsAJob();
    void answersFaultsAllAtOnce();
    void judgesTheContentType_data();
    void judgesTheContentType();
    void judgesTheContentEncoding_data();
    void judgesTheContentEncoding();
    void refusesWhatIsNotUtf8();
    void unknownIdsAreNotFound_data();
    void unknownIdsAreNotFound();
    void deletesAJob();
    void listsNewestFirstInPages();
    void listsByStatusAndQueue();
    void refusesBadListQueries_data();
    void refusesBadListQueries();
    void streamsLongLists_data();
    void streamsLongLists();
    void answersUnknownPathsAndVerbs_data();
    void answersUnknownPathsAndVerbs();
    void saysWhenTheStoreIsOutOfReach();
    void saysWhenAQueueIsFull();
    void answersWhenTheBrokerHasStopped();
    void keepsTheTraceContext_data();
    void keepsTheTraceContext();

private:
    std::unique_ptr<ApiFixture> m_shared; // for tables whose rows leave nothing that others mind
};

void ApiV1Test::createsAndShowsAJob()
{
    ApiFixture fixture;
    const auto made = fixture.ask("POST", kJobs, ApiFixture::plainBody());
    QCOMPARE(made.status, 200);
    QCOMPARE(made.contentType, QByteArray("application/json"));
    const QByteArray id = made.body.mid(7, 36);
    QVERIFY(!core::idFromText(id).isNull());
    QCOMPARE(made.body, queued(id, "{}"));
    for (const QString &path : {kJobs + QString::fromLatin1(id), kJobs + QString::fromLatin1(id) + u'/'}) {
        const auto shown = fixture.ask("GET", path);
        QCOMPARE(shown.status, 200);
        QCOMPARE(shown.body, queued(id, "null"));
        QCOMPARE(fixture.ask("HEAD", path).body, shown.body);
    }
    QCOMPARE(fixture.ask("POST", u"/api/v1/jobs"_s, ApiFixture::plainBody()).status, 200);
}

void ApiV1Test::answersFaultsAllAtOnce()
{
    ApiFixture fixture;
    const auto refused = fixture.ask("POST", kJobs, R"({"task":{"name":"task","params":{"a":"x","b":1}},"storage":7})");
    QCOMPARE(refused.status, 422);
    QCOMPARE(
        refused.body,
        QByteArray(
            R"({"detail":[{"loc":["body","task","params","a"],"msg":"value is not a valid integer","type":"type_error.integer"},)"
            R"({"loc":["body","storage"],"msg":"value is not a valid dict","type":"type_error.dict"},)"
            R"({"loc":["body","callback"],"msg":"field required","type":"value_error.missing"}]})"));
    QCOMPARE(fixture.ask("GET", kJobs).body, QByteArray("[]"));
}

void ApiV1Test::judgesTheContentType_data()
{
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<int>("status");
    QTest::newRow("none") << QByteArray() << 200;
    QTest::newRow("JSON") << QByteArray("application/json") << 200;
    QTest::newRow("with a charset") << QByteArray("Application/JSON; charset=utf-8") << 200;
    QTest::newRow("+json") << QByteArray("application/vnd.x+json") << 200;
    QTest::newRow("text") << QByteArray("text/plain") << 415;
    QTest::newRow("text that looks like JSON") << QByteArray("text/plain; application/json") << 415;
    QTest::newRow("text/+json") << QByteArray("text/x+json") << 415;
    QTest::newRow("form") << QByteArray("application/x-www-form-urlencoded") << 415;
    QTest::newRow("multipart") << QByteArray("multipart/form-data; boundary=x") << 415;
}

void ApiV1Test::judgesTheContentType()
{
    QFETCH(QByteArray, type);
    QFETCH(int, status);
    ApiFixture &fixture = *m_shared;
    const qsizetype before = idsOf(fixture.ask("GET", kJobs).body).size();
    const api::Headers headers = type.isNull() ? api::Headers() : api::Headers{{"content-type", type}};
    QCOMPARE(fixture.ask("POST", kJobs, ApiFixture::plainBody(), headers).status, status);
    QCOMPARE(idsOf(fixture.ask("GET", kJobs).body).size() - before, status == 200 ? 1 : 0);
}

void ApiV1Test::judgesTheContentEncoding_data()
{
    QTest::addColumn<QByteArray>("encoding");
    QTest::addColumn<int>("status");
    QTest::newRow("identity") << QByteArray("Identity") << 200;
    QTest::newRow("gzip") << QByteArray("gzip") << 415;
    QTest::newRow("both") << QByteArray("identity, gzip") << 415;
}

void ApiV1Test::judgesTheContentEncoding()
{
    QFETCH(QByteArray, encoding);
    QFETCH(int, status);
    const auto answer = m_shared->ask("POST", kJobs, ApiFixture::plainBody(), {{"content-encoding", encoding}});
    QCOMPARE(answer.status, status);
    QCOMPARE(answer.body.contains("Content-Encoding"), status == 415);
}

void ApiV1Test::refusesWhatIsNotUtf8()
{
    ApiFixture fixture;
    const auto refused = fixture.ask("POST", kJobs, "\"\xff\"");
    QCOMPARE(refused.status, 400);
    QCOMPARE(refused.body, QByteArray(R"({"detail":"There was an error parsing the body"})"));
}

void ApiV1Test::unknownIdsAreNotFound_data()
{
    QTest::addColumn<QString>("id");
    QTest::newRow("unknown") << u"0198c0de-0000-7000-8000-000000000001"_s;
    QTest::newRow("no id at all") << u"x' OR '1'='1"_s;
    QTest::newRow("with braces") << u"{0198c0de-0000-7000-8000-000000000001}"_s;
    QTest::newRow("not ASCII") << u"０198c0de-0000-7000-8000-000000000001"_s;
}

void ApiV1Test::unknownIdsAreNotFound()
{
    QFETCH(QString, id);
    ApiFixture &fixture = *m_shared;
    for (const char *verb : {"GET", "HEAD", "DELETE"}) {
        const auto answer = fixture.ask(verb, kJobs + id);
        QCOMPARE(answer.status, 404);
        QCOMPARE(answer.body, QByteArray(R"({"detail":"Not found"})"));
    }
}

void ApiV1Test::deletesAJob()
{
    ApiFixture fixture;
    const QString path = kJobs + QString::fromLatin1(fixture.post());
    const auto removed = fixture.ask("DELETE", path);
    QCOMPARE(removed.status, 200);
    QCOMPARE(removed.body, QByteArray("null"));
    QCOMPARE(fixture.ask("GET", path).status, 404);
    QCOMPARE(fixture.ask("DELETE", path).status, 404);
    QCOMPARE(fixture.ask("GET", kJobs).body, QByteArray("[]"));
}

void ApiV1Test::listsNewestFirstInPages()
{
    ApiFixture fixture;
    QList<QByteArray> ids;
    for (int i = 0; i < 5; ++i) {
        ids.prepend(fixture.post());
    }
    const auto all = fixture.ask("GET", kJobs);
    QCOMPARE(all.body, "[\"" + ids.join("\",\"") + "\"]");
    QVERIFY(ApiFixture::headerOf(all, "Link").isNull());

    QList<QByteArray> paged;
    QString next = kJobs + u"?limit=2&queue=queue"_s;
    for (int page = 0; page < 3; ++page) {
        const auto answer = fixture.ask("GET", next);
        paged << idsOf(answer.body);
        const QByteArray link = ApiFixture::headerOf(answer, "Link");
        QCOMPARE(link.isNull(), page == 2);
        QVERIFY(page == 2 || (link.startsWith("</api/v1/jobs/?") && link.endsWith(">; rel=\"next\"")));
        next = QString::fromLatin1(link.mid(1, link.indexOf('>') - 1));
    }
    QCOMPARE(paged, ids);
}

void ApiV1Test::listsByStatusAndQueue()
{
    ApiFixture fixture;
    const QByteArray id = fixture.post();
    const QByteArray running = fixture.post();
    Q_UNUSED(id)
    QCOMPARE(fixture.broker->claim(u"queue"_s, 1, u"w"_s, std::chrono::seconds(30)).result()->size(), 1);
    QCOMPARE(idsOf(fixture.ask("GET", kJobs + u"?status=started"_s).body), QList<QByteArray>{id});
    QCOMPARE(idsOf(fixture.ask("GET", kJobs + u"?status=queued"_s).body), QList<QByteArray>{running});
    QCOMPARE(idsOf(fixture.ask("GET", kJobs + u"?status=queued,started"_s).body).size(), 2);
    QCOMPARE(idsOf(fixture.ask("GET", kJobs + u"?status=queued&status=started"_s).body).size(), 2);
    QCOMPARE(idsOf(fixture.ask("GET", kJobs + u"?status=started,started"_s).body), QList<QByteArray>{id});
    QCOMPARE(fixture.ask("GET", kJobs + u"?status=failed"_s).body, QByteArray("[]"));
    QCOMPARE(fixture.ask("GET", kJobs + u"?queue=other"_s).body, QByteArray("[]"));
}

void ApiV1Test::refusesBadListQueries_data()
{
    QTest::addColumn<QString>("query");
    QTest::addColumn<QByteArray>("fault");
    QTest::newRow("limit")
        << u"limit=x"_s
        << QByteArray(R"({"loc":["query","limit"],"msg":"value is not a valid integer","type":"type_error.integer"})");
    QTest::newRow("limit of none")
        << u"limit=0"_s
        << QByteArray(
               R"({"loc":["query","limit"],"msg":"ensure this value is greater than or equal to 1","type":"value_error.number.not_ge","ctx":{"limit_value":1}})");
    QTest::newRow("cursor")
        << u"cursor=1"_s
        << QByteArray(R"({"loc":["query","cursor"],"msg":"value is not a valid uuid","type":"type_error.uuid"})");
    QTest::newRow("both")
        << u"limit=&limit=x&cursor=x"_s
        << QByteArray(R"({"loc":["query","cursor"],"msg":"value is not a valid uuid","type":"type_error.uuid"})");
    QTest::newRow("status")
        << u"status=done"_s
        << QByteArray("{\"loc\":[\"query\",\"status\"],\"msg\":\"value is not a valid enumeration member; permitted: "
                      "'queued', 'started', 'finished', 'canceled', 'failed'\",\"type\":\"type_error.enum\",\"ctx\":{"
                      "\"enum_values\":[\"queued\",\"started\",\"finished\",\"canceled\",\"failed\"]}}");
}

void ApiV1Test::refusesBadListQueries()
{
    QFETCH(QString, query);
    QFETCH(QByteArray, fault);
    ApiFixture &fixture = *m_shared;
    const auto refused = fixture.ask("GET", kJobs + u'?' + query);
    QCOMPARE(refused.status, 422);
    QCOMPARE(refused.body, "{\"detail\":[" + fault + "]}");
}

void ApiV1Test::streamsLongLists_data()
{
    QTest::addColumn<int>("ids");
    QTest::addColumn<int>("piece");
    for (const int ids : {0, 1, 255, 256, 257, 3000}) {
        for (const int piece : {ids > 300 ? 7 : 1, 39, 10'000, 1'000'000}) {
            QTest::addRow("%d ids by %d bytes", ids, piece) << ids << piece;
        }
    }
}

void ApiV1Test::streamsLongLists()
{
    QFETCH(int, ids);
    QFETCH(int, piece);
    QList<QUuid> list;
    QList<QByteArray> texts;
    for (int i = 0; i < ids; ++i) {
        list << QUuid::createUuid();
        texts << "\"" + core::idText(list.last()) + "\"";
    }
    const QByteArray expected = '[' + texts.join(',') + ']';
    api::IdListStream stream(list);
    QByteArray read;
    while (!stream.atEnd()) {
        QCOMPARE(stream.bytesAvailable(), expected.size() - read.size());
        read += stream.read(piece);
    }
    QCOMPARE(read, expected);
    QCOMPARE(stream.read(1), QByteArray());
}

void ApiV1Test::answersUnknownPathsAndVerbs_data()
{
    QTest::addColumn<QByteArray>("verb");
    QTest::addColumn<QString>("path");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("allow");
    const QByteArray notFound = R"({"detail":"Not Found"})";
    const QByteArray notAllowed = R"({"detail":"Method Not Allowed"})";
    QTest::newRow("root") << QByteArray("GET") << u"/"_s << 404 << notFound << QByteArray();
    QTest::newRow("unknown") << QByteArray("GET") << u"/api/v1/job"_s << 404 << notFound << QByteArray();
    QTest::newRow("unknown, other verb") << QByteArray("PUT") << u"/nope"_s << 404 << notFound << QByteArray();
    QTest::newRow("list") << QByteArray("PUT") << kJobs << 405 << notAllowed << QByteArray("GET, HEAD, POST");
    QTest::newRow("one") << QByteArray("POST") << kJobs + u"x"_s << 405 << notAllowed
                         << QByteArray("GET, HEAD, DELETE");
    QTest::newRow("docs") << QByteArray("POST") << u"/docs"_s << 405 << notAllowed << QByteArray("GET, HEAD");
    QTest::newRow("options") << QByteArray("OPTIONS") << kJobs << 405 << notAllowed << QByteArray("GET, HEAD, POST");
}

void ApiV1Test::answersUnknownPathsAndVerbs()
{
    QFETCH(QByteArray, verb);
    QFETCH(QString, path);
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, allow);
    ApiFixture &fixture = *m_shared;
    const auto answer = fixture.ask(verb, path);
    QCOMPARE(answer.status, status);
    QCOMPARE(answer.body, body);
    QCOMPARE(ApiFixture::headerOf(answer, "Allow"), allow);
}

void ApiV1Test::saysWhenTheStoreIsOutOfReach()
{
    ApiFixture fixture;
    const QByteArray id = fixture.post();
    fixture.faults->add(test::Faults::Kind::Fail, {}, 1, 1000);
    for (const auto &answer : {fixture.ask("POST", kJobs, ApiFixture::plainBody()),
                               fixture.ask("DELETE", kJobs + QString::fromLatin1(id))}) {
        QCOMPARE(answer.status, 503);
        QVERIFY(answer.body.startsWith("{\"detail\":\""));
        QVERIFY(ApiFixture::headerOf(answer, "Retry-After").toInt() > 0);
    }
    const auto notReady = fixture.ask("GET", u"/readyz"_s);
    QCOMPARE(notReady.status, 503);
    QVERIFY2(notReady.body.contains("cannot write"), notReady.body.constData());
    QCOMPARE(fixture.ask("GET", u"/healthz"_s).status, 200);
    fixture.faults->clear();
    QCOMPARE(fixture.ask("POST", kJobs, ApiFixture::plainBody()).status, 200);
    QCOMPARE(fixture.ask("GET", u"/readyz"_s).status, 200);
}

void ApiV1Test::saysWhenAQueueIsFull()
{
    auto project = ApiFixture::plainProject();
    project->project.queues.first().options.maxQueued = 2;
    ApiFixture fixture(project);
    fixture.post();
    fixture.post();
    const auto refused = fixture.ask("POST", kJobs, ApiFixture::plainBody());
    QCOMPARE(refused.status, 429);
    QVERIFY(ApiFixture::headerOf(refused, "Retry-After").toInt() > 0);
    QCOMPARE(idsOf(fixture.ask("GET", kJobs).body).size(), 2);
}

void ApiV1Test::answersWhenTheBrokerHasStopped()
{
    ApiFixture fixture;
    fixture.index->stop();
    fixture.broker->stop();
    for (const auto &answer :
         {fixture.ask("POST", kJobs, ApiFixture::plainBody()), fixture.ask("GET", kJobs),
          fixture.ask("GET", kJobs + u"0198c0de-0000-7000-8000-000000000001"_s), fixture.ask("GET", u"/readyz"_s)}) {
        QCOMPARE(answer.status, 503);
        QVERIFY(ApiFixture::headerOf(answer, "Retry-After").toInt() > 0);
    }
}

void ApiV1Test::keepsTheTraceContext_data()
{
    QTest::addColumn<QByteArray>("sent");
    QTest::addColumn<QByteArray>("kept");
    const QByteArray trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    QTest::newRow("as it came") << trace << trace;
    QTest::newRow("with a line break") << QByteArray(trace + "\r\nX: y") << QByteArray();
    QTest::newRow("too long") << QByteArray(300, 'a') << QByteArray();
}

void ApiV1Test::keepsTheTraceContext()
{
    QFETCH(QByteArray, sent);
    QFETCH(QByteArray, kept);
    ApiFixture &fixture = *m_shared;
    const auto made = fixture.ask("POST", kJobs, ApiFixture::plainBody(), {{"TraceParent", sent}});
    const auto job = fixture.broker->job(core::idFromText(made.body.mid(7, 36))).result();
    QVERIFY(job.has_value());
    QCOMPARE(job->spec.traceparent, kept);
}

QTEST_GUILESS_MAIN(ApiV1Test)
#include "tst_api_v1.moc"
