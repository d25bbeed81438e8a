// SPDX-License-Identifier: LGPL-3.0-or-later
#include "broker/sqlite_schema.h"
#include "support/store_driver.h"

#include <QTemporaryDir>
#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace dragonscales;
using namespace dragonscales::broker::sqlite;
using dragonscales::test::must;

namespace {

const Migration kFirst{1, "CREATE TABLE people (name TEXT); INSERT INTO people VALUES ('Ada'), ('Grace');"};
const Migration kSecond{2, "ALTER TABLE people ADD COLUMN letters INTEGER; UPDATE people SET letters = length(name);"};
const Migration kThird{3, "DELETE FROM people WHERE name = 'Ada';"};
const Migration kBroken{2, "ALTER TABLE people ADD COLUMN letters INTEGER; UPDATE nobody SET x = 1;"};

} // namespace

class SqliteSchemaTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void aNewFileGetsAllVersions();
    void anOlderFileKeepsItsRows();
    void eachVersionIsMadeOnce();
    void aStepThatFailsLeavesTheVersionBefore();
    void aNewerFileIsRefused();
    void anotherProgramsFileIsRefused();
    void aReaderChangesNothing();
    void theStoresOwnVersionsAreInOrder();

private:
    core::Result<void> migrateTo(const QList<Migration> &list, bool readOnly = false)
    {
        return migrate(*m_database, m_path, list, readOnly);
    }
    qint64 version() { return m_database->number("PRAGMA user_version"); }

    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_path;
    std::unique_ptr<Database> m_database;
};

void SqliteSchemaTest::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_path = m_folder->filePath(u"file.db"_s);
    m_database = must(Database::open(m_path, Database::Mode::ReadWrite, u"the store"_s));
}

void SqliteSchemaTest::cleanup()
{
    m_database.reset();
    m_folder.reset();
}

void SqliteSchemaTest::aNewFileGetsAllVersions()
{
    must(migrateTo({kFirst, kSecond, kThird}));
    QCOMPARE(version(), 3);
    QCOMPARE(m_database->number("SELECT sum(letters) FROM people"), 5);
    QCOMPARE(m_database->number("PRAGMA application_id"), kApplicationId);
}

void SqliteSchemaTest::anOlderFileKeepsItsRows()
{
    must(migrateTo({kFirst}));
    m_database->run("INSERT INTO people VALUES ('Barbara')");
    must(migrateTo({kFirst, kSecond}));
    QCOMPARE(version(), 2);
    QCOMPARE(m_database->number("SELECT count(*) FROM people"), 3);
    QCOMPARE(m_database->number("SELECT letters FROM people WHERE name = 'Barbara'"), 7);
}

void SqliteSchemaTest::eachVersionIsMadeOnce()
{
    must(migrateTo({kFirst, kSecond}));
    must(migrateTo({kFirst, kSecond}));
    QCOMPARE(m_database->number("SELECT count(*) FROM people"), 2);
}

void SqliteSchemaTest::aStepThatFailsLeavesTheVersionBefore()
{
    must(migrateTo({kFirst}));
    const auto broken = migrateTo({kFirst, kBroken, kThird});
    QVERIFY(!broken);
    QCOMPARE(version(), 1);
    QCOMPARE(m_database->number("SELECT count(*) FROM pragma_table_info('people')"), 1);
    QCOMPARE(m_database->number("SELECT count(*) FROM people"), 2);
    must(migrateTo({kFirst, kSecond, kThird}));
    QCOMPARE(version(), 3);
}

void SqliteSchemaTest::aNewerFileIsRefused()
{
    must(migrateTo({kFirst, kSecond}));
    const auto older = migrateTo({kFirst});
    QVERIFY(!older);
    QCOMPARE(older.error().code, core::ErrorCode::StoreTooNew);
    QVERIFY(older.error().message.contains(m_path));
    QCOMPARE(version(), 2);
}

void SqliteSchemaTest::anotherProgramsFileIsRefused()
{
    m_database->run("CREATE TABLE theirs (x)");
    QCOMPARE(migrateTo({kFirst}).error().code, core::ErrorCode::StoreCorrupt);
    QCOMPARE(version(), 0);
}

void SqliteSchemaTest::aReaderChangesNothing()
{
    must(migrateTo({kFirst}));
    must(migrateTo({kFirst}, true));
    const auto older = migrateTo({kFirst, kSecond}, true);
    QVERIFY(!older);
    QCOMPARE(older.error().code, core::ErrorCode::Unavailable);
    QCOMPARE(version(), 1);
}

void SqliteSchemaTest::theStoresOwnVersionsAreInOrder()
{
    int last = 0;
    for (const Migration &migration : storeMigrations()) {
        QCOMPARE(migration.version, ++last);
        QVERIFY(!migration.sql.isEmpty());
    }
    QVERIFY(last >= 1);
    must(migrateTo(storeMigrations()));
    QCOMPARE(m_database->number("SELECT count(*) FROM store"), 1);
}

QTEST_GUILESS_MAIN(SqliteSchemaTest)
#include "tst_sqlite_schema.moc"
