// SPDX-License-Identifier: LGPL-3.0-or-later
#include "broker/broker.h"
#include "broker/sqlite_store.h"
#include "core/ids.h"
#include "support/failing_store.h"
#include "support/store_driver.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;
using namespace dragonscales;
using namespace dragonscales::broker;
using dragonscales::test::Faults;
using dragonscales::test::must;

class BrokerTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void answersEverythingThatIsAsked();
    void whatIsAskedTogetherIsOneCommit();
    void noTurnIsLongerThanItsLimit();
    void orderIsKeptWhereItMatters_data();
    void orderIsKeptWhereItMatters();
    void aFailedTurnIsDoneOneByOne_data();
    void aFailedTurnIsDoneOneByOne();
    void oneBadOperationDoesNotFailItsNeighbours();
    void commitsAreToldBeforeTheyAreAnswered();
    void aStoreThatRefusesIsToldOnceAndAgainWhenItWorks();
    void aSubmissionIsAnsweredOnlyAfterItsCommit();
    void readsDoNotWaitForWrites();
    void readErrorsComeBack();
    void stopDoesWhatWasAskedAndRefusesTheRest();
    void withoutStartEverythingIsRefusedAtTheEnd();
    void manyThreadsMayAsk();

private:
    void makeBroker(BrokerOptions options = {});
    core::JobSpec spec(const QString &queue = u"q"_s) { return test::plainSpec(m_broker->now(), queue); }
    // Holds the writer in a call, so that what is asked meanwhile comes in one turn.
    void holdWriter();
    void releaseWriter();

    std::unique_ptr<QTemporaryDir> m_folder;
    std::shared_ptr<Faults> m_faults;     // of the writer's store
    std::shared_ptr<Faults> m_readFaults; // of the reader's
    std::unique_ptr<Broker> m_broker;
    QFuture<core::Result<int>> m_held;
};

void BrokerTest::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_faults = std::make_shared<Faults>();
    m_readFaults = std::make_shared<Faults>();
    makeBroker();
    m_broker->start();
}

void BrokerTest::cleanup()
{
    m_faults->release();
    m_broker.reset();
    m_folder.reset();
}

void BrokerTest::makeBroker(BrokerOptions options)
{
    m_broker.reset();
    const auto clock = std::make_shared<core::SystemClock>();
    const QString path = m_folder->filePath(u"store.db"_s);
    auto writer = std::make_unique<test::FailingStore>(must(SqliteStore::open({path, {}}, clock)), m_faults);
    auto reader = std::make_unique<test::FailingStore>(must(SqliteStore::open({path, {}, true}, clock)), m_readFaults);
    m_broker = std::make_unique<Broker>(std::move(writer), std::move(reader), options);
}

void BrokerTest::holdWriter()
{
    m_faults->add(Faults::Kind::Delay, "purge");
    m_held = m_broker->purge(1);
    QVERIFY(m_faults->waitUntilDelayed());
}

void BrokerTest::releaseWriter()
{
    m_faults->release();
    QCOMPARE(must(m_held.result()), 0);
}

void BrokerTest::answersEverythingThatIsAsked()
{
    const QUuid id = must(m_broker->enqueue(spec()).result()).id;
    QCOMPARE(must(m_broker->job(id).result()).status, core::JobStatus::Queued);
    const ClaimedJob claimed = must(m_broker->claim(u"q"_s, 1, u"w"_s, 30s).result()).first();
    QCOMPARE(must(m_broker->renew({claimed.lease}, 30s).result()), QList{LeaseState::Held});
    QCOMPARE(must(m_broker->progress({claimed.lease, 0.5, {}, {}}).result()), LeaseState::Held);
    QCOMPARE(must(m_broker->counts().result()).first().started, 1);
    QVERIFY(must(m_broker->nextDue().result()).has_value());
    JobEnd end;
    end.lease = claimed.lease;
    end.location = "1";
    QCOMPARE(must(m_broker->finish(end).result()), LeaseState::Held);
    QCOMPARE(must(m_broker->deliveriesOf(id).result()).size(), 1);
    const ClaimedDelivery delivery = must(m_broker->claimDeliveries(1, u"w"_s, 30s).result()).first();
    QCOMPARE(must(m_broker->renewDeliveries({delivery.lease}, 30s).result()), QList{LeaseState::Held});
    QCOMPARE(must(m_broker->finishDelivery({delivery.lease, DeliveryEnd::Kind::Delivered, {}, {}}).result()),
             LeaseState::Held);
    QCOMPARE(must(m_broker->promoteDue(1).result()), 0);
    QCOMPARE(must(m_broker->recover(1).result()), 0);
    QCOMPARE(must(m_broker->scan({}, 5).result()).first().id, id);
    QCOMPARE(must(m_broker->cancel(id).result()), CancelResult::AlreadyEnded);
    QVERIFY(must(m_broker->remove(id).result()));
    QCOMPARE(must(m_broker->purge(1).result()), 1);
    QCOMPARE(m_broker->job(id).result().error().code, core::ErrorCode::NotFound);
    QVERIFY(m_broker->storeSize() > 0);
}

void BrokerTest::whatIsAskedTogetherIsOneCommit()
{
    holdWriter();
    const int before = m_faults->calls("commit");
    QList<QFuture<core::Result<core::JobSummary>>> replies;
    for (int i = 0; i < 100; ++i) {
        replies.append(m_broker->enqueue(spec()));
    }
    auto claims = m_broker->claim(u"q"_s, 100, u"w"_s, 30s);
    releaseWriter();
    QSet<QUuid> ids;
    for (auto &reply : replies) {
        ids.insert(must(reply.result()).id);
    }
    QCOMPARE(ids.size(), 100);
    QCOMPARE(must(claims.result()).size(), 100); // asked after them, so they are there
    QCOMPARE(m_faults->calls("enqueue"), 1);
    QCOMPARE(m_faults->calls("commit") - before, 2); // the held one and this one
}

void BrokerTest::noTurnIsLongerThanItsLimit()
{
    makeBroker({10});
    m_broker->start();
    holdWriter();
    const int before = m_faults->calls("commit");
    QList<QFuture<core::Result<core::JobSummary>>> replies;
    for (int i = 0; i < 35; ++i) {
        replies.append(m_broker->enqueue(spec()));
    }
    releaseWriter();
    for (auto &reply : replies) {
        must(reply.result());
    }
    QCOMPARE(m_faults->calls("commit") - before, 1 + 4);
}

void BrokerTest::orderIsKeptWhereItMatters_data()
{
    QTest::addColumn<QString>("steps"); // of one job, each asked without waiting for the one before
    QTest::addColumn<QString>("answers");
    QTest::newRow("enqueue, cancel") << u"ec"_s << u"+C"_s;
    QTest::newRow("cancel, enqueue") << u"ce"_s << u"N+"_s;
    QTest::newRow("enqueue, remove") << u"er"_s << u"+T"_s;
    QTest::newRow("remove, enqueue, remove") << u"rer"_s << u"F+T"_s;
    QTest::newRow("enqueue, remove, cancel") << u"erc"_s << u"+TN"_s;
    QTest::newRow("enqueue, cancel, remove, cancel") << u"ecrc"_s << u"+CTN"_s;
    QTest::newRow("finish, remove") << u"fr"_s << u"HT"_s;
    QTest::newRow("finish, cancel") << u"fc"_s << u"HA"_s;
    QTest::newRow("cancel, finish") << u"cf"_s << u"QH"_s;
    QTest::newRow("progress, finish") << u"pf"_s << u"HH"_s;
    QTest::newRow("renew, finish") << u"nf"_s << u"HH"_s;
}

void BrokerTest::orderIsKeptWhereItMatters()
{
    QFETCH(QString, steps);
    QFETCH(QString, answers);
    const core::JobSpec job = spec();
    JobEnd end;
    if (!steps.contains(u'e')) {
        must(m_broker->enqueue(job).result());
        end.lease = must(m_broker->claim(u"q"_s, 1, u"w"_s, 30s).result()).first().lease;
        end.location = "1";
    }
    holdWriter();
    QList<std::function<QChar()>> replies;
    const auto state = [](LeaseState held) { return QChar(held == LeaseState::Stale ? u'S' : u'H'); };
    for (const QChar step : steps) {
        switch (step.unicode()) {
        case u'e':
            replies.append([reply = m_broker->enqueue(job)] { return QChar(reply.result() ? u'+' : u'-'); });
            break;
        case u'c':
            replies.append(
                [reply = m_broker->cancel(job.id)] { return QStringView(u"CQAN")[int(must(reply.result()))]; });
            break;
        case u'r':
            replies.append([reply = m_broker->remove(job.id)] { return QChar(must(reply.result()) ? u'T' : u'F'); });
            break;
        case u'f':
            replies.append([state, reply = m_broker->finish(end)] { return state(must(reply.result())); });
            break;
        case u'p':
            replies.append(
                [state, reply = m_broker->progress({end.lease, 0.5, {}, {}})] { return state(must(reply.result())); });
            break;
        default:
            replies.append(
                [state, reply = m_broker->renew({end.lease}, 30s)] { return state(must(reply.result()).first()); });
        }
    }
    releaseWriter();
    QString got;
    for (const auto &reply : replies) {
        got += reply();
    }
    QCOMPARE(got, answers);
}

void BrokerTest::aFailedTurnIsDoneOneByOne_data()
{
    QTest::addColumn<QByteArray>("call");
    QTest::newRow("begin") << QByteArray("begin");
    QTest::newRow("operation") << QByteArray("enqueue");
    QTest::newRow("commit") << QByteArray("commit");
}

void BrokerTest::aFailedTurnIsDoneOneByOne()
{
    QFETCH(QByteArray, call);
    QSignalSpy committed(m_broker.get(), &Broker::committed);
    holdWriter();
    // The commit of the held turn comes first.
    m_faults->add(Faults::Kind::Fail, call, call == "commit" ? 2 : 1);
    QList<QFuture<core::Result<core::JobSummary>>> replies;
    for (int i = 0; i < 5; ++i) {
        replies.append(m_broker->enqueue(spec()));
    }
    releaseWriter();
    for (auto &reply : replies) {
        QVERIFY(reply.result().has_value());
        QCOMPARE(must(m_broker->job(must(reply.result()).id).result()).status, core::JobStatus::Queued);
    }
    QCOMPARE(committed.size(), 5);
    QCOMPARE(must(m_broker->counts().result()).first().queued, 5);
}

void BrokerTest::oneBadOperationDoesNotFailItsNeighbours()
{
    holdWriter();
    m_faults->add(Faults::Kind::Fail, "enqueue", 1, 1, core::ErrorCode::Internal); // together
    m_faults->add(Faults::Kind::Fail, "enqueue", 2, 1, core::ErrorCode::Internal); // the second alone
    QList<QFuture<core::Result<core::JobSummary>>> replies;
    for (int i = 0; i < 3; ++i) {
        replies.append(m_broker->enqueue(spec()));
    }
    releaseWriter();
    QVERIFY(replies[0].result().has_value());
    QVERIFY(!replies[1].result().has_value());
    QCOMPARE(replies[1].result().error().code, core::ErrorCode::Internal);
    QVERIFY(replies[2].result().has_value());
    QCOMPARE(must(m_broker->counts().result()).first().queued, 2);
}

void BrokerTest::commitsAreToldBeforeTheyAreAnswered()
{
    std::atomic<qint64> told = 0;
    QObject context;
    QObject::connect(
        m_broker.get(), &Broker::committed, &context, [&](const Commit &commit) { told = commit.id.number; },
        Qt::DirectConnection);
    for (int i = 1; i <= 100; ++i) {
        must(m_broker->enqueue(spec()).result());
        QCOMPARE(told.load(), i);
        QCOMPARE(m_broker->lastCommit().number, i);
    }
    must(m_broker->recover(1).result()); // has nothing to tell
    QCOMPARE(told.load(), 100);
}

void BrokerTest::aStoreThatRefusesIsToldOnceAndAgainWhenItWorks()
{
    QSignalSpy writable(m_broker.get(), &Broker::writable);
    m_faults->add(Faults::Kind::Fail, "begin", 1, 1000, core::ErrorCode::StoreFull);
    for (int i = 0; i < 2; ++i) {
        const auto refused = m_broker->enqueue(spec()).result();
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, core::ErrorCode::StoreFull);
    }
    QTRY_COMPARE(writable.size(), 1);
    QCOMPARE(writable[0][0].toBool(), false);
    QVERIFY(!writable[0][1].toString().isEmpty());
    m_faults->clear();
    must(m_broker->recover(1).result()); // has nothing to do, as in a service that nobody uses while it is not ready
    QTRY_COMPARE(writable.size(), 2);
    QCOMPARE(writable[1][0].toBool(), true);
}

void BrokerTest::aSubmissionIsAnsweredOnlyAfterItsCommit()
{
    m_faults->add(Faults::Kind::Delay, "commit");
    auto reply = m_broker->enqueue(spec());
    QVERIFY(m_faults->waitUntilDelayed());
    QVERIFY(!reply.isFinished());
    QCOMPARE(m_broker->lastCommit().number, 0);
    m_faults->release();
    must(reply.result());
}

void BrokerTest::readsDoNotWaitForWrites()
{
    const QUuid id = must(m_broker->enqueue(spec()).result()).id;
    m_faults->add(Faults::Kind::Delay, "commit");
    auto reply = m_broker->cancel(id);
    QVERIFY(m_faults->waitUntilDelayed());
    QCOMPARE(must(m_broker->job(id).result()).status, core::JobStatus::Queued);
    m_faults->release();
    must(reply.result());
    QCOMPARE(must(m_broker->job(id).result()).status, core::JobStatus::Canceled);
}

void BrokerTest::readErrorsComeBack()
{
    m_readFaults->add(Faults::Kind::Fail, "job", 1, 1, core::ErrorCode::StoreCorrupt);
    QCOMPARE(m_broker->job(core::newJobId(m_broker->now())).result().error().code, core::ErrorCode::StoreCorrupt);
    QCOMPARE(m_broker->job(core::newJobId(m_broker->now())).result().error().code, core::ErrorCode::NotFound);
}

void BrokerTest::stopDoesWhatWasAskedAndRefusesTheRest()
{
    QList<QFuture<core::Result<core::JobSummary>>> replies;
    for (int i = 0; i < 50; ++i) {
        replies.append(m_broker->enqueue(spec()));
    }
    m_broker->stop();
    m_broker->stop();
    for (auto &reply : replies) {
        QVERIFY(reply.isFinished());
        QVERIFY(reply.result().has_value());
    }
    QCOMPARE(m_broker->enqueue(spec()).result().error().code, core::ErrorCode::Unavailable);
    QCOMPARE(m_broker->counts().result().error().code, core::ErrorCode::Unavailable);
    m_broker->start(); // does not come back
    QCOMPARE(m_broker->enqueue(spec()).result().error().code, core::ErrorCode::Unavailable);
    makeBroker();
    m_broker->start();
    QCOMPARE(must(m_broker->counts().result()).first().queued, 50);
}

void BrokerTest::withoutStartEverythingIsRefusedAtTheEnd()
{
    makeBroker();
    auto write = m_broker->enqueue(spec());
    auto read = m_broker->counts();
    QVERIFY(!write.isFinished());
    m_broker.reset();
    QCOMPARE(write.result().error().code, core::ErrorCode::Unavailable);
    QCOMPARE(read.result().error().code, core::ErrorCode::Unavailable);
}

void BrokerTest::manyThreadsMayAsk()
{
    constexpr int kThreads = 4;
    constexpr int kJobs = 250;
    std::vector<std::thread> threads;
    std::atomic<int> ended = 0;
    for (int i = 0; i < kThreads; ++i) {
        threads.emplace_back([&] {
            for (int job = 0; job < kJobs; ++job) {
                m_broker->enqueue(test::plainSpec(m_broker->now(), u"q"_s));
                for (const ClaimedJob &claimed : must(m_broker->claim(u"q"_s, 2, u"w"_s, 30s).result())) {
                    JobEnd end;
                    end.lease = claimed.lease;
                    end.location = "1";
                    ended += must(m_broker->finish(end).result()) == LeaseState::Held ? 1 : 0;
                }
            }
        });
    }
    for (std::thread &thread : threads) {
        thread.join();
    }
    const auto counts = must(m_broker->counts().result()).first();
    QCOMPARE(counts.started, 0);
    QCOMPARE(ended + counts.queued, kThreads * kJobs);
    QCOMPARE(must(m_broker->scan({}, 10'000).result()).size(), kThreads * kJobs);
}

QTEST_GUILESS_MAIN(BrokerTest)
#include "tst_broker.moc"
