// SPDX-License-Identifier: LGPL-3.0-or-later
#include "broker/sqlite_database.h"
#include "broker/sqlite_lock.h"
#include "broker/sqlite_store.h"
#include "support/store_driver.h"

#include <QTemporaryDir>
#include <QTest>

#include <unistd.h>

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;
using namespace dragonscales;
using namespace dragonscales::broker;
using dragonscales::test::must;

// What is particular to the embedded store: its file. What every store does is in tests/contract.
class SqliteStoreTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup() { m_folder.reset(); }

    void theFolderIsMade();
    void writesAreAsDurableAsPromised();
    void whatCannotBeOpenedIsSaidClearly_data();
    void whatCannotBeOpenedIsSaidClearly();
    void aDamagedStoreIsLeftAlone_data();
    void aDamagedStoreIsLeftAlone();
    void damageFoundLaterIsAnError();
    void aFullStoreRefusesAndLosesNothing();
    void aSecondOwnerIsToldTheFirst();
    void theOwnersAddressCanBeToldLater();
    void oneFileHasOneLockWhateverItIsCalled();
    void aDeadOwnerIsNoOwner();
    void aReaderOfNothingIsAnError();
    void theNextOwnerNeedNotWaitForTheLeasesOfADeadOne();
    void aJournalIsNotDroppedForAnEmptyStore();
    void aStoreThatWasTakenAwayAcceptsNothing();
    void onlyTheOwnerMayRead();
    void aForgottenDeliveryLeaseIsFoundWithoutTheHint();

private:
    core::Result<std::unique_ptr<SqliteStore>> open(const QString &path, bool readOnly = false,
                                                    const QString &owner = {})
    {
        return SqliteStore::open({path, owner, readOnly}, m_clock);
    }
    QString path() const { return m_folder->filePath(u"store.db"_s); }
    // A store with some jobs in it, closed.
    QUuid makeStore(int jobs = 1);

    std::unique_ptr<QTemporaryDir> m_folder;
    std::shared_ptr<core::ManualClock> m_clock = std::make_shared<core::ManualClock>();
};

void SqliteStoreTest::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
}

QUuid SqliteStoreTest::makeStore(int jobs)
{
    const auto store = must(open(path()));
    test::StoreDriver drive(*store);
    QUuid id;
    for (int i = 0; i < jobs; ++i) {
        id = drive.enqueue(test::fullSpec(m_clock->now())).id;
    }
    return id;
}

void SqliteStoreTest::theFolderIsMade()
{
    const QString deep = m_folder->filePath(u"a/b/store.db"_s);
    QVERIFY(open(deep).has_value());
    QVERIFY(QFile::exists(deep));
}

void SqliteStoreTest::writesAreAsDurableAsPromised()
{
    makeStore();
    const auto store = must(open(path()));
    const auto database = must(sqlite::Database::open(path(), sqlite::Database::Mode::ReadOnly, u"the store"_s));
    sqlite::Statement mode(*database, "PRAGMA journal_mode");
    sqlite::Query query(mode);
    QVERIFY(query.next());
    QCOMPARE(query.text(0), u"wal"_s);
    // Also in the log, before a commit is answered: what another connection sees after a kill.
    QCOMPARE(database->number("PRAGMA application_id"), 0x64726773);
}

void SqliteStoreTest::whatCannotBeOpenedIsSaidClearly_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("says");
    const int unavailable = int(core::ErrorCode::Unavailable);
    const int corrupt = int(core::ErrorCode::StoreCorrupt);
    QTest::newRow("no path") << u"empty"_s << unavailable << u"needs the path"_s;
    QTest::newRow("a folder") << u"folder"_s << unavailable << u"is a folder"_s;
    QTest::newRow("below a file") << u"below a file"_s << unavailable << u"Cannot make the folder"_s;
    QTest::newRow("a device") << u"device"_s << unavailable << u"not a plain file"_s;
    QTest::newRow("text") << u"text"_s << corrupt << u"is not a store"_s;
    QTest::newRow("another program's") << u"foreign"_s << corrupt << u"another program"_s;
    QTest::newRow("newer") << u"newer"_s << int(core::ErrorCode::StoreTooNew) << u"newer dragonscales"_s;
    QTest::newRow("no right to write") << u"read-only"_s << unavailable << u"cannot be written"_s;
}

namespace {

void runSql(const QString &path, const QByteArray &sql)
{
    const auto database = must(sqlite::Database::open(path, sqlite::Database::Mode::ReadWrite, u"the store"_s));
    if (!database->run(sql)) {
        qFatal("%s", qPrintable(database->takeError().message));
    }
}

void write(const QString &path, const QByteArray &bytes)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size()) {
        qFatal("cannot write %s", qPrintable(path));
    }
}

} // namespace

void SqliteStoreTest::whatCannotBeOpenedIsSaidClearly()
{
    QFETCH(QString, what);
    QFETCH(int, code);
    QFETCH(QString, says);
    QString target = path();
    if (what == u"empty"_s) {
        target.clear();
    } else if (what == u"folder"_s) {
        QVERIFY(QDir().mkpath(target));
    } else if (what == u"below a file"_s) {
        write(target, "x");
        target += u"/store.db"_s;
    } else if (what == u"device"_s) {
        target = u"/dev/null"_s;
    } else if (what == u"text"_s) {
        write(target, QByteArray(5000, 'x'));
    } else if (what == u"foreign"_s) {
        runSql(target, "CREATE TABLE t (x)");
    } else if (what == u"newer"_s) {
        makeStore();
        runSql(target, "PRAGMA user_version = 999");
    } else {
        if (geteuid() == 0) {
            QSKIP("root may write everything");
        }
        makeStore();
        QVERIFY(QFile::setPermissions(target, QFile::ReadOwner));
    }
    const auto store = open(target);
    QVERIFY(!store);
    QCOMPARE(int(store.error().code), code);
    QVERIFY2(store.error().message.contains(says), qPrintable(store.error().message));
    QVERIFY2(target.isEmpty() || store.error().message.contains(m_folder->path()) || target == u"/dev/null"_s,
             qPrintable(store.error().message));
}

void SqliteStoreTest::aDamagedStoreIsLeftAlone_data()
{
    QTest::addColumn<qint64>("from");
    QTest::addColumn<qint64>("bytes"); // overwritten; -1: the file is cut there
    QTest::newRow("header") << qint64(0) << qint64(100);
    QTest::newRow("schema") << qint64(100) << qint64(4096);
    QTest::newRow("cut within the first page") << qint64(600) << qint64(-1);
    QTest::newRow("one byte long") << qint64(1) << qint64(-1);
}

void SqliteStoreTest::aDamagedStoreIsLeftAlone()
{
    QFETCH(qint64, from);
    QFETCH(qint64, bytes);
    makeStore(50);
    QFile file(path());
    QVERIFY(file.open(QIODevice::ReadWrite));
    if (bytes < 0) {
        QVERIFY(file.resize(from));
    } else {
        QVERIFY(file.seek(from));
        QCOMPARE(file.write(QByteArray(bytes, '\x5a')), bytes);
    }
    file.close();
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray before = file.readAll();
    file.close();

    const auto store = open(path());
    QVERIFY(!store);
    QCOMPARE(store.error().code, core::ErrorCode::StoreCorrupt);
    QVERIFY2(store.error().message.contains(path()), qPrintable(store.error().message));
    QVERIFY(store.error().message.contains(u"backup"_s));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), before);
}

void SqliteStoreTest::damageFoundLaterIsAnError()
{
    constexpr qint64 kSound = 40; // pages with the schema and the roots of all tables and indexes
    const QUuid id = makeStore(400);
    {
        QFile file(path());
        QVERIFY(file.open(QIODevice::ReadWrite));
        const qint64 pages = file.size() / 4096;
        QVERIFY(pages > kSound + 10);
        QVERIFY(file.seek(kSound * 4096));
        const QByteArray junk((pages - kSound) * 4096, '\x5a');
        QCOMPARE(file.write(junk), junk.size());
    }
    const auto store = open(path());
    QVERIFY(store.has_value());
    const auto job = (*store)->job(id);
    QVERIFY(!job);
    QCOMPARE(job.error().code, core::ErrorCode::StoreCorrupt);
    must((*store)->begin());
    const auto canceled = (*store)->cancel({id});
    QVERIFY(!canceled);
    QCOMPARE(canceled.error().code, core::ErrorCode::StoreCorrupt);
    (*store)->rollback();
}

void SqliteStoreTest::aFullStoreRefusesAndLosesNothing()
{
    const QUuid id = makeStore(20);
    const auto store = must(open(path()));
    store->limitPages(1);
    test::StoreDriver drive(*store);
    core::JobSpec large = test::plainSpec(m_clock->now());
    large.task.params = '"' + QByteArray(10'000'000, 'x') + '"';
    must(store->begin());
    const auto refused = store->enqueue({large});
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, core::ErrorCode::StoreFull);
    QVERIFY2(refused.error().message.contains(u"space"_s), qPrintable(refused.error().message));
    store->rollback();
    QVERIFY(!store->job(large.id));
    QCOMPARE(drive.job(id).status, core::JobStatus::Queued);
    QCOMPARE(drive.countsOf().queued, 20);
    // Once there is space again, it goes on.
    store->limitPages(0);
    drive.enqueue(large);
    QCOMPARE(drive.job(large.id).spec.task.params, large.task.params);
}

void SqliteStoreTest::aSecondOwnerIsToldTheFirst()
{
    const auto first = must(open(path(), false, u"process 123 at http://127.0.0.1:5003"_s));
    const auto second = open(path());
    QVERIFY(!second);
    QCOMPARE(second.error().code, core::ErrorCode::StoreInUse);
    QVERIFY2(second.error().message.contains(u"process 123 at http://127.0.0.1:5003"_s),
             qPrintable(second.error().message));
    QVERIFY(open(path(), true).has_value());
}

void SqliteStoreTest::theOwnersAddressCanBeToldLater()
{
    {
        const auto first = must(open(path()));
        QVERIFY(open(path()).error().message.contains(u"process %1"_s.arg(QCoreApplication::applicationPid())));
        SqliteStore::tellOwner(path(), u"process 5 at http://[::1]:80"_s);
        QVERIFY(open(path()).error().message.contains(u"process 5 at http://[::1]:80"_s));
    }
    QVERIFY(open(path()).has_value());
}

void SqliteStoreTest::oneFileHasOneLockWhateverItIsCalled()
{
    const auto first = must(open(path()));
    const QString link = m_folder->filePath(u"link.db"_s);
    QVERIFY(QFile::link(path(), link));
    QCOMPARE(open(link).error().code, core::ErrorCode::StoreInUse);
    QCOMPARE(open(m_folder->filePath(u"./store.db"_s)).error().code, core::ErrorCode::StoreInUse);
}

void SqliteStoreTest::aDeadOwnerIsNoOwner()
{
    makeStore();
    write(sqlite::OwnerLock::pathFor(path()), "process 1 at http://127.0.0.1:1\n");
    QVERIFY(open(path()).has_value());
}

void SqliteStoreTest::aReaderOfNothingIsAnError()
{
    const auto reader = open(path(), true);
    QVERIFY(!reader);
    QCOMPARE(reader.error().code, core::ErrorCode::Unavailable);
    QVERIFY(!QFile::exists(path()));
}

void SqliteStoreTest::theNextOwnerNeedNotWaitForTheLeasesOfADeadOne()
{
    Lease job;
    Lease delivery;
    {
        const auto store = must(open(path()));
        test::StoreDriver drive(*store);
        drive.cancel(drive.enqueuePlain());
        delivery = drive.claimDeliveries(1).first().lease;
        drive.enqueuePlain();
        job = drive.claimOne().lease;
    }
    const auto store = must(open(path()));
    test::StoreDriver drive(*store);
    QCOMPARE(drive.recover(), 2);
    QCOMPARE(drive.claimOne().lease.id, job.id);
    QCOMPARE(drive.claimDeliveries(1).first().lease.id, delivery.id);
}

void SqliteStoreTest::aJournalIsNotDroppedForAnEmptyStore()
{
    {
        const auto store = must(open(path()));
        test::StoreDriver(*store).enqueuePlain();
        QVERIFY(QFile::copy(path() + u"-wal"_s, path() + u"-kept"_s));
    }
    QVERIFY(QFile::resize(path(), 0));
    QVERIFY(QFile::rename(path() + u"-kept"_s, path() + u"-wal"_s));
    const qint64 journal = QFileInfo(path() + u"-wal"_s).size();
    QVERIFY(journal > 0);
    QCOMPARE(open(path()).error().code, core::ErrorCode::StoreCorrupt);
    QCOMPARE(QFileInfo(path() + u"-wal"_s).size(), journal);
}

void SqliteStoreTest::aStoreThatWasTakenAwayAcceptsNothing()
{
    const auto store = must(open(path()));
    QVERIFY(QFile::rename(path(), path() + u"-away"_s));
    QCOMPARE(store->begin().error().code, core::ErrorCode::Unavailable);
    QVERIFY(QFile::copy(path() + u"-away"_s, path()));
    QCOMPARE(store->begin().error().code, core::ErrorCode::Unavailable);
    QVERIFY(QFile::remove(path()));
    QVERIFY(QFile::rename(path() + u"-away"_s, path()));
    QVERIFY(store->begin());
    store->rollback();
}

void SqliteStoreTest::onlyTheOwnerMayRead()
{
    const auto store = must(open(path()));
    test::StoreDriver(*store).enqueuePlain();
    for (const char *part : {"", "-wal", "-shm"}) {
        QCOMPARE(QFileInfo(path() + QLatin1StringView(part)).permissions() &
                     (QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther),
                 QFile::Permissions());
    }
}

void SqliteStoreTest::aForgottenDeliveryLeaseIsFoundWithoutTheHint()
{
    Lease lease;
    {
        const auto store = must(open(path()));
        test::StoreDriver drive(*store);
        drive.cancel(drive.enqueuePlain());
        lease = drive.claimDeliveries(1).first().lease;
    }
    const auto store = must(open(path()));
    test::StoreDriver drive(*store);
    Lease other = lease;
    other.id = QUuid::createUuid();
    QCOMPARE(drive.finishDelivery(other, DeliveryEnd::Kind::Delivered), LeaseState::Stale);
    QCOMPARE(drive.finishDelivery(lease, DeliveryEnd::Kind::Delivered), LeaseState::Held);
}

QTEST_GUILESS_MAIN(SqliteStoreTest)
#include "tst_sqlite_store.moc"
