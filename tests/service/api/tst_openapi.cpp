// SPDX-License-Identifier: LGPL-3.0-or-later

#include "api_fixture.h"

#include "api/openapi_schema.h"
#include "core/json/reader.h"

#include <QCryptographicHash>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace dragonscales;
using test::ApiFixture;

class OpenApiTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void convertsSchemas_data();
    void convertsSchemas();
    void makesComponentsOfDefinitions();
    void makesExamples_data();
    void makesExamples();
    void namesWhatClientsWereGeneratedFrom();
    void describesEveryRoute_data();
    void describesEveryRoute();
    void everyReferenceLeadsSomewhere();
    void thePageLoadsNothingFromElsewhere();
    void thePageRunsItsOwnScriptAlone();
    void thePageHoldsItsWholeScript();
    void describesEachFieldOfAJob();
};

void OpenApiTest::convertsSchemas_data()
{
    QTest::addColumn<QByteArray>("schema");
    QTest::addColumn<QByteArray>("converted");
    const auto row = [](const char *name, const QByteArray &schema, const QByteArray &converted) {
        QTest::newRow(name) << schema << converted;
    };
    row("plain", R"({"type":"string","minLength":2})", R"({"minLength":2,"type":"string"})");
    row("what 3.0.3 does not know", R"({"$schema":"x","$id":"y","type":"object","patternProperties":{}})",
        R"({"type":"object"})");
    row("const", R"({"const":"a"})", R"({"enum":["a"]})");
    row("type and null", R"({"type":["integer","null"]})", R"({"type":"integer","nullable":true})");
    row("several types", R"({"type":["integer","array"]})",
        R"({"anyOf":[{"type":"integer"},{"type":"array","items":{}}]})");
    row("anyOf with null", R"({"anyOf":[{"type":"integer"},{"type":"null"}]})",
        R"({"anyOf":[{"type":"integer"}],"nullable":true})");
    row("exclusive limit", R"({"type":"integer","exclusiveMinimum":3})",
        R"({"type":"integer","minimum":3,"exclusiveMinimum":true})");
    row("draft 4 limit", R"({"type":"integer","minimum":3,"exclusiveMinimum":true})",
        R"({"minimum":3,"type":"integer","exclusiveMinimum":true})");
    row("examples", R"({"type":"string","examples":["a","b"]})", R"({"type":"string","example":"a"})");
    row("tuple", R"({"type":"array","items":[{"type":"string"},true]})",
        R"({"type":"array","items":{"anyOf":[{"type":"string"},{}]}})");
    row("array of anything", R"({"type":"array"})", R"({"type":"array","items":{}})");
    row("nothing required", R"({"type":"object","required":[]})", R"({"type":"object"})");
    row("nested", R"({"properties":{"a":{"const":1}},"additionalProperties":{"type":["string","null"]}})",
        R"({"properties":{"a":{"enum":[1]}},"additionalProperties":{"type":"string","nullable":true}})");
    row("never", R"({"properties":{"a":false}})", R"({"properties":{"a":{"not":{}}}})");
    row("outside reference", R"({"$ref":"https://example.org/x"})", "{}");
}

void OpenApiTest::convertsSchemas()
{
    QFETCH(QByteArray, schema);
    QFETCH(QByteArray, converted);
    QCOMPARE(api::toOpenApi(schema, "X").schema, converted);
}

void OpenApiTest::makesComponentsOfDefinitions()
{
    const auto made = api::toOpenApi(
        R"({"type":"object","properties":{"n":{"$ref":"#/definitions/no de"},"me":{"$ref":"#"}},)"
        R"("definitions":{"no de":{"type":"object","properties":{"next":{"$ref":"#/definitions/no de"}}}}})",
        "X");
    QCOMPARE(made.schema, QByteArray(R"({"type":"object","properties":{"n":{"$ref":"#/components/schemas/X_no.20de"},)"
                                     R"("me":{"$ref":"#/components/schemas/X"}}})"));
    QCOMPARE(made.components.size(), 1);
    QCOMPARE(made.components.first().first, QByteArray("X_no.20de"));
    QCOMPARE(made.components.first().second,
             QByteArray(R"({"type":"object","properties":{"next":{"$ref":"#/components/schemas/X_no.20de"}}})"));
}

void OpenApiTest::makesExamples_data()
{
    QTest::addColumn<QByteArray>("schema");
    QTest::addColumn<QByteArray>("example");
    const auto row = [](const char *name, const QByteArray &schema, const QByteArray &example) {
        QTest::newRow(name) << schema << example;
    };
    row("anything", "{}", "{}");
    row("its own", R"({"type":"integer","example":7,"default":8})", "7");
    row("default", R"({"type":"integer","default":8})", "8");
    row("limit", R"({"type":"integer","minimum":3})", "3");
    row("enum", R"({"enum":["a","b"]})", R"("a")");
    row("required ones", R"({"properties":{"a":{"type":"boolean"},"b":{"type":"string"}},"required":["a"]})",
        R"({"a":true})");
    row("recursive", R"({"properties":{"a":{"$ref":"#"}}})", "{}");
}

void OpenApiTest::makesExamples()
{
    QFETCH(QByteArray, schema);
    QFETCH(QByteArray, example);
    QCOMPARE(api::exampleOf(schema), example);
}

void OpenApiTest::namesWhatClientsWereGeneratedFrom()
{
    ApiFixture fixture;
    const auto answer = fixture.ask("GET", u"/openapi.json"_s);
    QCOMPARE(answer.contentType, QByteArray("application/json"));
    const QJsonObject document = QJsonDocument::fromJson(answer.body).object();
    QCOMPARE(document.value("openapi"_L1).toString(), u"3.0.3"_s);
    const QJsonObject schemas = document.value("components"_L1).toObject().value("schemas"_L1).toObject();
    for (const QString &name :
         {u"JobRequest"_s, u"TaskRef_task"_s, u"TaskRefParams_task"_s, u"StorageRef_storage"_s,
          u"StorageRefParams_storage"_s, u"CallbackRef_callback"_s, u"CallbackRefParams_callback"_s, u"JobStatus"_s,
          u"Status"_s, u"HTTPValidationError"_s, u"ValidationError"_s}) {
        QVERIFY2(schemas.contains(name), qPrintable(name));
    }
    for (const char *id : {"list_api_v1_jobs__get", "create_api_v1_jobs__post", "get_api_v1_jobs__id__get",
                           "cancel_api_v1_jobs__id__delete"}) {
        QCOMPARE(answer.body.count("\"operationId\":\"" + QByteArray(id) + '"'), 1);
    }
}

void OpenApiTest::describesEveryRoute_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QStringList>("verbs");
    const auto row = [](const QString &path, const QStringList &verbs) {
        QTest::newRow(qPrintable(path)) << path << verbs;
    };
    row(u"/api/v1/jobs/"_s, {u"get"_s, u"post"_s});
    row(u"/api/v1/jobs/{id}"_s, {u"delete"_s, u"get"_s});
    row(u"/api/v2/jobs"_s, {u"post"_s});
    row(u"/api/v2/jobs/{id}"_s, {u"delete"_s, u"get"_s});
    row(u"/api/v2/jobs/{id}/cancel"_s, {u"post"_s});
    row(u"/api/v2/jobs/{id}/logs"_s, {u"get"_s});
    row(u"/api/v2/jobs/{id}/retry"_s, {u"post"_s});
    row(u"/api/v2/jobs/{id}/run-now"_s, {u"post"_s});
    row(u"/api/v2/queues"_s, {u"get"_s});
    row(u"/api/v2/queues/{name}"_s, {u"get"_s, u"patch"_s});
    row(u"/healthz"_s, {u"get"_s});
    row(u"/readyz"_s, {u"get"_s});
}

// With the verbs that the router knows there, which a wrong one is told.
void OpenApiTest::describesEveryRoute()
{
    QFETCH(QString, path);
    QFETCH(QStringList, verbs);
    ApiFixture fixture;
    const QJsonObject paths =
        QJsonDocument::fromJson(fixture.ask("GET", u"/openapi.json"_s).body).object().value("paths"_L1).toObject();
    QCOMPARE(paths.value(path).toObject().keys(), verbs);
    QCOMPARE(paths.size(), 12);
    const auto refused = fixture.ask("PROPFIND", QString(path).replace(u"{id}"_s, u"x"_s).replace(u"{name}"_s, u"x"_s));
    QCOMPARE(refused.status, 405);
    QStringList allowed = QString::fromLatin1(ApiFixture::headerOf(refused, "Allow")).toLower().split(u", "_s);
    allowed.removeAll(u"head"_s);
    allowed.sort();
    QCOMPARE(allowed, verbs);
}

void OpenApiTest::everyReferenceLeadsSomewhere()
{
    ApiFixture fixture;
    const QByteArray body = fixture.ask("GET", u"/openapi.json"_s).body;
    const auto document = core::json::read(body);
    QVERIFY(document);
    static const QRegularExpression reference(u"\"\\$ref\":\"#([^\"]+)\""_s);
    int seen = 0;
    for (const auto &match : reference.globalMatch(QString::fromUtf8(body))) {
        QVERIFY2(document->at(match.captured(1).toUtf8()), qPrintable(match.captured(1)));
        ++seen;
    }
    QVERIFY(seen > 10);
}

void OpenApiTest::thePageLoadsNothingFromElsewhere()
{
    ApiFixture fixture;
    const auto page = fixture.ask("GET", u"/docs"_s);
    QCOMPARE(page.status, 200);
    QCOMPARE(page.contentType, QByteArray("text/html; charset=utf-8"));
    QVERIFY(page.body.size() > 10'000);
    static const QRegularExpression outside(u"(https?:)?//[a-z0-9.-]+\\.[a-z]{2,}|@import|\\burl\\("_s);
    QVERIFY2(!outside.match(QString::fromUtf8(page.body)).hasMatch(),
             qPrintable(outside.match(QString::fromUtf8(page.body)).captured()));
    for (const char *unsafe : {"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("}) {
        QVERIFY2(!page.body.contains(unsafe), unsafe);
    }
}

void OpenApiTest::thePageRunsItsOwnScriptAlone()
{
    ApiFixture fixture;
    const auto page = fixture.ask("GET", u"/docs"_s);
    const QByteArray policy = ApiFixture::headerOf(page, "Content-Security-Policy");
    QVERIFY(policy.startsWith("default-src 'none'; "));
    QVERIFY(!policy.contains("unsafe"));
    for (const QByteArray tag : {"script", "style"}) {
        const qsizetype begin = page.body.indexOf('<' + tag + '>') + tag.size() + 2;
        const QByteArray text = page.body.mid(begin, page.body.indexOf("</" + tag + '>') - begin);
        QVERIFY(text.size() > 1000);
        const QByteArray hash = QCryptographicHash::hash(text, QCryptographicHash::Sha256).toBase64();
        QVERIFY2(policy.contains(tag + "-src 'sha256-" + hash + "';"), policy.constData());
    }
    static const QRegularExpression inlined(u"<[^>]+ (on[a-z]+|style)="_s);
    QVERIFY(!inlined.match(QString::fromUtf8(page.body.left(page.body.indexOf("<script>")))).hasMatch());
}

void OpenApiTest::thePageHoldsItsWholeScript()
{
    ApiFixture fixture;
    const QByteArray page = fixture.ask("GET", u"/docs"_s).body;
    qsizetype last = 0; // one function of each file, in the order in which they run
    for (const char *piece : {"function el(", "function resolved(", "function makePart(", "function showFaults(",
                              "async function follow(", "function showReference(", "\nstart();\n</script>"}) {
        const qsizetype at = page.indexOf(piece);
        QVERIFY2(at > last, piece);
        last = at;
    }
}

void OpenApiTest::describesEachFieldOfAJob()
{
    ApiFixture fixture;
    const QJsonObject document = QJsonDocument::fromJson(fixture.ask("GET", u"/openapi.json"_s).body).object();
    const QJsonObject schemas = document.value("components"_L1).toObject().value("schemas"_L1).toObject();
    const QJsonObject fields = schemas.value("JobStatus"_L1).toObject().value("properties"_L1).toObject();
    QCOMPARE(fields.size(), 4);
    for (const QString &name : fields.keys()) {
        const QJsonObject field = fields.value(name).toObject();
        QVERIFY2(field.contains("description"_L1) || field.contains("$ref"_L1), qPrintable(name));
    }
}

QTEST_GUILESS_MAIN(OpenApiTest)
#include "tst_openapi.moc"
