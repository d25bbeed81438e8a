// SPDX-License-Identifier: LGPL-3.0-or-later

#include "core/delivery.h"
#include "core/ids.h"
#include "core/job.h"
#include "core/module_info.h"

#include <QTest>

using namespace dragonscales::core;
using namespace Qt::Literals::StringLiterals;

namespace {

const QUuid kId = idFromText("01890a5d-ac96-774b-bcce-b302099a8057");

QByteArray object(const QByteArray &rest)
{
    return R"({"id":"01890a5d-ac96-774b-bcce-b302099a8057",)" + rest + '}';
}

QString fingerprint(const QString &message, const QString &type = u"exception"_s, const QString &task = u"task"_s)
{
    return fingerprintOf(task, {type, message, {}, {}});
}

} // namespace

class TestJob : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tellsStatuses_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("word");
        QTest::addColumn<QByteArray>("wordV1");
        QTest::addColumn<bool>("end");
        const auto row = [](JobStatus status, const QByteArray &word, const QByteArray &wordV1, bool end) {
            QTest::newRow(word) << static_cast<int>(status) << word << wordV1 << end;
        };
        row(JobStatus::Scheduled, "scheduled", "queued", false);
        row(JobStatus::Waiting, "waiting", "queued", false);
        row(JobStatus::Queued, "queued", "queued", false);
        row(JobStatus::Started, "started", "started", false);
        row(JobStatus::Finished, "finished", "finished", true);
        row(JobStatus::Failed, "failed", "failed", true);
        row(JobStatus::Canceled, "canceled", "canceled", true);
    }

    void tellsStatuses()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, word);
        QFETCH(QByteArray, wordV1);
        QFETCH(bool, end);
        const auto value = static_cast<JobStatus>(status);
        QCOMPARE(statusWord(value), word);
        QCOMPARE(statusWordV1(value), wordV1);
        QCOMPARE(isEnd(value), end);
        QCOMPARE(statusFromWord(word).value(), value);
    }

    void knowsNoOtherWords()
    {
        QVERIFY(!statusFromWord(""));
        QVERIFY(!statusFromWord("Queued"));
        QVERIFY(!statusFromWord("queuedx"));
        QVERIFY(!kindFromWord(u"tasks"));
        QVERIFY(!isolationFromWord(u"none"));
    }

    void tellsOtherWords()
    {
        QCOMPARE(outcomeWord(AttemptOutcome::Finished), QByteArray("finished"));
        QCOMPARE(outcomeWord(AttemptOutcome::Failed), QByteArray("failed"));
        QCOMPARE(outcomeWord(AttemptOutcome::Canceled), QByteArray("canceled"));
        QCOMPARE(outcomeWord(AttemptOutcome::Lost), QByteArray("lost"));
        QCOMPARE(outcomeWord(AttemptOutcome::Requeued), QByteArray("requeued"));
        QCOMPARE(deliveryStatusWord(DeliveryStatus::Pending), QByteArray("pending"));
        QCOMPARE(deliveryStatusWord(DeliveryStatus::Delivering), QByteArray("delivering"));
        QCOMPARE(deliveryStatusWord(DeliveryStatus::Delivered), QByteArray("delivered"));
        QCOMPARE(deliveryStatusWord(DeliveryStatus::Dead), QByteArray("dead"));
        for (const ModuleKind kind :
             {ModuleKind::Task, ModuleKind::Storage, ModuleKind::Callback, ModuleKind::Authorizer})
            QCOMPARE(kindFromWord(kindWord(kind)).value(), kind);
        for (const Isolation isolation : {Isolation::Auto, Isolation::Thread, Isolation::Process})
            QCOMPARE(isolationFromWord(isolationWord(isolation)).value(), isolation);
        QCOMPARE(kindWord(ModuleKind::Authorizer), u"authorizer"_s);
        QCOMPARE(isolationWord(Isolation::Process), u"process"_s);
    }

    void writesTheStatusObject_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("location");
        QTest::addColumn<QByteArray>("rest");
        const auto row = [](const char *name, JobStatus status, const QByteArray &location, const QByteArray &rest) {
            QTest::newRow(name) << static_cast<int>(status) << location << rest;
        };
        row("queued", JobStatus::Queued, "", R"("status":"queued","result":null,"info":null)");
        row("waiting", JobStatus::Waiting, "", R"("status":"queued","result":null,"info":null)");
        row("started keeps its old error to itself", JobStatus::Started, R"("old")",
            R"("status":"started","result":null,"info":null)");
        row("finished", JobStatus::Finished, R"({"b":1e5,"a":[2]})",
            R"("status":"finished","result":{"b":1e5,"a":[2]},"info":null)");
        row("finished without location", JobStatus::Finished, "", R"("status":"finished","result":null,"info":null)");
        row("failed", JobStatus::Failed, "{}",
            "\"status\":\"failed\",\"result\":null,\"info\":\"it \\\"broke\\\"\\nline 1\\n\\tline é\"");
        row("canceled", JobStatus::Canceled, "", R"("status":"canceled","result":null,"info":null)");
    }

    void writesTheStatusObject()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, location);
        QFETCH(QByteArray, rest);
        const JobError error{u"exception"_s, u"it \"broke\""_s, u"line 1\n\tline é"_s, {}};
        QCOMPARE(statusObject(kId, static_cast<JobStatus>(status), location, error), object(rest));
    }

    void aFailureWithoutErrorHasNoInfo()
    {
        QCOMPARE(statusObject(kId, JobStatus::Failed, {}, {}),
                 object(R"("status":"failed","result":null,"info":null)"));
    }

    void joinsMessageAndDetail()
    {
        QCOMPARE((JobError{{}, u"a"_s, u"b"_s, {}}.info()), u"a\nb"_s);
        QCOMPARE((JobError{{}, u"a"_s, {}, {}}.info()), u"a"_s);
        QCOMPARE((JobError{{}, {}, u"b"_s, {}}.info()), u"b"_s);
        QCOMPARE((JobError{{}, u"E: x"_s, u"Traceback\nE: x"_s, {}}.info()), u"Traceback\nE: x"_s);
        QCOMPARE((JobError{{}, u"E: x"_s, u"Traceback\nE: x\n"_s, {}}.info()), u"Traceback\nE: x\n"_s);
        QCOMPARE((JobError{{}, u"x"_s, u"Traceback\nE: x"_s, {}}.info()), u"x\nTraceback\nE: x"_s);
    }

    void delaysReruns_data()
    {
        QTest::addColumn<int>("max");
        QTest::addColumn<QList<int>>("delays");
        QTest::addColumn<int>("index");
        QTest::addColumn<int>("delay"); // -1: no re-run
        QTest::newRow("none") << 0 << QList<int>{5} << 0 << -1;
        QTest::newRow("first") << 3 << QList<int>{5, 30} << 0 << 5;
        QTest::newRow("second") << 3 << QList<int>{5, 30} << 1 << 30;
        QTest::newRow("last repeats") << 3 << QList<int>{5, 30} << 2 << 30;
        QTest::newRow("used up") << 3 << QList<int>{5, 30} << 3 << -1;
        QTest::newRow("at once") << 1 << QList<int>{} << 0 << 0;
        QTest::newRow("no such re-run") << 1 << QList<int>{5} << -1 << -1;
    }

    void delaysReruns()
    {
        QFETCH(int, max);
        QFETCH(QList<int>, delays);
        QFETCH(int, index);
        QFETCH(int, delay);
        RetryPolicy policy{max, {}};
        for (const int ms : delays)
            policy.delays.append(std::chrono::milliseconds(ms));
        const auto found = policy.delayBefore(index, 0.5);
        QCOMPARE(found ? static_cast<int>(found->count()) : -1, delay);
    }

    void backoffsGrowToTheirLongest_data()
    {
        QTest::addColumn<int>("index");
        QTest::addColumn<double>("chance");
        QTest::addColumn<int>("delay");
        QTest::newRow("first") << 0 << 0.0 << 1000;
        QTest::newRow("grows") << 3 << 0.0 << 8000;
        QTest::newRow("longest") << 4 << 0.0 << 10'000;
        QTest::newRow("far beyond it") << 900 << 0.0 << 10'000;
        QTest::newRow("half of the chance") << 3 << 0.5 << 7200;
        QTest::newRow("all of the chance") << 3 << 1.0 << 6400;
        QTest::newRow("of the longest") << 900 << 1.0 << 8000;
        QTest::newRow("used up") << 1000 << 0.0 << -1;
    }

    void backoffsGrowToTheirLongest()
    {
        QFETCH(int, index);
        QFETCH(double, chance);
        QFETCH(int, delay);
        const RetryPolicy policy{1000, {}, Backoff{std::chrono::seconds(1), 2, std::chrono::seconds(10), 0.2}};
        const auto found = policy.delayBefore(index, chance);
        QCOMPARE(found ? static_cast<int>(found->count()) : -1, delay);
    }

    void oneCauseHasOneFingerprint_data()
    {
        QTest::addColumn<QString>("one");
        QTest::addColumn<QString>("other");
        QTest::newRow("numbers") << u"line 12 of 300: 2.5e3 too large"_s << u"line 7 of 9: -1 too large"_s;
        QTest::newRow("ids") << u"no job 01890a5d-ac96-774b-bcce-b302099a8057"_s
                             << u"no job ffffffff-ac96-774b-bcce-b302099a8057"_s;
        QTest::newRow("quoted") << u"no file 'a b.png'"_s << u"no file 'c.png'"_s;
        QTest::newRow("double quoted") << u"bad key \"a\""_s << u"bad key \"b c\""_s;
        QTest::newRow("pointers") << u"object at 0x7f001122 died"_s << u"object at 0xDEADBEEF died"_s;
        QTest::newRow("addresses") << u"http://a.example:80/x?y=1 refused"_s << u"https://b.example/z refused"_s;
        QTest::newRow("network") << u"10.0.0.1:443 is down"_s << u"192.168.1.20:80 is down"_s;
        QTest::newRow("white space") << u"a  b\n"_s << u"a b"_s;
    }

    void oneCauseHasOneFingerprint()
    {
        QFETCH(QString, one);
        QFETCH(QString, other);
        QCOMPARE(fingerprint(one), fingerprint(other));
        QCOMPARE(fingerprint(one).size(), 16);
    }

    void otherCausesHaveOtherFingerprints()
    {
        QVERIFY(fingerprint(u"no file"_s) != fingerprint(u"no memory"_s));
        QVERIFY(fingerprint(u"x"_s, u"crash"_s) != fingerprint(u"x"_s, u"timeout"_s));
        QVERIFY(fingerprint(u"x"_s, u"crash"_s, u"a"_s) != fingerprint(u"x"_s, u"crash"_s, u"b"_s));
        QVERIFY(fingerprint(u"b"_s, u"a"_s, {}) != fingerprint(u""_s, u"ab"_s, {}));
    }
};

QTEST_APPLESS_MAIN(TestJob)
#include "tst_job.moc"
