// SPDX-License-Identifier: LGPL-3.0-or-later

#include "api_fixture.h"

#include <QCryptographicHash>
#include <QFile>
#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace dragonscales;
using test::ApiFixture;

namespace {

const QByteArray kToken = "local-token-of-this-test";

// A project whose authorizer reads these keys.
std::shared_ptr<core::LoadedProject> projectWithKeys(const QString &folder)
{
    QByteArray keys;
    for (const QByteArray role : {"viewer", "submitter", "operator", "admin"}) {
        keys += (keys.isEmpty() ? R"({"name":")" : R"(,{"name":")") + role + R"(","role":")" + role +
                R"(","sha256":")" + QCryptographicHash::hash("key-" + role, QCryptographicHash::Sha256).toHex() +
                R"(","created":"2026-01-01T00:00:00Z"})";
    }
    QFile file(folder + u"/keys.json"_s);
    if (!file.open(QIODevice::WriteOnly) || !file.setPermissions(QFile::ReadOwner | QFile::WriteOwner)) {
        qFatal("no keys");
    }
    file.write("{\"keys\":[" + keys + "]}");
    file.close();
    const auto catalog = host::Catalog::scan({{QStringLiteral(DRAGONSCALES_BIN_DIR "/plugins"), true}});
    const auto module = catalog->find(core::ModuleKind::Authorizer, u"api-key"_s);
    if (!module) {
        qFatal("%s", qPrintable(module.error().message));
    }
    auto project = ApiFixture::plainProject();
    core::ModuleEntry entry;
    entry.kind = core::ModuleKind::Authorizer;
    entry.name = u"keys"_s;
    entry.module = u"api-key"_s;
    entry.args = R"({"file":"keys.json"})";
    project->project.folder = folder;
    project->project.authorizer = entry;
    project->authorizer = *module;
    project->args.insert({static_cast<int>(core::ModuleKind::Authorizer), u"keys"_s}, entry.args);
    return project;
}

} // namespace

class ApiAccessTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keysHaveTheirRoles_data();
    void keysHaveTheirRoles();
    void eachRouteHasItsLeastRole_data();
    void eachRouteHasItsLeastRole();
    void viewersDoNotSeeParams();
    void publicRoutesNeedNobody_data();
    void publicRoutesNeedNobody();
    void anAuthorizerThatIsMissingLetsNobodyIn();
    void anAuthorizerWithoutItsFileLetsNobodyIn();
    void withoutAnAuthorizerEverybodyMaySubmit();
    void pagesOfOthersAreRefusedBeforeAllElse_data();
    void pagesOfOthersAreRefusedBeforeAllElse();
    void listedOriginsMayRead();

private:
    QTemporaryDir m_folder;
};

void ApiAccessTest::keysHaveTheirRoles_data()
{
    QTest::addColumn<api::Headers>("headers");
    QTest::addColumn<int>("get");
    QTest::addColumn<int>("post");
    QTest::newRow("none") << api::Headers() << 401 << 401;
    QTest::newRow("unknown") << api::Headers{{"Authorization", "Bearer nope"}} << 401 << 401;
    QTest::newRow("viewer") << api::Headers{{"Authorization", "Bearer key-viewer"}} << 200 << 403;
    QTest::newRow("viewer, other field") << api::Headers{{"X-API-Key", "key-viewer"}} << 200 << 403;
    QTest::newRow("submitter") << api::Headers{{"x-api-key", "key-submitter"}} << 200 << 200;
    QTest::newRow("admin") << api::Headers{{"authorization", "bearer key-admin"}} << 200 << 200;
    QTest::newRow("local token") << api::Headers{{"Authorization", "Bearer " + kToken}} << 200 << 200;
    QTest::newRow("local token as a key") << api::Headers{{"X-API-Key", kToken}} << 401 << 401;
    QTest::newRow("start of the local token") << api::Headers{{"Authorization", "Bearer local-token"}} << 401 << 401;
    QTest::newRow("local token in another scheme") << api::Headers{{"Authorization", "Basic " + kToken}} << 401 << 401;
    QTest::newRow("empty token") << api::Headers{{"Authorization", "Bearer "}} << 401 << 401;
}

void ApiAccessTest::keysHaveTheirRoles()
{
    QFETCH(api::Headers, headers);
    QFETCH(int, get);
    QFETCH(int, post);
    ApiFixture fixture(projectWithKeys(m_folder.path()), {kToken, {}, {}, "http"});
    const auto got = fixture.ask("GET", u"/api/v1/jobs/"_s, {}, headers);
    QCOMPARE(got.status, get);
    QCOMPARE(ApiFixture::headerOf(got, "WWW-Authenticate").isEmpty(), get != 401);
    const auto posted = fixture.ask("POST", u"/api/v1/jobs/"_s, ApiFixture::plainBody(), headers);
    QCOMPARE(posted.status, post);
    QCOMPARE(fixture.ask("DELETE", u"/api/v1/jobs/x"_s, {}, headers).status, post == 200 ? 404 : post);
    QVERIFY(!posted.body.contains("key-") && !posted.body.contains(kToken));
    QCOMPARE(fixture.index->list({}).result()->ids.size(), post == 200 ? 1 : 0);
}

void ApiAccessTest::eachRouteHasItsLeastRole_data()
{
    QTest::addColumn<QByteArray>("verb");
    QTest::addColumn<QString>("path");
    QTest::addColumn<int>("least"); // 1 viewer, 2 submitter, 3 operator
    const auto row = [](const QByteArray &verb, const QString &path, int least) {
        QTest::newRow(qPrintable(QString::fromLatin1(verb) + u' ' + path)) << verb << path << least;
    };
    const QString job = u"/01890a5d-ac96-774b-bcce-b302099a8057"_s;
    row("GET", u"/api/v1/jobs/"_s, 1);
    row("POST", u"/api/v1/jobs/"_s, 2);
    row("GET", u"/api/v1/jobs"_s + job, 1);
    row("DELETE", u"/api/v1/jobs"_s + job, 2);
    row("POST", u"/api/v2/jobs"_s, 2);
    row("GET", u"/api/v2/jobs"_s + job, 1);
    row("GET", u"/api/v2/jobs"_s + job + u"/logs"_s, 1);
    row("POST", u"/api/v2/jobs"_s + job + u"/cancel"_s, 2);
    row("DELETE", u"/api/v2/jobs"_s + job, 2);
    row("GET", u"/api/v2/queues"_s, 1);
    row("GET", u"/api/v2/queues/queue"_s, 1);
    row("PATCH", u"/api/v2/queues/queue"_s, 3);
    row("POST", u"/api/v2/jobs"_s + job + u"/retry"_s, 3);
    row("POST", u"/api/v2/jobs"_s + job + u"/run-now"_s, 3);
}

void ApiAccessTest::eachRouteHasItsLeastRole()
{
    QFETCH(QByteArray, verb);
    QFETCH(QString, path);
    QFETCH(int, least);
    ApiFixture fixture(projectWithKeys(m_folder.path()));
    const QByteArrayList keys{{}, "key-viewer", "key-submitter", "key-operator", "key-admin"};
    for (int role = 0; role < keys.size(); ++role) {
        const auto answer = fixture.ask(verb, path, ApiFixture::plainBody(), {{"X-API-Key", keys.at(role)}});
        const int refusal = role == 0 ? 401 : role < least ? 403 : 0;
        QCOMPARE(answer.status == 401 || answer.status == 403 ? answer.status : 0, refusal);
        const bool problem = refusal != 0 && path.startsWith(u"/api/v2"_s);
        QVERIFY(!problem || answer.contentType == "application/problem+json");
    }
}

void ApiAccessTest::viewersDoNotSeeParams()
{
    ApiFixture fixture(projectWithKeys(m_folder.path()));
    const api::Headers submitter{{"X-API-Key", "key-submitter"}};
    const auto made = fixture.ask("POST", u"/api/v2/jobs"_s, ApiFixture::plainBody(), submitter);
    const QString path = QString::fromLatin1(ApiFixture::headerOf(made, "Location"));
    QVERIFY(fixture.ask("GET", path, {}, submitter).body.contains(R"("params":{"a":1,"b":"x"})"));
    const auto seen = fixture.ask("GET", path, {}, {{"X-API-Key", "key-viewer"}});
    QCOMPARE(seen.status, 200);
    QCOMPARE(seen.body.count(R"("params":null)"), 3);
    QVERIFY(!seen.body.contains(R"("b":"x")"));
}

void ApiAccessTest::publicRoutesNeedNobody_data()
{
    QTest::addColumn<QString>("path");
    for (const char *path : {"/healthz", "/readyz", "/docs", "/openapi.json", "/docs/"}) {
        QTest::newRow(path) << QString::fromLatin1(path);
    }
}

void ApiAccessTest::publicRoutesNeedNobody()
{
    QFETCH(QString, path);
    ApiFixture fixture(projectWithKeys(m_folder.path()), {kToken, {}, {}, "http"});
    QCOMPARE(fixture.ask("GET", path).status, 200);
    QCOMPARE(fixture.ask("HEAD", path).status, 200);
}

void ApiAccessTest::anAuthorizerThatIsMissingLetsNobodyIn()
{
    auto project = projectWithKeys(m_folder.path());
    project->project.authorizer->module = u"no.such.module"_s;
    project->authorizer->name = u"no.such.module"_s;
    project->authorizer->library.clear();
    project->authorizer->bundled = false;
    ApiFixture fixture(project);
    const auto refused = fixture.ask("GET", u"/api/v1/jobs/"_s);
    QCOMPARE(refused.status, 500);
    QCOMPARE(refused.body, QByteArray(R"({"detail":"The authorizer failed; the log of the service says why."})"));
    QCOMPARE(fixture.ask("POST", u"/api/v1/jobs/"_s, ApiFixture::plainBody()).status, 500);
}

void ApiAccessTest::anAuthorizerWithoutItsFileLetsNobodyIn()
{
    const auto project = projectWithKeys(m_folder.path());
    QVERIFY(QFile::remove(m_folder.filePath(u"keys.json"_s)));
    ApiFixture fixture(project);
    const auto answer = fixture.ask("GET", u"/api/v1/jobs/"_s, {}, {{"X-API-Key", "key-admin"}});
    QVERIFY2(answer.status == 500 || answer.status == 401 || answer.status == 403, QByteArray::number(answer.status));
}

void ApiAccessTest::withoutAnAuthorizerEverybodyMaySubmit()
{
    ApiFixture fixture(ApiFixture::plainProject(), {kToken, {}, {}, "http"});
    QCOMPARE(fixture.ask("POST", u"/api/v1/jobs/"_s, ApiFixture::plainBody()).status, 200);
    QCOMPARE(fixture.ask("GET", u"/api/v1/jobs/"_s, {}, {{"Authorization", "Bearer wrong"}}).status, 200);
}

void ApiAccessTest::pagesOfOthersAreRefusedBeforeAllElse_data()
{
    QTest::addColumn<QByteArray>("verb");
    QTest::addColumn<QString>("path");
    QTest::newRow("unknown path") << QByteArray("GET") << u"/nope"_s;
    QTest::newRow("public") << QByteArray("GET") << u"/healthz"_s;
    QTest::newRow("list") << QByteArray("GET") << u"/api/v1/jobs/"_s;
    QTest::newRow("create") << QByteArray("POST") << u"/api/v1/jobs/"_s;
    QTest::newRow("preflight") << QByteArray("OPTIONS") << u"/api/v1/jobs/"_s;
}

void ApiAccessTest::pagesOfOthersAreRefusedBeforeAllElse()
{
    QFETCH(QByteArray, verb);
    QFETCH(QString, path);
    ApiFixture fixture;
    for (const api::Headers &headers :
         {api::Headers{{"Origin", "https://evil.example"}, {"Access-Control-Request-Method", "POST"}},
          api::Headers{{"Origin", "null"}}, api::Headers{{"Sec-Fetch-Site", "cross-site"}},
          api::Headers{{"Sec-Fetch-Site", "same-site"}}}) {
        const auto answer = fixture.ask(verb, path, ApiFixture::plainBody(), headers);
        QCOMPARE(answer.status, 403);
        QVERIFY(ApiFixture::headerOf(answer, "Access-Control-Allow-Origin").isNull());
    }
    QVERIFY(fixture.index->list({}).result()->ids.isEmpty());
    QVERIFY(fixture.ask(verb, path, {}, {{"Origin", "http://127.0.0.1:5003"}}).status != 403);
}

void ApiAccessTest::listedOriginsMayRead()
{
    ApiFixture fixture(ApiFixture::plainProject(), {{}, {u"https://app.example.org"_s}, {}, "http"});
    const api::Headers headers{{"Origin", "https://app.example.org"}, {"Sec-Fetch-Site", "cross-site"}};
    const auto answer = fixture.ask("GET", u"/api/v1/jobs/"_s, {}, headers);
    QCOMPARE(answer.status, 200);
    QCOMPARE(ApiFixture::headerOf(answer, "Access-Control-Allow-Origin"), QByteArray("https://app.example.org"));
    QVERIFY(ApiFixture::headerOf(answer, "Access-Control-Allow-Credentials").isNull());
    api::Headers question = headers;
    question.emplaceBack("Access-Control-Request-Method", "POST");
    QCOMPARE(fixture.ask("OPTIONS", u"/api/v1/jobs/"_s, {}, question).status, 204);
}

QTEST_GUILESS_MAIN(ApiAccessTest)
#include "tst_api_access.moc"
