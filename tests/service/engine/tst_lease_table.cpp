// SPDX-License-Identifier: LGPL-3.0-or-later
#include "engine/lease_table.h"
#include "fake_work.h"

#include <QTest>

using namespace dragonscales;
using namespace dragonscales::engine;
using broker::LeaseState;
using test::FakeWork;

class TestLeaseTable final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void holdsLeasesFromAddToRemove()
    {
        LeaseTable table;
        const auto first = std::make_shared<FakeWork>(1);
        const auto second = std::make_shared<FakeWork>(2);
        table.add(first);
        table.add(second);
        QCOMPARE(table.leases().size(), 2);
        table.remove(first->lease());
        QCOMPARE(table.leases().size(), 1);
        QCOMPARE(table.leases().first().token, quint64(2));
    }

    void tellsOnlyTheHolderOfThatToken()
    {
        LeaseTable table;
        const auto work = std::make_shared<FakeWork>(1);
        table.add(work);
        auto other = work->lease();
        other.token = 2;
        table.tell(other, LeaseState::Stale);
        QCOMPARE(work->leaseState(), LeaseState::Held);
        table.tell(work->lease(), LeaseState::Stale);
        QCOMPARE(work->leaseState(), LeaseState::Stale);
    }

    void cancelsByJob()
    {
        LeaseTable table;
        const auto work = std::make_shared<FakeWork>(1);
        const auto other = std::make_shared<FakeWork>(2);
        table.add(work);
        table.add(other);
        table.cancel(work->lease().id, work->lease().run);
        QCOMPARE(work->leaseState(), LeaseState::CancelRequested);
        QCOMPARE(other->leaseState(), LeaseState::Held);
    }

    void holdsNothingOnceItIsClosed()
    {
        LeaseTable table;
        const auto early = std::make_shared<FakeWork>(1);
        const auto late = std::make_shared<FakeWork>(2);
        table.add(early);
        table.close();
        table.add(late);
        QCOMPARE(table.size(), 0);
        QCOMPARE(early.use_count(), 1);
        QCOMPARE(late.use_count(), 1);
    }

    // The store may say that a job is cancelled before the answer to its claim has been looked at.
    void cancelsAJobThatIsAddedLater()
    {
        LeaseTable table;
        const auto work = std::make_shared<FakeWork>(1);
        table.cancel(work->lease().id, work->lease().run);
        table.add(work);
        QCOMPARE(work->leaseState(), LeaseState::CancelRequested);
    }
};

QTEST_GUILESS_MAIN(TestLeaseTable)
#include "tst_lease_table.moc"
