// SPDX-License-Identifier: LGPL-3.0-or-later

#include "api_fixture.h"

#include "core/ids.h"
#include "core/json/reader.h"
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

const QString kJobs = u"/api/v2/jobs"_s;

QByteArray bodyWith(const QByteArray &more)
{
    QByteArray body = ApiFixture::plainBody();
    body.chop(1);
    return body + ',' + more + '}';
}

QJsonObject parsed(const QByteArray &json)
{
    return QJsonDocument::fromJson(json).object();
}

QJsonObject objectOf(const api::Response &response)
{
    return parsed(response.body);
}

QString pathOf(const QString &id, const QString &below = {})
{
    return kJobs + u'/' + id + below;
}

QString idOf(const api::Response &response)
{
    return objectOf(response).value("id"_L1).toString();
}

template <typename T>
T must(const QFuture<core::Result<T>> &future)
{
    return test::must(future.result());
}

} // namespace

class ApiV2Test final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_fixture = std::make_unique<ApiFixture>(); }
    void cleanup() { m_fixture.reset(); }

    void takesAJobWithItsOptions();
    void showsAWholeLife();
    void takesSeveralAtOnce();
    void saysWhichOfSeveralDidNotFit();
    void aKeyMakesOneJob();
    void aKeyOfSeveralMakesEachOnce();
    void refusesBadKeys_data();
    void refusesBadKeys();
    void aUniqueJobIsAlone();
    void aJobWaitsForAnother();
    void refusesToWaitForNobody();
    void refusesAsAProblem();
    void errorsAreProblems_data();
    void errorsAreProblems();
    void cancelsWhatWaits();
    void asksWhatRunsToStop();
    void doesNotCancelWhatHasEnded();
    void retriesWhatHasEnded();
    void runsWhatIsDelayedNow();
    void doesNothingTwiceToOneThatRuns();
    void deletes();
    void showsLogs();
    void theStoreIsOutOfReach();
    void longBodiesAreReadToo();

private:
    api::Response ask(const QByteArray &verb, const QString &target, const QByteArray &body = {}) const
    {
        return m_fixture->ask(verb, target, body);
    }
    QString post() const { return idOf(ask("POST", kJobs, ApiFixture::plainBody())); }
    broker::ClaimedJob claim() const
    {
        return must(m_fixture->broker->claim(u"queue"_s, 1, u"worker 1"_s, 30s)).first();
    }

    std::unique_ptr<ApiFixture> m_fixture;
};

void ApiV2Test::takesAJobWithItsOptions()
{
    const auto made = ask("POST", kJobs,
                          bodyWith(R"("priority":7,"run_at":"2100-01-31T09:00:00+01:00","timeout":1.5,"tags":["blue"],)"
                                   R"("retry":{"max":2,"backoff":{"first":1,"factor":2,"longest":8,"jitter":0}})"));
    QCOMPARE(made.status, 201);
    QCOMPARE(made.contentType, QByteArray("application/json"));
    const QString id = idOf(made);
    QCOMPARE(ApiFixture::headerOf(made, "Location"), pathOf(id).toLatin1());
    QJsonObject answer = objectOf(made);
    QVERIFY(!answer.take("created"_L1).toString().isEmpty());
    answer.remove("id"_L1);
    QCOMPARE(answer,
             parsed(R"({"status":"scheduled","queue":"queue","priority":7,"run_at":"2100-01-31T08:00:00.000Z"})"));
    const auto job = must(m_fixture->broker->job(core::idFromText(id.toLatin1())));
    QCOMPARE(job.spec.retry->backoff, std::optional(core::Backoff{1s, 2, 8s, 0}));
    const QJsonObject shown = objectOf(ask("GET", pathOf(id)));
    QCOMPARE(shown.value("status"_L1).toString(), u"scheduled"_s);
    QCOMPARE(shown.value("timeout"_L1).toDouble(), 1.5);
    QCOMPARE(shown.value("tags"_L1).toArray(), (QJsonArray{u"blue"_s}));
    QCOMPARE(shown.value("run_at"_L1).toString(), u"2100-01-31T08:00:00.000Z"_s);
    QCOMPARE(shown.value("retry"_L1).toObject().value("max"_L1).toInt(), 2);
    QCOMPARE(shown.value("retry"_L1).toObject().value("backoff"_L1).toObject().value("longest"_L1).toInt(), 8);
    // Version 1 knows no "scheduled".
    QCOMPARE(objectOf(ask("GET", u"/api/v1/jobs/"_s + id)).value("status"_L1).toString(), u"queued"_s);
}

void ApiV2Test::showsAWholeLife()
{
    const QString id = post();
    const auto claimed = claim();
    QJsonObject job = objectOf(ask("GET", pathOf(id)));
    QCOMPARE(job.value("status"_L1).toString(), u"started"_s);
    QVERIFY(!job.value("started"_L1).toString().isEmpty());
    QCOMPARE(job.value("progress"_L1), QJsonValue());
    QVERIFY(job.value("deliveries"_L1).toArray().isEmpty());

    must(m_fixture->broker->progress({claimed.lease, 0.5, u"half"_s, {}}));
    job = objectOf(ask("GET", pathOf(id)));
    QCOMPARE(job.value("progress"_L1).toObject(), parsed(R"({"fraction":0.5,"text":"half"})"));

    broker::JobEnd end;
    end.lease = claimed.lease;
    end.location = R"({"z":12345678901234567890,"a":1})";
    end.attempt.worker = u"worker 1"_s;
    must(m_fixture->broker->finish(end));
    const auto shown = ask("GET", pathOf(id));
    QCOMPARE(shown.status, 200);
    QVERIFY(shown.body.contains(R"("location":{"z":12345678901234567890,"a":1})"));
    job = objectOf(shown);
    QCOMPARE(job.value("status"_L1).toString(), u"finished"_s);
    QCOMPARE(job.value("task"_L1).toObject(), parsed(R"({"name":"task","params":{"a":1,"b":"x"}})"));
    QCOMPARE(job.value("error"_L1), QJsonValue());
    QCOMPARE(job.value("attempts"_L1).toArray().size(), 1);
    QCOMPARE(job.value("attempts"_L1).toArray().first().toObject().value("worker"_L1).toString(), u"worker 1"_s);
    const QJsonObject delivery = job.value("deliveries"_L1).toArray().first().toObject();
    QCOMPARE(delivery.value("status"_L1).toString(), u"pending"_s);
    QCOMPARE(delivery.value("job"_L1).toString(), id);
    QCOMPARE(delivery.value("callback"_L1).toString(), u"callback"_s);
}

void ApiV2Test::takesSeveralAtOnce()
{
    const auto made = ask("POST", kJobs, '[' + ApiFixture::plainBody() + ',' + bodyWith(R"("delay":3600)") + ']');
    QCOMPARE(made.status, 201);
    const QJsonArray jobs = QJsonDocument::fromJson(made.body).array();
    QCOMPARE(jobs.size(), 2);
    QCOMPARE(jobs[0].toObject().value("status"_L1).toString(), u"queued"_s);
    QCOMPARE(jobs[1].toObject().value("status"_L1).toString(), u"scheduled"_s);
    for (const QJsonValue job : jobs) {
        QCOMPARE(ask("GET", pathOf(job.toObject().value("id"_L1).toString())).status, 200);
    }
}

void ApiV2Test::saysWhichOfSeveralDidNotFit()
{
    auto project = ApiFixture::plainProject();
    project->project.queues.first().options.maxQueued = 1;
    ApiFixture small(project);
    const auto made = small.ask("POST", kJobs, '[' + ApiFixture::plainBody() + ',' + ApiFixture::plainBody() + ']');
    QCOMPARE(made.status, 207);
    const QJsonArray answers = QJsonDocument::fromJson(made.body).array();
    QCOMPARE(answers[0].toObject().value("status"_L1).toString(), u"queued"_s);
    QCOMPARE(answers[1].toObject().value("status"_L1).toInt(), 429);
    QVERIFY(answers[1].toObject().value("detail"_L1).toString().contains(u"is full"_s));
    const auto alone = small.ask("POST", kJobs, ApiFixture::plainBody());
    QCOMPARE(alone.status, 429);
    QCOMPARE(alone.contentType, QByteArray("application/problem+json"));
    QVERIFY(!ApiFixture::headerOf(alone, "Retry-After").isEmpty());
}

void ApiV2Test::aKeyMakesOneJob()
{
    const api::Headers key{{"Idempotency-Key", "order-7"}};
    const auto first = m_fixture->ask("POST", kJobs, bodyWith(R"("delay":60)"), key);
    const auto again = m_fixture->ask("POST", kJobs, bodyWith(R"("delay":60)"), key);
    QCOMPARE(first.status, 201);
    QCOMPARE(again.status, 201);
    QCOMPARE(again.body, first.body);
    QCOMPARE(ApiFixture::headerOf(again, "Location"), ApiFixture::headerOf(first, "Location"));
    const auto other = m_fixture->ask("POST", kJobs, bodyWith(R"("delay":61)"), key);
    QCOMPARE(other.status, 409);
    QVERIFY(objectOf(other).value("detail"_L1).toString().contains(u"another body"_s));
    QVERIFY(idOf(ask("POST", kJobs, bodyWith(R"("delay":60)"))) != idOf(first));
}

void ApiV2Test::aKeyOfSeveralMakesEachOnce()
{
    const api::Headers key{{"Idempotency-Key", "order-8"}};
    const QByteArray body = '[' + ApiFixture::plainBody() + ',' + ApiFixture::plainBody() + ']';
    const auto first = m_fixture->ask("POST", kJobs, body, key);
    QCOMPARE(first.status, 201);
    QCOMPARE(m_fixture->ask("POST", kJobs, body, key).body, first.body);
    for (const QByteArray &other : {ApiFixture::plainBody(), QByteArray('[' + ApiFixture::plainBody() + ']'),
                                    QByteArray(body.chopped(1) + ',' + ApiFixture::plainBody() + ']')}) {
        QCOMPARE(m_fixture->ask("POST", kJobs, other, key).status, 409);
    }
    QCOMPARE(QJsonDocument::fromJson(ask("GET", u"/api/v1/jobs/"_s).body).array().size(), 2);
    const QJsonArray jobs = QJsonDocument::fromJson(first.body).array();
    QVERIFY(jobs[0].toObject().value("id"_L1) != jobs[1].toObject().value("id"_L1));
}

void ApiV2Test::refusesBadKeys_data()
{
    QTest::addColumn<QByteArray>("key");
    QTest::newRow("long") << QByteArray(256, 'a');
    QTest::newRow("empty") << QByteArray("");
    QTest::newRow("two words") << QByteArray("a b");
    QTest::newRow("not ASCII") << QByteArray("gr\xc3\xb6\xc3\x9f");
}

void ApiV2Test::refusesBadKeys()
{
    QFETCH(QByteArray, key);
    const auto answer = m_fixture->ask("POST", kJobs, ApiFixture::plainBody(), {{"Idempotency-Key", key}});
    QCOMPARE(answer.status, 400);
    QCOMPARE(answer.contentType, QByteArray("application/problem+json"));
    QVERIFY(objectOf(answer).value("detail"_L1).toString().contains(u"255"_s));
}

void ApiV2Test::aUniqueJobIsAlone()
{
    const QString id = idOf(ask("POST", kJobs, bodyWith(R"("unique":3600)")));
    const auto refused = ask("POST", kJobs, bodyWith(R"("unique":3600)"));
    QCOMPARE(refused.status, 409);
    QVERIFY(objectOf(refused).value("detail"_L1).toString().contains(id));
    QCOMPARE(ask("POST", kJobs, ApiFixture::plainBody()).status, 201); // one that does not mind
    ask("DELETE", pathOf(id));
    QCOMPARE(ask("POST", kJobs, bodyWith(R"("unique":3600)")).status, 201);
}

void ApiV2Test::aJobWaitsForAnother()
{
    const QString parent = post();
    const QByteArray after = "\"depends_on\":\"" + parent.toLatin1() + '"';
    const auto made = ask("POST", kJobs, bodyWith(after));
    QCOMPARE(made.status, 201);
    QCOMPARE(objectOf(made).value("status"_L1).toString(), u"waiting"_s);
    const QString child = idOf(made);
    const QJsonObject shown = objectOf(ask("GET", pathOf(child))).value("depends_on"_L1).toObject();
    QCOMPARE(shown.value("jobs"_L1).toArray(), (QJsonArray{parent}));
    QCOMPARE(shown.value("on_failure"_L1).toString(), u"cancel"_s);
    QCOMPARE(objectOf(ask("GET", u"/api/v1/jobs/"_s + child)).value("status"_L1).toString(), u"queued"_s);
    ask("POST", pathOf(parent, u"/cancel"_s));
    QCOMPARE(objectOf(ask("GET", pathOf(child))).value("status"_L1).toString(), u"canceled"_s);
    QCOMPARE(ask("POST", kJobs, bodyWith(after)).status, 409);
}

void ApiV2Test::refusesToWaitForNobody()
{
    const auto refused = ask("POST", kJobs, bodyWith(R"("depends_on":["01890a5d-ac96-774b-bcce-b302099a8057"])"));
    QCOMPARE(refused.status, 400);
    QVERIFY(objectOf(refused).value("detail"_L1).toString().contains(u"There is no job 01890a5d"_s));
    QCOMPARE(ask("GET", u"/api/v1/jobs/"_s).body, QByteArray("[]"));
}

void ApiV2Test::refusesAsAProblem()
{
    const auto refused = ask("POST", kJobs,
                             R"({"task":{"name":"task","params":{"a":"1"}},"storage":{"name":"storage"},)"
                             R"("callback":{"name":"calback"}})");
    QCOMPARE(refused.status, 422);
    QCOMPARE(refused.contentType, QByteArray("application/problem+json"));
    const QJsonObject problem = objectOf(refused);
    QCOMPARE(problem.value("title"_L1).toString(), u"Unprocessable Content"_s);
    QCOMPARE(problem.value("status"_L1).toInt(), 422);
    QVERIFY(problem.value("detail"_L1).toString().contains(u"3 faults"_s));
    QStringList pointers;
    for (const QJsonValue error : problem.value("errors"_L1).toArray()) {
        pointers.append(error.toObject().value("pointer"_L1).toString());
        QVERIFY(!error.toObject().value("detail"_L1).toString().isEmpty());
    }
    pointers.sort();
    QCOMPARE(pointers, (QStringList{u"/callback/name"_s, u"/task/params"_s, u"/task/params/a"_s}));
    QCOMPARE(ask("GET", u"/api/v1/jobs/"_s).body, QByteArray("[]"));
}

void ApiV2Test::errorsAreProblems_data()
{
    QTest::addColumn<QByteArray>("verb");
    QTest::addColumn<QString>("path");
    QTest::addColumn<int>("status");
    const QString unknown = u"01890a5d-ac96-774b-bcce-b302099a8057"_s;
    QTest::newRow("no such path") << QByteArray("GET") << u"/api/v2/jbos"_s << 404;
    QTest::newRow("the root") << QByteArray("GET") << u"/api/v2"_s << 404;
    QTest::newRow("wrong verb") << QByteArray("PATCH") << kJobs << 405;
    QTest::newRow("no such job") << QByteArray("GET") << pathOf(unknown) << 404;
    QTest::newRow("no id") << QByteArray("GET") << pathOf(u"7"_s) << 404;
    QTest::newRow("no such job's log") << QByteArray("GET") << pathOf(unknown, u"/logs"_s) << 404;
    QTest::newRow("cancel no such job") << QByteArray("POST") << pathOf(unknown, u"/cancel"_s) << 404;
    QTest::newRow("retry no such job") << QByteArray("POST") << pathOf(unknown, u"/retry"_s) << 404;
    QTest::newRow("run no such job now") << QByteArray("POST") << pathOf(unknown, u"/run-now"_s) << 404;
    QTest::newRow("delete no such job") << QByteArray("DELETE") << pathOf(unknown) << 404;
}

void ApiV2Test::errorsAreProblems()
{
    QFETCH(QByteArray, verb);
    QFETCH(QString, path);
    QFETCH(int, status);
    const auto answer = ask(verb, path);
    QCOMPARE(answer.status, status);
    QCOMPARE(answer.contentType, QByteArray("application/problem+json"));
    QCOMPARE(objectOf(answer).value("status"_L1).toInt(), status);
    QVERIFY(!objectOf(answer).value("detail"_L1).toString().isEmpty());
    QCOMPARE(status == 405, !ApiFixture::headerOf(answer, "Allow").isEmpty());
}

void ApiV2Test::cancelsWhatWaits()
{
    const QString id = post();
    const auto answer = ask("POST", pathOf(id, u"/cancel"_s));
    QCOMPARE(answer.status, 200);
    QCOMPARE(objectOf(answer).value("id"_L1).toString(), id);
    QCOMPARE(objectOf(answer).value("outcome"_L1).toString(), u"canceled"_s);
    const QJsonObject job = objectOf(ask("GET", pathOf(id)));
    QCOMPARE(job.value("status"_L1).toString(), u"canceled"_s);
    QCOMPARE(job.value("deliveries"_L1).toArray().size(), 1);
}

void ApiV2Test::asksWhatRunsToStop()
{
    const QString id = post();
    const auto claimed = claim();
    const auto answer = ask("POST", pathOf(id, u"/cancel"_s));
    QCOMPARE(answer.status, 202);
    QCOMPARE(objectOf(answer).value("outcome"_L1).toString(), u"requested"_s);
    QVERIFY(objectOf(ask("GET", pathOf(id))).value("cancel_requested"_L1).toBool());
    QCOMPARE(must(m_fixture->broker->renew({claimed.lease}, 30s)).first(), broker::LeaseState::CancelRequested);
}

void ApiV2Test::doesNotCancelWhatHasEnded()
{
    const QString id = post();
    broker::JobEnd end;
    end.lease = claim().lease;
    end.location = "1";
    must(m_fixture->broker->finish(end));
    const auto answer = ask("POST", pathOf(id, u"/cancel"_s));
    QCOMPARE(answer.status, 409);
    QVERIFY(objectOf(answer).value("detail"_L1).toString().contains(u"ended already"_s));
    QCOMPARE(objectOf(ask("GET", pathOf(id))).value("status"_L1).toString(), u"finished"_s);
}

void ApiV2Test::retriesWhatHasEnded()
{
    const QString id = post();
    broker::JobEnd end;
    end.lease = claim().lease;
    end.kind = broker::JobEnd::Kind::Failed;
    end.error = {u"exception"_s, u"no luck"_s, {}, {}};
    end.attempt.worker = u"worker 1"_s;
    must(m_fixture->broker->finish(end));
    const auto answer = ask("POST", pathOf(id, u"/retry"_s));
    QCOMPARE(answer.status, 200);
    QCOMPARE(answer.body, "{\"id\":\"" + id.toLatin1() + "\",\"status\":\"queued\",\"run\":2}");
    const QJsonObject job = objectOf(ask("GET", pathOf(id)));
    QCOMPARE(job.value("status"_L1).toString(), u"queued"_s);
    QCOMPARE(job.value("run"_L1).toInt(), 2);
    QCOMPARE(job.value("error"_L1), QJsonValue());
    const QJsonObject attempt = job.value("attempts"_L1).toArray().first().toObject();
    QCOMPARE(attempt.value("outcome"_L1).toString(), u"failed"_s);
    QCOMPARE(attempt.value("error"_L1).toObject().value("message"_L1).toString(), u"no luck"_s);
    QCOMPARE(claim().lease.run, 2);
}

void ApiV2Test::runsWhatIsDelayedNow()
{
    const QString id = idOf(ask("POST", kJobs, bodyWith(R"("delay":3600)")));
    const auto answer = ask("POST", pathOf(id, u"/run-now"_s));
    QCOMPARE(answer.status, 200);
    QCOMPARE(objectOf(answer).value("status"_L1).toString(), u"queued"_s);
    QCOMPARE(claim().spec.id, core::idFromText(id.toLatin1()));
}

void ApiV2Test::doesNothingTwiceToOneThatRuns()
{
    const QString id = post();
    claim();
    for (const QString &act : {u"/retry"_s, u"/run-now"_s}) {
        const auto answer = ask("POST", pathOf(id, act));
        QCOMPARE(answer.status, 409);
        QVERIFY(objectOf(answer).value("detail"_L1).toString().contains(u"The job is started"_s));
    }
    QCOMPARE(objectOf(ask("GET", pathOf(id))).value("status"_L1).toString(), u"started"_s);
}

void ApiV2Test::deletes()
{
    const QString id = post();
    const auto answer = ask("DELETE", pathOf(id));
    QCOMPARE(answer.status, 204);
    QVERIFY(answer.body.isEmpty());
    QCOMPARE(ask("GET", pathOf(id)).status, 404);
    QCOMPARE(ask("DELETE", pathOf(id)).status, 404);
}

void ApiV2Test::showsLogs()
{
    const QString id = post();
    QCOMPARE(ask("GET", pathOf(id, u"/logs"_s)).body, QByteArray(R"({"lines":[]})"));
    const core::TimePoint time(1'700'000'000'123ms);
    must(
        m_fixture->broker->progress({claim().lease, -1, {}, {{time, u"info"_s, u"größe"_s}, {time, u"stdout"_s, {}}}}));
    QCOMPARE(ask("GET", pathOf(id, u"/logs"_s)).body,
             QByteArray("{\"lines\":[{\"time\":\"2023-11-14T22:13:20.123Z\",\"level\":\"info\",\"text\":\"größe\"},"
                        "{\"time\":\"2023-11-14T22:13:20.123Z\",\"level\":\"stdout\",\"text\":\"\"}]}"));
}

void ApiV2Test::theStoreIsOutOfReach()
{
    m_fixture->broker->stop();
    for (const QByteArray &body : {ApiFixture::plainBody(), '[' + ApiFixture::plainBody() + ']'}) {
        const auto answer = ask("POST", kJobs, body);
        QCOMPARE(answer.status, 503);
        QCOMPARE(answer.contentType, QByteArray("application/problem+json"));
        QCOMPARE(answer.headers.size(), 1);
        QVERIFY(!ApiFixture::headerOf(answer, "Retry-After").isEmpty());
    }
}

void ApiV2Test::longBodiesAreReadToo()
{
    const QByteArray spaces(200'000, ' ');
    QCOMPARE(ask("POST", kJobs, spaces + ApiFixture::plainBody()).status, 201);
}

QTEST_GUILESS_MAIN(ApiV2Test)
#include "tst_api_v2.moc"
