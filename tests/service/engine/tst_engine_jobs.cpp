// SPDX-License-Identifier: LGPL-3.0-or-later
#include "engine_fixture.h"

#include <QSemaphore>
#include <QTest>

using namespace dragonscales;
using namespace std::chrono_literals;
using namespace Qt::Literals::StringLiterals;
using core::JobStatus;
using test::EngineFixture;
using test::Gate;

// What becomes of a job between its queue and its end.
class TestEngineJobs final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void runsAJobAndTellsItsCallback()
    {
        EngineFixture f;
        std::mutex mutex;
        QByteArray payload;
        host::JobCall seen;
        f.setRun([&](const host::JobCall &call, host::Control &) {
            const std::lock_guard lock(mutex);
            seen = call;
            return EngineFixture::finished("{\"path\":\"a b\"}");
        });
        f.setCall([&](const host::CallbackCall &call, host::Control &) {
            const std::lock_guard lock(mutex);
            payload = call.payload;
            return EngineFixture::delivered();
        });
        f.start();
        auto spec = f.spec();
        spec.task.params = "{\"a\": 1}";
        spec.traceparent = "00-trace";
        const auto id = f.enqueue(spec);
        QTRY_VERIFY(f.isDelivered(id));
        const std::lock_guard lock(mutex);
        QCOMPARE(payload, core::statusObject(id, JobStatus::Finished, "{\"path\":\"a b\"}", std::nullopt));
        QCOMPARE(seen.job, id);
        QCOMPARE(seen.task.params, QByteArray("{\"a\": 1}"));
        QCOMPARE(seen.traceparent, QByteArray("00-trace"));
        const auto job = f.job(id);
        QCOMPARE(job.status, JobStatus::Finished);
        QCOMPARE(job.location, QByteArray("{\"path\":\"a b\"}"));
        QCOMPARE(job.attempts.size(), 1);
        QCOMPARE(job.attempts.first().worker, u"tester"_s);
    }

    void runsWhatWasThereBeforeItStarted()
    {
        EngineFixture f;
        f.options.queues = QStringList{u"slow"_s};
        f.start();
        const auto fast = f.enqueue(u"task"_s);
        const auto slow = f.enqueue(u"task-slow"_s);
        QTRY_VERIFY(f.isDelivered(slow));
        QCOMPARE(f.status(fast), JobStatus::Queued);
        f.dropEngine();
        f.options.queues.clear();
        f.start();
        QTRY_VERIFY(f.isDelivered(fast));
    }

    void runsManyJobsOnAsManyThreadsAsTheQueueHasWorkers()
    {
        EngineFixture f;
        std::atomic<int> now = 0;
        std::atomic<int> most = 0;
        f.setRun([&](const host::JobCall &, host::Control &) {
            const int running = ++now;
            int seen = most;
            while (running > seen && !most.compare_exchange_weak(seen, running)) {
            }
            std::this_thread::yield();
            --now;
            return EngineFixture::finished();
        });
        f.start();
        QList<QUuid> ids;
        for (int i = 0; i < 500; ++i) {
            ids.append(f.enqueue());
        }
        for (const QUuid &id : ids) {
            QTRY_VERIFY(f.isDelivered(id));
        }
        QVERIFY2(most <= 2, qPrintable(QString::number(most)));
    }

    void aFailureFailsTheJobWithoutARetryOfItsOwn()
    {
        EngineFixture f;
        f.setRun([](const host::JobCall &, host::Control &) { return EngineFixture::failed(u"broken"_s); });
        f.start();
        const auto id = f.enqueue();
        QTRY_VERIFY(f.isDelivered(id));
        const auto job = f.job(id);
        QCOMPARE(job.status, JobStatus::Failed);
        QVERIFY(job.error);
        QCOMPARE(job.error->message, u"broken"_s);
        QVERIFY(!job.error->fingerprint.isEmpty());
        QCOMPARE(job.attempts.size(), 1);
    }

    void retriesAsTheTaskSaysAndNobodySeesTheFailures()
    {
        EngineFixture f;
        std::atomic<int> runs = 0;
        f.setRun([&](const host::JobCall &, host::Control &) {
            return ++runs < 3 ? EngineFixture::failed(u"not yet"_s) : EngineFixture::finished();
        });
        std::atomic<int> calls = 0;
        f.setCall([&](const host::CallbackCall &, host::Control &) {
            ++calls;
            return EngineFixture::delivered();
        });
        f.start();
        const auto id = f.enqueue(u"task-retry"_s);
        QTRY_COMPARE(f.status(id), JobStatus::Scheduled);
        QCOMPARE(runs.load(), 1);
        f.clock().advance(10s);
        QTRY_COMPARE(runs.load(), 2);
        QTRY_COMPARE(f.status(id), JobStatus::Scheduled);
        f.clock().advance(59s);
        QCOMPARE(f.status(id), JobStatus::Scheduled);
        f.clock().advance(1s);
        QTRY_VERIFY(f.isDelivered(id));
        QCOMPARE(f.status(id), JobStatus::Finished);
        QCOMPARE(calls.load(), 1);
        QCOMPARE(f.job(id).attempts.size(), 3);
    }

    void failsOnceItsTriesAreUsedUpByTheRequestsOwnPolicy()
    {
        EngineFixture f;
        std::atomic<int> runs = 0;
        f.setRun([&](const host::JobCall &, host::Control &) {
            ++runs;
            return EngineFixture::failed(u"never"_s);
        });
        f.start();
        auto spec = f.spec(u"task-retry"_s);
        spec.retry = core::RetryPolicy{1, {}};
        const auto id = f.enqueue(spec);
        QTRY_VERIFY(f.isDelivered(id));
        QCOMPARE(f.status(id), JobStatus::Failed);
        QCOMPARE(runs.load(), 2);
    }

    void aPermanentFailureIsNotTriedAgain()
    {
        EngineFixture f;
        std::atomic<int> runs = 0;
        f.setRun([&](const host::JobCall &, host::Control &) {
            ++runs;
            auto outcome = EngineFixture::failed(u"will never work"_s);
            outcome.error.permanent = true;
            return outcome;
        });
        f.start();
        const auto id = f.enqueue(u"task-retry"_s);
        QTRY_VERIFY(f.isDelivered(id));
        QCOMPARE(f.status(id), JobStatus::Failed);
        QCOMPARE(runs.load(), 1);
    }

    void aTaskOrStorageThatTheProjectLacksFailsAtTheClaim_data()
    {
        QTest::addColumn<QString>("task");
        QTest::addColumn<QString>("storage");
        QTest::addColumn<QString>("named");
        QTest::newRow("task") << u"gone-task"_s << u"storage"_s << u"gone-task"_s;
        QTest::newRow("storage") << u"task-retry"_s << u"gone-storage"_s << u"gone-storage"_s;
    }
    void aTaskOrStorageThatTheProjectLacksFailsAtTheClaim()
    {
        QFETCH(QString, task);
        QFETCH(QString, storage);
        QFETCH(QString, named);
        EngineFixture f;
        std::atomic<int> runs = 0;
        f.setRun([&](const host::JobCall &, host::Control &) {
            ++runs;
            return EngineFixture::finished();
        });
        f.start();
        auto spec = f.spec(task);
        spec.storage.name = storage;
        const auto id = f.enqueue(spec);
        QTRY_VERIFY(f.isDelivered(id));
        QCOMPARE(f.status(id), JobStatus::Failed);
        QVERIFY2(f.job(id).error->message.contains(named), qPrintable(f.job(id).error->message));
        QCOMPARE(runs.load(), 0);
    }

    void keepsLogsAndProgressWhileItRunsAndAfterwards()
    {
        EngineFixture f;
        Gate gate;
        f.setRun([&](const host::JobCall &, host::Control &control) {
            control.onLog({core::TimePoint(1ms), u"info"_s, u"first"_s});
            control.onProgress(0.5, u"half"_s);
            gate.wait();
            control.onLog({core::TimePoint(2ms), u"warning"_s, u"last"_s});
            control.onProgress(7, u"done"_s);
            return EngineFixture::finished();
        });
        f.start();
        const auto id = f.enqueue();
        QTRY_COMPARE(f.job(id).progress, 0.5);
        QCOMPARE(f.job(id).progressText, u"half"_s);
        QCOMPARE(f.job(id).log.size(), 1);
        QCOMPARE(f.status(id), JobStatus::Started);
        gate.open();
        QTRY_VERIFY(f.isDelivered(id));
        const auto job = f.job(id);
        QCOMPARE(job.log.size(), 2);
        QCOMPARE(job.log.last().text, u"last"_s);
        QCOMPARE(job.progress, 1.0);
    }

    void cancellingStopsTheCodeAndIsDelivered()
    {
        EngineFixture f;
        Gate gate;
        std::atomic<bool> running = false;
        f.setRun([&](const host::JobCall &, host::Control &control) {
            running = true;
            gate.wait(&control);
            host::JobOutcome outcome;
            outcome.kind = host::JobOutcome::Kind::Canceled;
            return outcome;
        });
        f.start();
        const auto id = f.enqueue(u"task-retry"_s);
        QTRY_VERIFY(running);
        QCOMPARE(f.broker().cancel(id).result().value(), broker::CancelResult::Requested);
        QTRY_VERIFY(f.isDelivered(id));
        QCOMPARE(f.status(id), JobStatus::Canceled);
        QVERIFY(f.delivery(id).payload.contains("canceled"));
    }

    void codeThatIgnoresACancelIsGivenUpAfterItsGrace()
    {
        EngineFixture f;
        Gate gate;
        std::atomic<bool> running = false;
        f.setRun([&](const host::JobCall &, host::Control &) {
            running = true;
            gate.wait();
            return EngineFixture::finished();
        });
        f.start();
        const auto id = f.enqueue();
        QTRY_VERIFY(running);
        f.broker().cancel(id).waitForFinished();
        QTRY_VERIFY(f.isDelivered(id));
        QCOMPARE(f.status(id), JobStatus::Canceled);
        QCOMPARE(f.engine().state().queues.first().stuck, 1);
        gate.open();
        QTRY_COMPARE(f.engine().state().queues.first().stuck, 0);
        QCOMPARE(f.status(id), JobStatus::Canceled);
    }

    void aThreadBeyondItsTimeLimitFailsTheJobAndIsReplaced()
    {
        EngineFixture f;
        f.options.workers = 1;
        Gate gate;
        f.setRun([&](const host::JobCall &call, host::Control &) {
            if (call.timeout == 200ms) {
                gate.wait();
            }
            return EngineFixture::finished("\"late\"");
        });
        f.start();
        const auto stuck = f.enqueue(u"task-limited"_s);
        const auto next = f.enqueue();
        QTRY_VERIFY(f.isDelivered(stuck));
        QCOMPARE(f.status(stuck), JobStatus::Failed);
        QCOMPARE(f.job(stuck).error->type, u"timeout"_s);
        QTRY_VERIFY(f.isDelivered(next));
        gate.open();
        QTRY_COMPARE(f.engine().state().queues.first().stuck, 0);
        QCOMPARE(f.status(stuck), JobStatus::Failed);
        QCOMPARE(f.job(stuck).attempts.size(), 1);
    }

    void theRequestsTimeLimitWinsOverTheProjects()
    {
        EngineFixture f;
        std::atomic<qint64> limit = 0;
        f.setRun([&](const host::JobCall &call, host::Control &) {
            limit = call.timeout.count();
            return EngineFixture::finished();
        });
        f.start();
        auto spec = f.spec(u"task-limited"_s);
        spec.timeout = 5s;
        f.enqueue(spec);
        QTRY_COMPARE(limit.load(), 5000);
    }

    void aDelayedJobRunsWhenItIsDue()
    {
        EngineFixture f;
        f.start();
        auto spec = f.spec();
        spec.runAt = f.clock().now() + 60s;
        const auto id = f.enqueue(spec);
        QCOMPARE(f.status(id), JobStatus::Scheduled);
        f.clock().advance(60s);
        QTRY_VERIFY(f.isDelivered(id));
    }

    void endedJobsGoWhenTheirTimeToLiveIsOver()
    {
        EngineFixture f;
        f.start();
        auto spec = f.spec();
        spec.resultTtl = 100s;
        const auto id = f.enqueue(spec);
        QTRY_VERIFY(f.isDelivered(id));
        f.clock().advance(101s);
        QTRY_VERIFY(!f.broker().job(id).result().has_value());
    }
};

QTEST_GUILESS_MAIN(TestEngineJobs)
#include "tst_engine_jobs.moc"
