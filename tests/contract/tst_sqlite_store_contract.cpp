// SPDX-License-Identifier: LGPL-3.0-or-later
#include "broker/sqlite_store.h"
#include "contract/store_suite.h"

#include <QTemporaryDir>
#include <QTest>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::test {

class SqliteBench final : public StoreBench
{
public:
    std::unique_ptr<broker::Store> open() override { return must(broker::SqliteStore::open({path(), {}}, m_clock)); }
    std::unique_ptr<broker::Store> openReader() override
    {
        return must(broker::SqliteStore::open({path(), {}, true}, m_clock));
    }

private:
    QString path() const { return m_folder.filePath(u"store.db"_s); }

    QTemporaryDir m_folder;
};

class SqliteStoreContractTest final : public StoreSuite
{
    Q_OBJECT

public:
    SqliteStoreContractTest()
        : StoreSuite([] { return std::make_unique<SqliteBench>(); })
    {
    }
};

} // namespace dragonscales::test

QTEST_GUILESS_MAIN(dragonscales::test::SqliteStoreContractTest)
#include "tst_sqlite_store_contract.moc"
