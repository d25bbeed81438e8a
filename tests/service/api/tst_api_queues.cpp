// SPDX-License-Identifier: LGPL-3.0-or-later

#include "api_fixture.h"

#include "core/ids.h"
#include "support/store_driver.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;
using namespace dragonscales;
using test::ApiFixture;

namespace {

const QString kQueues = u"/api/v2/queues"_s;
const QString kQueue = u"/api/v2/queues/queue"_s;

QJsonObject parsed(const QByteArray &json)
{
    return QJsonDocument::fromJson(json).object();
}

std::shared_ptr<core::LoadedProject> limitedProject()
{
    auto project = ApiFixture::plainProject();
    core::QueueOptions &options = project->project.queues.first().options;
    options.maxConcurrency = 4;
    options.rateCount = 10;
    options.ratePer = 1500ms;
    return project;
}

} // namespace

// Queues over API v2.
class ApiQueuesTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_fixture = std::make_unique<ApiFixture>(limitedProject()); }
    void cleanup() { m_fixture.reset(); }

    void showsWhatWaitsAndRuns();
    void showsQueuesThatOnlyHaveJobsLeft();
    void pausesAndResumes();
    void changesLimits();
    void refusesBadChanges_data();
    void refusesBadChanges();
    void unknownQueuesAreNotFound();
    void fullQueuesRefuse();

private:
    api::Response ask(const QByteArray &verb, const QString &path, const QByteArray &body = {}) const
    {
        return m_fixture->ask(verb, path, body);
    }
    QJsonObject queue() const { return parsed(ask("GET", kQueue).body); }
    qsizetype claimed() const
    {
        return test::must(m_fixture->broker->claim(u"queue"_s, 5, u"worker"_s, 30s, {}).result()).size();
    }

    std::unique_ptr<ApiFixture> m_fixture;
};

void ApiQueuesTest::showsWhatWaitsAndRuns()
{
    m_fixture->post();
    QCOMPARE(claimed(), 1);
    m_fixture->post();
    const auto answer = ask("GET", kQueues);
    QCOMPARE(answer.status, 200);
    const QJsonArray queues = parsed(answer.body).value("queues"_L1).toArray();
    QCOMPARE(queues.size(), 1);
    QJsonObject shown = queues[0].toObject();
    QCOMPARE(shown, queue());
    QVERIFY(shown.take("oldest_queued"_L1).toString().endsWith(u'Z'));
    QCOMPARE(shown, parsed(R"({"name":"queue","scheduled":0,"queued":1,"started":1,"workers":0,"paused":null,)"
                           R"("configured":{"max_concurrency":4,"rate":{"count":10,"per":1.5},"max_queued":null},)"
                           R"("effective":{"max_concurrency":4,"rate":{"count":10,"per":1.5},"max_queued":null}})"));
}

void ApiQueuesTest::showsQueuesThatOnlyHaveJobsLeft()
{
    core::JobSpec spec;
    spec.id = core::newJobId(m_fixture->broker->now());
    spec.queue = u"former"_s;
    spec.task.name = u"task"_s;
    test::must(m_fixture->broker->enqueue(spec).result());
    QCOMPARE(parsed(ask("GET", kQueues).body).value("queues"_L1).toArray().size(), 2);
    QCOMPARE(parsed(ask("GET", kQueues + u"/former"_s).body).value("queued"_L1).toInt(), 1);
    test::must(m_fixture->broker->cancel(spec.id).result());
    QCOMPARE(parsed(ask("GET", kQueues).body).value("queues"_L1).toArray().size(), 1);
}

void ApiQueuesTest::pausesAndResumes()
{
    m_fixture->post();
    const auto paused =
        ask("PATCH", kQueue, R"({"paused":true,"reason":"no paper","resume_at":"2100-01-01T01:00:00+01:00"})");
    QCOMPARE(paused.status, 200);
    QCOMPARE(parsed(paused.body), queue());
    QJsonObject pause = queue().value("paused"_L1).toObject();
    QVERIFY(!pause.take("since"_L1).toString().isEmpty());
    QCOMPARE(pause, parsed(R"({"reason":"no paper","resume_at":"2100-01-01T00:00:00.000Z"})"));
    QCOMPARE(claimed(), 0);
    QCOMPARE(ask("PATCH", kQueue, R"({"paused":true,"resume_at":null})").status, 200);
    QVERIFY(queue().value("paused"_L1).toObject().value("resume_at"_L1).isNull());
    QCOMPARE(queue().value("paused"_L1).toObject().value("reason"_L1).toString(), u"no paper"_s);
    QCOMPARE(ask("PATCH", kQueue, R"({"paused":false})").status, 200);
    QVERIFY(queue().value("paused"_L1).isNull());
    QCOMPARE(claimed(), 1);
}

void ApiQueuesTest::changesLimits()
{
    QCOMPARE(ask("PATCH", kQueue, R"({"max_concurrency":2,"rate":{"count":3,"per":0.5},"max_queued":9})").status, 200);
    QCOMPARE(queue().value("effective"_L1).toObject(),
             parsed(R"({"max_concurrency":2,"rate":{"count":3,"per":0.5},"max_queued":9})"));
    QCOMPARE(queue().value("configured"_L1).toObject().value("max_concurrency"_L1).toInt(), 4);
    // What is not named stays.
    QCOMPARE(ask("PATCH", kQueue, R"({"max_concurrency":0})").status, 200);
    QCOMPARE(queue().value("effective"_L1).toObject(),
             parsed(R"({"max_concurrency":null,"rate":{"count":3,"per":0.5},"max_queued":9})"));
    QCOMPARE(ask("PATCH", kQueue, R"({"max_concurrency":null,"rate":null,"max_queued":null})").status, 200);
    QCOMPARE(queue().value("effective"_L1), queue().value("configured"_L1));
}

void ApiQueuesTest::refusesBadChanges_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("pointer");
    QTest::addColumn<QString>("words");
    const auto row = [](const char *name, const QByteArray &body, const QString &pointer, const QString &words) {
        QTest::newRow(name) << body << pointer << words;
    };
    row("not JSON", "{", {}, u"no JSON"_s);
    row("no object", "[]", {}, u"a change of a queue, and this is an array"_s);
    row("nothing", "{}", {}, u"changes nothing"_s);
    row("unknown", R"({"pause":true})", u"/pause"_s, u"Write “paused”"_s);
    row("paused, a text", R"({"paused":"yes"})", u"/paused"_s, u"true or false, and this is the text “yes”"_s);
    row("paused, null", R"({"paused":null})", u"/paused"_s, u"this is null"_s);
    row("reason alone", R"({"reason":"x"})", u"/reason"_s, u"belongs to a pause"_s);
    row("reason of no pause", R"({"paused":false,"reason":"x"})", u"/reason"_s, u"belongs to a pause"_s);
    row("long reason", "{\"paused\":true,\"reason\":\"" + QByteArray(501, 'a') + "\"}", u"/reason"_s, u"500"_s);
    row("resume without a zone", R"({"paused":true,"resume_at":"2100-01-01T00:00:00"})", u"/resume_at"_s,
        u"with its zone"_s);
    row("resume in the past", R"({"paused":true,"resume_at":"2001-01-01T00:00:00Z"})", u"/resume_at"_s, u"to come"_s);
    row("negative", R"({"max_concurrency":-1})", u"/max_concurrency"_s, u"from 0"_s);
    row("fraction", R"({"max_queued":1.5})", u"/max_queued"_s, u"whole number"_s);
    row("rate, a number", R"({"rate":5})", u"/rate"_s, u"an object"_s);
    row("rate without per", R"({"rate":{"count":5}})", u"/rate"_s, u"“per” is missing"_s);
    row("rate, unknown", R"({"rate":{"count":5,"per":1,"burst":2}})", u"/rate/burst"_s, u"not known in a rate"_s);
}

void ApiQueuesTest::refusesBadChanges()
{
    QFETCH(QByteArray, body);
    QFETCH(QString, pointer);
    QFETCH(QString, words);
    const auto answer = ask("PATCH", kQueue, body);
    QCOMPARE(answer.status, 422);
    QCOMPARE(answer.contentType, QByteArray("application/problem+json"));
    const QJsonArray errors = parsed(answer.body).value("errors"_L1).toArray();
    QCOMPARE(errors.size(), 1);
    QCOMPARE(errors[0].toObject().value("pointer"_L1).toString(), pointer);
    QVERIFY2(errors[0].toObject().value("detail"_L1).toString().contains(words), answer.body.constData());
    QVERIFY(queue().value("paused"_L1).isNull());
    QCOMPARE(queue().value("effective"_L1), queue().value("configured"_L1));
}

void ApiQueuesTest::unknownQueuesAreNotFound()
{
    for (const QByteArray verb : {"GET", "PATCH"}) {
        const auto answer = ask(verb, kQueues + u"/queeu"_s, R"({"paused":true})");
        QCOMPARE(answer.status, 404);
        QCOMPARE(answer.contentType, QByteArray("application/problem+json"));
        QVERIFY(parsed(answer.body).value("detail"_L1).toString().contains(u"“queue” is one"_s));
    }
    QVERIFY(test::must(m_fixture->broker->queueSettings().result()).isEmpty());
}

void ApiQueuesTest::fullQueuesRefuse()
{
    QCOMPARE(ask("PATCH", kQueue, R"({"max_queued":1})").status, 200);
    m_fixture->post();
    const auto refused = ask("POST", u"/api/v1/jobs/"_s, ApiFixture::plainBody());
    QCOMPARE(refused.status, 429);
    QVERIFY(!ApiFixture::headerOf(refused, "Retry-After").isEmpty());
    QCOMPARE(ask("PATCH", kQueue, R"({"max_queued":null})").status, 200);
    QCOMPARE(ask("POST", u"/api/v1/jobs/"_s, ApiFixture::plainBody()).status, 200);
}

QTEST_GUILESS_MAIN(ApiQueuesTest)
#include "tst_api_queues.moc"
