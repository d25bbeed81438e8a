// SPDX-License-Identifier: LGPL-3.0-or-later
// A process that moves jobs through the broker is killed at random moments, again and again. What it was told and what
// it saw ended is compared with what the store holds afterwards.
#include "broker/broker.h"
#include "broker/sqlite_store.h"
#include "core/ids.h"
#include "support/store_driver.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <cstdio>
#include <random>

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;
using namespace dragonscales;
using namespace dragonscales::broker;
using dragonscales::test::must;

namespace {

// Short, so that what a killed process held comes back to the next one.
constexpr auto kLease = 300ms;

std::unique_ptr<Broker> openBroker(const QString &path)
{
    const auto clock = std::make_shared<core::SystemClock>();
    auto writer = must(SqliteStore::open({path, {}}, clock));
    auto reader = must(SqliteStore::open({path, {}, true}, clock));
    return std::make_unique<Broker>(std::move(writer), std::move(reader), BrokerOptions{});
}

// One line at once, so that a kill cannot tear it apart from the fact that it tells.
void say(const char *what, const QUuid &id)
{
    std::fprintf(stdout, "%s %s\n", what, core::idText(id).constData());
    std::fflush(stdout);
}

// The child: submits, runs and delivers for ever, and says what the broker has answered.
[[noreturn]] void moveJobs(const QString &path)
{
    const auto broker = openBroker(path);
    broker->start();
    for (;;) {
        QList<QFuture<core::Result<core::JobSummary>>> submissions;
        for (int i = 0; i < 5; ++i) {
            submissions.append(broker->enqueue(test::plainSpec(broker->now(), u"q"_s)));
        }
        must(broker->recover(100).result());
        const auto claimed = must(broker->claim(u"q"_s, 4, u"w"_s, kLease).result());
        QList<QFuture<core::Result<LeaseState>>> ends;
        for (const ClaimedJob &job : claimed) {
            JobEnd end;
            end.lease = job.lease;
            end.location = "1";
            ends.append(broker->finish(end));
        }
        for (auto &reply : submissions) {
            say("accepted", must(reply.result()).id);
        }
        for (qsizetype i = 0; i < ends.size(); ++i) {
            if (must(ends[i].result()) == LeaseState::Held) {
                say("ended", claimed[i].lease.id);
            }
        }
        for (const ClaimedDelivery &delivery : must(broker->claimDeliveries(3, u"w"_s, kLease).result())) {
            must(broker->finishDelivery({delivery.lease, DeliveryEnd::Kind::Delivered, {}, {}}).result());
            say("delivered", delivery.delivery.job);
        }
    }
}

} // namespace

class StoreKillTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nothingIsLostAndNothingEndsTwice();

private:
    void runAndKill(const QString &path, int afterLines);
    void note(const QByteArray &output);
    void checkStore(Broker &broker);
    void finishEverything(Broker &broker);

    QHash<QUuid, int> m_accepted;
    QHash<QUuid, int> m_ended;
    QHash<QUuid, int> m_delivered;
};

void StoreKillTest::note(const QByteArray &output)
{
    // The last line may be cut off by the kill.
    for (const QByteArray &line : output.left(output.lastIndexOf('\n') + 1).split('\n')) {
        const QUuid id = core::idFromText(line.mid(line.indexOf(' ') + 1));
        if (line.startsWith("accepted ")) {
            ++m_accepted[id];
        } else if (line.startsWith("ended ")) {
            ++m_ended[id];
        } else if (line.startsWith("delivered ")) {
            ++m_delivered[id];
        }
    }
}

void StoreKillTest::runAndKill(const QString &path, int afterLines)
{
    QProcess child;
    child.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    child.start(QCoreApplication::applicationFilePath(), {u"--move-jobs"_s, path});
    QByteArray output;
    while (output.count('\n') < afterLines) {
        QVERIFY2(child.waitForReadyRead(30'000), "the child says nothing");
        output += child.readAllStandardOutput();
    }
    child.kill();
    QVERIFY(child.waitForFinished(30'000));
    QCOMPARE(child.exitStatus(), QProcess::CrashExit);
    output += child.readAllStandardOutput();
    note(output);
}

void StoreKillTest::checkStore(Broker &broker)
{
    for (auto it = m_accepted.cbegin(); it != m_accepted.cend(); ++it) {
        QVERIFY2(broker.job(it.key()).result().has_value(), "an accepted job is lost");
    }
    QUuid after;
    for (;;) {
        const QList<core::JobSummary> page = must(broker.scan(after, 500).result());
        if (page.isEmpty()) {
            return;
        }
        after = page.last().id;
        for (const core::JobSummary &summary : page) {
            const core::Job job = must(broker.job(summary.id).result());
            const qsizetype ends = std::ranges::count_if(job.attempts, [](const core::Attempt &attempt) {
                return attempt.outcome == core::AttemptOutcome::Finished ||
                       attempt.outcome == core::AttemptOutcome::Failed;
            });
            const QList<core::Delivery> deliveries = must(broker.deliveriesOf(summary.id).result());
            QCOMPARE(deliveries.size(), core::isEnd(job.status) ? 1 : 0);
            QCOMPARE(ends, job.status == core::JobStatus::Finished ? 1 : 0);
            QCOMPARE(job.leaseExpiry != core::TimePoint{}, job.status == core::JobStatus::Started);
            // What was answered is there; "ended" once at most.
            QVERIFY(m_ended.value(summary.id) <= 1);
            QVERIFY(m_ended.value(summary.id) == 0 || job.status == core::JobStatus::Finished);
            QVERIFY(m_delivered.value(summary.id) <= 1);
            QVERIFY(m_delivered.value(summary.id) == 0 || deliveries.first().status == core::DeliveryStatus::Delivered);
        }
    }
}

void StoreKillTest::finishEverything(Broker &broker)
{
    QTRY_VERIFY_WITH_TIMEOUT(
        [&] {
            must(broker.recover(1000).result());
            for (const ClaimedJob &job : must(broker.claim(u"q"_s, 1000, u"w"_s, 30s).result())) {
                JobEnd end;
                end.lease = job.lease;
                end.location = "1";
                must(broker.finish(end).result());
            }
            for (const ClaimedDelivery &delivery : must(broker.claimDeliveries(1000, u"w"_s, 30s).result())) {
                must(broker.finishDelivery({delivery.lease, DeliveryEnd::Kind::Delivered, {}, {}}).result());
            }
            return !must(broker.nextDue().result()).has_value();
        }(),
        30'000);
}

void StoreKillTest::nothingIsLostAndNothingEndsTwice()
{
    QTemporaryDir folder;
    const QString path = folder.filePath(u"store.db"_s);
    const unsigned seed = qEnvironmentVariableIsSet("DRAGONSCALES_TEST_SEED")
                              ? unsigned(qEnvironmentVariableIntValue("DRAGONSCALES_TEST_SEED"))
                              : std::random_device{}();
    qInfo("DRAGONSCALES_TEST_SEED=%u", seed);
    std::mt19937 random(seed);
    constexpr int kKills = 15;
    for (int i = 0; i < kKills; ++i) {
        runAndKill(path, std::uniform_int_distribution(1, 120)(random));
        if (QTest::currentTestFailed()) {
            return;
        }
        const auto broker = openBroker(path);
        broker->start();
        checkStore(*broker);
        if (QTest::currentTestFailed()) {
            return;
        }
    }
    QVERIFY(m_accepted.size() > kKills);
    const auto broker = openBroker(path);
    broker->start();
    finishEverything(*broker);
    checkStore(*broker);
    for (auto it = m_accepted.cbegin(); it != m_accepted.cend(); ++it) {
        QCOMPARE(it.value(), 1);
        const core::JobStatus status = must(broker->job(it.key()).result()).status;
        // Failed ("lost") is possible for one that was running at four kills.
        QVERIFY(status == core::JobStatus::Finished || status == core::JobStatus::Failed);
        QCOMPARE(must(broker->deliveriesOf(it.key()).result()).first().status, core::DeliveryStatus::Delivered);
    }
}

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() == 3 && arguments[1] == u"--move-jobs"_s) {
        moveJobs(arguments[2]);
    }
    StoreKillTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_store_kill.moc"
