// SPDX-License-Identifier: LGPL-3.0-or-later
#include "e2e_project.h"
#include "python_service.h"

#include <QTest>

using namespace dragonscales::test;
using namespace Qt::Literals::StringLiterals;

namespace {

const QByteArray kRefused = R"({"detail":"Send the token in the header X-Token."})";
const QByteArray kWrong = R"({"detail":"This is not the token."})";

// An authorizer whose `authorize` does this, one line after the other.
QByteArray authorizing(const QByteArray &lines, const QByteArray &keyword = "def")
{
    QByteArray body = lines;
    body.replace("\n", "\n        ");
    return "from dragonscales import HTTPException, authorizers\n\n\nclass Authorizer(authorizers.BaseAuthorizer):\n   "
           " " +
           keyword + " authorize(self, request):\n        " + body + '\n';
}

} // namespace

// Who may use the API, when code in Python decides.
class TestE2ePythonAuthorizer final : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<PythonService> m_service;

    void startWith(const QByteArray &authorizer)
    {
        m_service->writeModule(u"authorizers/token.py"_s, authorizer);
        QVERIFY2(m_service->start(), m_service->process().errorText());
    }
    HttpAnswer post(const HttpCall &http) const
    {
        return http.post("/api/v1/jobs/", m_service->request("wait", R"({"seconds":0})"));
    }

private Q_SLOTS:
    void init()
    {
        m_service = std::make_unique<PythonService>();
        m_service->copyExample();
    }
    void cleanup() { m_service.reset(); }

    void theExampleAsksForItsToken_data()
    {
        QTest::addColumn<QByteArray>("verb");
        QTest::addColumn<QByteArray>("path");
        QTest::addColumn<QByteArray>("header");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        const auto row = [](const char *name, const QByteArray &verb, const QByteArray &path, const QByteArray &header,
                            int status, const QByteArray &body) {
            QTest::newRow(name) << verb << path << header << status << body;
        };
        const QByteArray jobs = "/api/v1/jobs/";
        const QByteArray one = jobs + "0198c0de-0000-4000-8000-000000000001";
        row("list without", "GET", jobs, {}, 401, kRefused);
        row("list with another", "GET", jobs, "X-Token: guess\r\n", 403, kWrong);
        row("list with it", "GET", jobs, tokenLine(), 200, "[]");
        row("name in another case", "GET", jobs, "x-tOKEN: open sesame\r\n", 200, "[]");
        row("job without", "GET", one, {}, 401, kRefused);
        row("job with it", "GET", one, tokenLine(), 404, R"({"detail":"Not found"})");
        row("delete without", "DELETE", one, {}, 401, kRefused);
        row("delete with another", "DELETE", one, "X-Token: guess\r\n", 403, kWrong);
        row("health is for everybody", "GET", "/healthz", {}, 200, {});
        row("documents are for everybody", "GET", "/openapi.json", {}, 200, {});
    }
    void theExampleAsksForItsToken()
    {
        QFETCH(QByteArray, verb);
        QFETCH(QByteArray, path);
        QFETCH(QByteArray, header);
        QFETCH(int, status);
        QFETCH(QByteArray, body);
        QVERIFY2(m_service->start(), m_service->process().errorText());
        const auto answer = m_service->process().http().with(header).send(verb, path, {});
        QVERIFY2(body.isEmpty() || answer.body == body, answer.body);
        QCOMPARE(answer.status, status);
    }

    void whoIsRefusedSubmitsNothing()
    {
        QVERIFY2(m_service->start(), m_service->process().errorText());
        QCOMPARE(post(m_service->process().http()).body, kRefused);
        QCOMPARE(m_service->http().get("/api/v1/jobs/").body, QByteArray("[]"));
        QCOMPARE(post(m_service->http()).status, 200);
    }

    void decidesOnTheListOfJobs_data()
    {
        QTest::addColumn<QByteArray>("source");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        const auto row = [](const char *name, const QByteArray &source, int status, const QByteArray &body) {
            QTest::newRow(name) << source << status << body;
        };
        const auto detail = [](const QByteArray &text) { return "{\"detail\":\"" + text + "\"}"; };
        row("returns nothing", authorizing("pass"), 200, "[]");
        row("returns False, which allows like any value", authorizing("return False"), 200, "[]");
        row("is async", authorizing("import asyncio\nawait asyncio.sleep(0)", "async def"), 200, "[]");
        row("is async and refuses", authorizing("raise HTTPException(status_code=403, detail=\"no\")", "async def"),
            403, detail("no"));
        row("sees the method", authorizing("raise HTTPException(status_code=403, detail=request.method)"), 403,
            detail("GET"));
        row("sees the path", authorizing("raise HTTPException(status_code=403, detail=request.url.path)"), 403,
            detail("/api/v1/jobs/"));
        row("sees the query",
            authorizing("raise HTTPException(status_code=403, detail=request.query_params[\"limit\"])"), 403,
            detail("7"));
        row("sees the client", authorizing("raise HTTPException(status_code=403, detail=request.client.host)"), 403,
            detail("127.0.0.1"));
        row("sees a header by its name in any case",
            authorizing("raise HTTPException(status_code=401, detail=request.headers[\"X-TOKEN\"])"), 401,
            detail("open sesame"));
        row("raises an error of its own with a status",
            authorizing(
                "class Teapot(Exception):\n    status_code = 418\n    detail = \"short and stout\"\nraise Teapot"),
            418, detail("short and stout"));
    }
    void decidesOnTheListOfJobs()
    {
        QFETCH(QByteArray, source);
        QFETCH(int, status);
        QFETCH(QByteArray, body);
        startWith(source);
        const auto answer = m_service->http().get("/api/v1/jobs/?limit=7");
        QCOMPARE(answer.body, body);
        QCOMPARE(answer.status, status);
    }

    void aRefusalMayCarryHeaders()
    {
        startWith(authorizing("raise HTTPException(status_code=401, detail=\"who?\", "
                              "headers={\"WWW-Authenticate\": \"Basic\"})"));
        const auto answer = m_service->http().get("/api/v1/jobs/");
        QCOMPARE(answer.body, QByteArray("{\"detail\":\"who?\"}"));
        QCOMPARE(answer.status, 401);
        QVERIFY2((answer.head.toLower() + "\r\n").contains("www-authenticate: basic\r\n"), answer.head);
    }

    void failsClosed_data()
    {
        QTest::addColumn<QByteArray>("source");
        QTest::addColumn<int>("warnings");
        QTest::newRow("raises something else") << authorizing("raise ValueError(\"secret of the house\")") << 0;
        QTest::newRow("ends its process") << authorizing("import os; os._exit(3)") << 0;
        QTest::newRow("hangs") << authorizing("import time; time.sleep(600)") << 0;
        QTest::newRow("SystemExit") << authorizing("raise SystemExit") << 0;
        QTest::newRow("cannot be imported") << QByteArray("import no_such_package_here\n") << 1;
        QTest::newRow("has no class") << QByteArray("x = 1\n") << 1;
    }
    void failsClosed()
    {
        QFETCH(QByteArray, source);
        QFETCH(int, warnings);
        startWith(source);
        QCOMPARE(m_service->warningsWith(u"authorizers/token.py"_s).size(), warnings);
        for (int i = 0; i < 2; ++i) {
            const auto answer = m_service->http().send("GET", "/api/v1/jobs/", {}, std::chrono::seconds(60));
            QVERIFY2(answer.status >= 500, answer.head + answer.body);
            QVERIFY2(answer.body.startsWith("{\"detail\":\"") && !answer.body.contains("secret"), answer.body);
        }
        QCOMPARE(m_service->http().get("/healthz").status, 200);
        // The next request asks the mended module.
        m_service->writeModule(u"authorizers/token.py"_s, authorizing("pass"));
        QTRY_COMPARE_WITH_TIMEOUT(m_service->http().get("/api/v1/jobs/").status, 200, 20'000);
    }

    void aRoleLimitsWhatACallerMayDo()
    {
        startWith(authorizing("return authorizers.Allow(principal=\"eve\", role=\"viewer\")"));
        QCOMPARE(m_service->http().get("/api/v1/jobs/").status, 200);
        QCOMPARE(post(m_service->http()).status, 403);
    }

    void anAnswerIsKeptAsLongAsItAllows_data()
    {
        QTest::addColumn<QByteArray>("maxAge");
        QTest::addColumn<qsizetype>("asked");
        QTest::newRow("a minute") << QByteArray("60") << qsizetype(1);
        QTest::newRow("not at all") << QByteArray("0") << qsizetype(3);
    }
    void anAnswerIsKeptAsLongAsItAllows()
    {
        QFETCH(QByteArray, maxAge);
        QFETCH(qsizetype, asked);
        const QString notes = m_service->path(u"asked.txt"_s);
        startWith(authorizing("open(\"" + notes.toUtf8() +
                              "\", \"a\").write(\"x\")\nreturn authorizers.Allow(max_age=" + maxAge + ")"));
        for (int i = 0; i < 3; ++i) {
            QCOMPARE(m_service->http().get("/api/v1/jobs/").status, 200);
        }
        QCOMPARE(contentOf(notes).size(), asked);
        // Another caller is another question.
        QCOMPARE(m_service->process().http().with("X-Token: other\r\n").get("/api/v1/jobs/").status, 200);
        QCOMPARE(contentOf(notes).size(), asked + 1);
    }
};

QTEST_GUILESS_MAIN(TestE2ePythonAuthorizer)
#include "tst_e2e_python_authorizer.moc"
