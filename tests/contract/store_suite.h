// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "broker/store.h"
#include "support/store_driver.h"

#include <QObject>

namespace dragonscales::test {

// One empty store of the adapter under test.
class StoreBench
{
public:
    virtual ~StoreBench() = default;
    // A connection that writes. The one before is closed by then.
    virtual std::unique_ptr<broker::Store> open() = 0;
    // A further one that reads, while the writing one is open.
    virtual std::unique_ptr<broker::Store> openReader() = 0;

    core::ManualClock &clock() { return *m_clock; }

protected:
    std::shared_ptr<core::ManualClock> m_clock = std::make_shared<core::ManualClock>();
};

using StoreBenchFactory = std::function<std::unique_ptr<StoreBench>()>;

// What every adapter of Store has to do: run it with a factory for each.
class StoreSuite : public QObject
{
    Q_OBJECT

public:
    explicit StoreSuite(StoreBenchFactory factory);
    ~StoreSuite() override;

private Q_SLOTS:
    void init();
    void cleanup();

    void aJobIsReadBackWhole();
    void aBackoffIsReadBackWhole();
    void anIdIsTakenOnce();
    void nonsenseIsRefused_data();
    void nonsenseIsRefused();
    void oneRefusedJobLeavesItsNeighboursAlone();
    void aFullQueueRefuses();

    void aClaimGivesALease();
    void aJobIsClaimedOnce();
    void higherPriorityComesFirstThenTheOldest();
    void queuesAreSeparate();
    void aStaleLeaseIsRefused_data();
    void aStaleLeaseIsRefused();
    void aRenewedLeaseIsNotRecovered();
    void progressAndLogAreKept();
    void onlyTheLatestLogLinesAreKept();

    void anEndWritesAttemptAndDeliveryAtOnce_data();
    void anEndWritesAttemptAndDeliveryAtOnce();
    void aRolledBackEndLeavesNothing();
    void aFailureGetsAFingerprint();
    void aRunEndsOnce();
    void aRetryIsScheduledAndNotFailed();
    void aRequeuedJobKeepsItsPlaceAndTries();
    void everyAttemptIsKeptInOrder();

    void anEndedJobRunsAgain_data();
    void anEndedJobRunsAgain();
    void onlyAnEndedJobIsRetried_data();
    void onlyAnEndedJobIsRetried();
    void aDelayedJobRunsNow();
    void onlyADelayedJobRunsNow_data();
    void onlyADelayedJobRunsNow();
    void aWaitingJobIsCanceledAtOnce_data();
    void aWaitingJobIsCanceledAtOnce();
    void aRunningJobIsAskedToStop();
    void aCanceledRunDoesNotGoOn_data();
    void aCanceledRunDoesNotGoOn();
    void cancelTellsWhenThereIsNothingToCancel();
    void aRemovedJobIsAbsentFromEveryRead_data();
    void aRemovedJobIsAbsentFromEveryRead();
    void aRemovedWaitingJobIsDeliveredAsCanceled();
    void aRemovedRunningJobIsStoppedAndDelivered();
    void nothingIsToldOfARemovedJob();
    void aRemovedRowGoesAfterItsLastDelivery();

    void aLostLeaseRequeuesThreeTimesThenFails();
    void aLostLeaseOfACanceledJobEndsIt();
    void dueJobsArePromoted();
    void nextDueNamesTheEarliest();
    void endedJobsArePurgedWhenTheirTimeIsOver_data();
    void endedJobsArePurgedWhenTheirTimeIsOver();
    void jobsWithOpenDeliveriesDoNotHoldUpThePurge();
    void purgeKeepsWhatIsNotEnded();

    void aDependentJobWaitsForAllOthers();
    void aFailedParentCancels_data();
    void aFailedParentCancels();
    void aFailedParentMayLetRun();
    void aLongChainIsCanceledAtOnce();
    void anEndedParentIsNotWaitedFor();
    void aMissingParentRefuses();
    void aReleasedJobStillWaitsForItsTime();
    void dependenciesSurviveReopening();
    void whoDependsOnSeveralIsCanceledOnce();
    void whatIsToldLastOfAJobIsWhatItIs();
    void aParentHasOnlySoManyChildren();

    void aKeyGetsItsFirstAnswerAgain();
    void aKeyOutlivesItsJobForADay();
    void aUniqueJobIsAlone_data();
    void aUniqueJobIsAlone();
    void aLockEndsByTime();
    void locksSurviveReopening();
    void whoIsRefusedHoldsNoLock();

    void aPausedQueueGivesNothing();
    void aPauseEndsAtItsTime();
    void noMoreRunThanMay();
    void fewerThanMayRunAreNoReasonToWait();
    void removedJobsRunOn();
    void aClockSetBackDoesNotBlock();
    void noMoreStartThanTheRateAllows();
    void startsAreCountedAcrossReopening();
    void operatorsWinOverTheProject();
    void aFullQueueIsWhatAnOperatorSays();
    void settingsSurviveReopeningUntilTheyAreUnset();
    void aRolledBackSettingIsNotSet();

    void aDeliveryIsClaimedOnceAndInOrder();
    void aDeliveryIsMadeWhateverBecomesOfItsJob();
    void aFailedDeliveryIsTriedAgainThenDies();
    void aRequeuedDeliveryCountsNoTry();
    void aStaleDeliveryIsRefused();
    void aLostDeliveryIsPendingAgain();
    void everyTryIsKeptInOrder();

    void readsChangeNothing();
    void readersSeeOnlyWhatIsCommitted();
    void aRollbackUndoesEverything();
    void countsFollowEveryChange();
    void scanGoesThroughAllInPages();
    void eventsAreNumberedForLife();
    void everythingSurvivesReopening();

private:
    broker::Store &store() { return *m_store; }
    StoreDriver &drive() { return *m_driver; }
    core::ManualClock &clock() { return m_bench->clock(); }
    void reopen();
    // A started job whose lease has been asked to cancel, or removed.
    broker::ClaimedJob runningAndCanceled();

    StoreBenchFactory m_factory;
    std::unique_ptr<StoreBench> m_bench;
    std::unique_ptr<broker::Store> m_store;
    std::unique_ptr<StoreDriver> m_driver;
};

} // namespace dragonscales::test
