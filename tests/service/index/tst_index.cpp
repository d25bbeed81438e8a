// SPDX-License-Identifier: LGPL-3.0-or-later
#include "broker/sqlite_store.h"
#include "core/ids.h"
#include "index/index.h"
#include "support/store_driver.h"

#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;
using namespace dragonscales;
using namespace dragonscales::broker;
using dragonscales::test::must;

class IndexTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void listsNewestFirst();
    void pagesMeetWithoutGapOrRepeat_data();
    void pagesMeetWithoutGapOrRepeat();
    void filtersByStatusAndQueue_data();
    void filtersByStatusAndQueue();
    void aListHoldsEverythingCommittedBefore();
    void removedJobsAreInNoList();
    void countsByQueueAndStatus();
    void whatIsUpToDateIsNotMadeAnew();
    void whatIsBehindIsMadeAnew();
    void whatIsDamagedIsMadeAnew_data();
    void whatIsDamagedIsMadeAnew();
    void damageWhileRunningIsMended();
    void anUnusablePlaceIsAnError();
    void afterStopItRefuses();

private:
    void startBroker();
    void stopBroker();
    void startIndex();
    QUuid enqueue(const QString &queue);
    void fillWithVariety();
    QList<QUuid> ids(const index::ListQuery &query = {});

    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_storePath;
    QString m_indexPath;
    std::unique_ptr<Broker> m_broker;
    std::unique_ptr<index::Index> m_index;
    QList<QUuid> m_ids; // newest last
};

void IndexTest::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_storePath = m_folder->filePath(u"store.db"_s);
    m_indexPath = m_folder->filePath(u"index.db"_s);
    m_ids.clear();
    startBroker();
}

void IndexTest::cleanup()
{
    stopBroker();
    m_folder.reset();
}

void IndexTest::startBroker()
{
    const auto clock = std::make_shared<core::SystemClock>();
    auto writer = must(SqliteStore::open({m_storePath, {}}, clock));
    auto reader = must(SqliteStore::open({m_storePath, {}, true}, clock));
    m_broker = std::make_unique<Broker>(std::move(writer), std::move(reader), BrokerOptions{});
    m_broker->start();
}

void IndexTest::stopBroker()
{
    if (m_broker) {
        m_broker->stop();
    }
    m_index.reset();
    m_broker.reset();
}

void IndexTest::startIndex()
{
    m_index = std::make_unique<index::Index>(*m_broker, index::IndexOptions{m_indexPath});
    m_index->start();
}

QUuid IndexTest::enqueue(const QString &queue)
{
    m_ids.append(must(m_broker->enqueue(test::plainSpec(m_broker->now(), queue)).result()).id);
    return m_ids.last();
}

// Jobs of two queues: 0 and 1 finished, 2 and 3 started, the rest queued, one of them canceled.
void IndexTest::fillWithVariety()
{
    for (int i = 0; i < 10; ++i) {
        enqueue(i % 2 == 0 ? u"even"_s : u"odd"_s);
    }
    for (const QString &queue : {u"even"_s, u"odd"_s}) {
        const auto claimed = must(m_broker->claim(queue, 2, u"w"_s, 30s).result());
        JobEnd end;
        end.lease = claimed.first().lease;
        end.location = "1";
        QCOMPARE(must(m_broker->finish(end).result()), LeaseState::Held);
    }
    QCOMPARE(must(m_broker->cancel(m_ids[9]).result()), CancelResult::Canceled);
}

QList<QUuid> IndexTest::ids(const index::ListQuery &query)
{
    return must(m_index->list(query).result()).ids;
}

void IndexTest::listsNewestFirst()
{
    startIndex();
    QVERIFY(ids().isEmpty());
    for (int i = 0; i < 5; ++i) {
        enqueue(u"q"_s);
    }
    QCOMPARE(ids(), QList<QUuid>(m_ids.rbegin(), m_ids.rend()));
}

void IndexTest::pagesMeetWithoutGapOrRepeat_data()
{
    QTest::addColumn<QString>("queue");
    QTest::addColumn<QList<int>>("statuses");
    QTest::newRow("all") << QString() << QList<int>{};
    QTest::newRow("by status") << QString() << QList<int>{int(core::JobStatus::Queued), int(core::JobStatus::Started)};
    QTest::newRow("by queue") << u"even"_s << QList<int>{};
}

void IndexTest::pagesMeetWithoutGapOrRepeat()
{
    QFETCH(QString, queue);
    QFETCH(QList<int>, statuses);
    fillWithVariety();
    startIndex();
    index::ListQuery query;
    query.queue = queue;
    for (const int status : statuses) {
        query.statuses.append(core::JobStatus(status));
    }
    const QList<QUuid> all = ids(query);
    QVERIFY(all.size() >= 5);
    QList<QUuid> paged;
    query.limit = 2;
    for (bool more = true; more;) {
        const index::IdPage page = must(m_index->list(query).result());
        QVERIFY(page.ids.size() <= 2 && !page.ids.isEmpty());
        paged += page.ids;
        query.before = page.ids.last();
        more = page.more;
    }
    QCOMPARE(paged, all);
}

void IndexTest::filtersByStatusAndQueue_data()
{
    QTest::addColumn<QString>("queue");
    QTest::addColumn<QList<int>>("statuses");
    QTest::addColumn<QList<int>>("expected"); // places in m_ids
    const int queued = int(core::JobStatus::Queued);
    const int started = int(core::JobStatus::Started);
    const int finished = int(core::JobStatus::Finished);
    const int canceled = int(core::JobStatus::Canceled);
    QTest::newRow("finished") << QString() << QList<int>{finished} << QList<int>{1, 0};
    QTest::newRow("any of two") << QString() << QList<int>{started, canceled} << QList<int>{9, 3, 2};
    QTest::newRow("twice the same") << QString() << QList<int>{started, started} << QList<int>{3, 2};
    QTest::newRow("queue") << u"odd"_s << QList<int>{} << QList<int>{9, 7, 5, 3, 1};
    QTest::newRow("queue and status") << u"even"_s << QList<int>{queued, finished} << QList<int>{8, 6, 4, 0};
    QTest::newRow("nobody's status") << QString() << QList<int>{int(core::JobStatus::Failed)} << QList<int>{};
    QTest::newRow("nobody's queue") << u"none"_s << QList<int>{} << QList<int>{};
}

void IndexTest::filtersByStatusAndQueue()
{
    QFETCH(QString, queue);
    QFETCH(QList<int>, statuses);
    QFETCH(QList<int>, expected);
    startIndex();
    fillWithVariety();
    index::ListQuery query;
    query.queue = queue;
    for (const int status : statuses) {
        query.statuses.append(core::JobStatus(status));
    }
    QList<QUuid> wanted;
    for (const int place : expected) {
        wanted.append(m_ids[place]);
    }
    QCOMPARE(ids(query), wanted);
    // Made from the store it is the same.
    m_index.reset();
    QVERIFY(QFile::remove(m_indexPath));
    startIndex();
    QCOMPARE(ids(query), wanted);
}

void IndexTest::aListHoldsEverythingCommittedBefore()
{
    startIndex();
    for (int i = 0; i < 200; ++i) {
        enqueue(u"q"_s);
        const index::IdPage page = must(m_index->list({{}, {}, 1, {}}).result());
        QCOMPARE(page.ids, QList<QUuid>{m_ids.last()});
        QCOMPARE(page.asOf.number, m_broker->lastCommit().number);
    }
}

void IndexTest::removedJobsAreInNoList()
{
    startIndex();
    fillWithVariety();
    for (const int place : {0, 2, 8, 9}) { // finished, started, queued, canceled
        QVERIFY(must(m_broker->remove(m_ids[place]).result()));
        QVERIFY(!ids().contains(m_ids[place]));
    }
    QCOMPARE(ids().size(), 6);
    const auto claimed = must(m_broker->claimDeliveries(100, u"w"_s, 30s).result());
    for (const ClaimedDelivery &delivery : claimed) {
        must(m_broker->finishDelivery({delivery.lease, DeliveryEnd::Kind::Delivered, {}, {}}).result());
    }
    must(m_broker->purge(100).result());
    QCOMPARE(ids().size(), 6);
}

void IndexTest::countsByQueueAndStatus()
{
    startIndex();
    fillWithVariety();
    const auto check = [this] {
        const auto counts = must(m_index->counts().result());
        QCOMPARE(counts.size(), 2);
        QCOMPARE(counts[u"even"_s],
                 (QHash<core::JobStatus, qint64>{
                     {core::JobStatus::Finished, 1}, {core::JobStatus::Started, 1}, {core::JobStatus::Queued, 3}}));
        QCOMPARE(counts[u"odd"_s], (QHash<core::JobStatus, qint64>{{core::JobStatus::Finished, 1},
                                                                   {core::JobStatus::Started, 1},
                                                                   {core::JobStatus::Canceled, 1},
                                                                   {core::JobStatus::Queued, 2}}));
    };
    check();
    m_index.reset();
    startIndex();
    check();
}

namespace {

// Of the file itself: a file that was made anew is another one.
ino_t identityOf(const QString &path)
{
    struct stat info
    {
    };
    return ::stat(QFile::encodeName(path).constData(), &info) == 0 ? info.st_ino : 0;
}

} // namespace

void IndexTest::whatIsUpToDateIsNotMadeAnew()
{
    startIndex();
    fillWithVariety();
    const QList<QUuid> before = ids();
    QFile kept(m_indexPath); // held open, so that its number is not given to another file
    QVERIFY(kept.open(QIODevice::ReadOnly));
    const ino_t identity = identityOf(m_indexPath);
    stopBroker();
    startBroker();
    startIndex();
    QCOMPARE(ids(), before);
    QCOMPARE(identityOf(m_indexPath), identity);
}

void IndexTest::whatIsBehindIsMadeAnew()
{
    startIndex();
    fillWithVariety();
    ids();
    m_index.reset();
    enqueue(u"even"_s);
    QVERIFY(must(m_broker->remove(m_ids.first()).result()));
    startIndex();
    QCOMPARE(ids().size(), 10);
    QCOMPARE(ids().first(), m_ids.last());
    QVERIFY(!ids().contains(m_ids.first()));
}

void IndexTest::whatIsDamagedIsMadeAnew_data()
{
    QTest::addColumn<int>("offset");
    QTest::newRow("beginning") << 0;
    QTest::newRow("first page's content") << 100;
    QTest::newRow("behind the first page") << 4096;
}

void IndexTest::whatIsDamagedIsMadeAnew()
{
    QFETCH(int, offset);
    fillWithVariety();
    startIndex();
    const QList<QUuid> before = ids();
    stopBroker();
    QFile file(m_indexPath);
    QVERIFY(file.open(QIODevice::ReadWrite));
    QVERIFY(file.size() > offset + 4096);
    QVERIFY(file.seek(offset));
    const QByteArray junk(file.size() - offset, 'x');
    QCOMPARE(file.write(junk), junk.size());
    file.close();
    startBroker();
    startIndex();
    QCOMPARE(ids(), before);
}

void IndexTest::damageWhileRunningIsMended()
{
    fillWithVariety();
    startIndex();
    const QList<QUuid> before = ids();
    QFile file(m_indexPath);
    QVERIFY(file.open(QIODevice::ReadWrite));
    QVERIFY(file.resize(1000));
    file.close();
    QFile log(m_indexPath + u"-wal"_s);
    QVERIFY(log.open(QIODevice::ReadWrite));
    QVERIFY(log.resize(0));
    log.close();
    enqueue(u"even"_s);
    const QList<QUuid> after = ids();
    QCOMPARE(after.size(), before.size() + 1);
    QCOMPARE(after.first(), m_ids.last());
}

void IndexTest::anUnusablePlaceIsAnError()
{
    QVERIFY(QDir().mkpath(m_indexPath));
    startIndex();
    const auto page = m_index->list({}).result();
    QVERIFY(!page);
    QCOMPARE(page.error().code, core::ErrorCode::Unavailable);
    QVERIFY(page.error().message.contains(m_indexPath));
}

void IndexTest::afterStopItRefuses()
{
    startIndex();
    m_index->stop();
    m_index->stop();
    const auto page = m_index->list({}).result();
    QVERIFY(!page);
    QCOMPARE(page.error().code, core::ErrorCode::Unavailable);
}

QTEST_GUILESS_MAIN(IndexTest)
#include "tst_index.moc"
