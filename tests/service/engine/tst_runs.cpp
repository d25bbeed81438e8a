// SPDX-License-Identifier: LGPL-3.0-or-later
#include "engine/delivery_run.h"
#include "engine/job_run.h"
#include "engine_fixture.h"

#include <QTest>

using namespace dragonscales;
using namespace dragonscales::engine;
using namespace std::chrono_literals;
using namespace Qt::Literals::StringLiterals;
using test::EngineFixture;

// Single runs, in moments that an engine meets only by chance.
class TestRuns final : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<EngineFixture> m_fixture;
    std::shared_ptr<Services> m_services;
    int m_calls = 0;

    template <typename T>
    static T must(const QFuture<core::Result<T>> &future)
    {
        return future.result().value();
    }
    broker::ClaimedJob claimedJob() const
    {
        return must(m_fixture->broker().claim(u"fast"_s, 1, u"w"_s, 30s)).value(0);
    }
    // Of a job that has finished.
    broker::ClaimedDelivery claimedDelivery() const
    {
        broker::JobEnd end;
        end.lease = claimedJob().lease;
        end.location = "1";
        must(m_fixture->broker().finish(end));
        return must(m_fixture->broker().claimDeliveries(1, u"w"_s, 30s)).value(0);
    }

private Q_SLOTS:
    void init()
    {
        m_fixture = std::make_unique<EngineFixture>();
        m_fixture->start();
        m_fixture->dropEngine(); // the runs are ours
        m_calls = 0;
        const auto alarm = std::make_shared<Alarm>(nullptr, [] {});
        Code code;
        code.run = [this](const host::JobCall & /*call*/, const std::shared_ptr<host::Control> & /*control*/) {
            ++m_calls;
            return EngineFixture::finished();
        };
        code.call = [this](const host::CallbackCall & /*call*/, const std::shared_ptr<host::Control> & /*control*/) {
            ++m_calls;
            return EngineFixture::delivered();
        };
        m_services.reset(new Services{m_fixture->broker(),
                                      m_fixture->broker().clock(),
                                      code,
                                      std::make_shared<core::LoadedProject>(m_fixture->project),
                                      m_fixture->options,
                                      alarm,
                                      std::make_shared<EndWriter>(alarm),
                                      {},
                                      {}});
    }
    void cleanup()
    {
        m_services->ends->close();
        m_services->jobs.close();
        m_services->deliveries.close();
        m_services.reset();
        m_fixture.reset();
    }

    void aJobThatIsStoppedBeforeItBeginsGoesBack_data()
    {
        QTest::addColumn<bool>("graceless");
        QTest::newRow("with grace") << false;
        QTest::newRow("at once") << true;
    }

    void aJobThatIsStoppedBeforeItBeginsGoesBack()
    {
        QFETCH(bool, graceless);
        const auto id = m_fixture->enqueue();
        const auto run = JobRun::make(m_services, claimedJob());
        run->stop(graceless);
        run->abandon();
        run->run();
        QTRY_COMPARE(m_services->jobs.size(), 0);
        QCOMPARE(m_calls, 0);
        QCOMPARE(m_fixture->status(id), core::JobStatus::Queued);
        QCOMPARE(m_fixture->job(id).tries, 0);
        QVERIFY(m_fixture->delivery(id).id.isNull());
    }

    void aJobThatIsGivenUpBeforeItBeginsGoesBack()
    {
        const auto id = m_fixture->enqueue();
        const auto run = JobRun::make(m_services, claimedJob());
        run->abandon();
        run->run();
        QTRY_COMPARE(m_services->jobs.size(), 0);
        QCOMPARE(m_calls, 0);
        QCOMPARE(m_fixture->status(id), core::JobStatus::Queued);
    }

    void aDeliveryThatIsStoppedBeforeItBeginsGoesBack()
    {
        const auto id = m_fixture->enqueue();
        const auto run = DeliveryRun::make(m_services, claimedDelivery());
        run->stop(true);
        run->abandon();
        run->run();
        QTRY_COMPARE(m_services->deliveries.size(), 0);
        QCOMPARE(m_calls, 0);
        QCOMPARE(m_fixture->delivery(id).status, core::DeliveryStatus::Pending);
        QCOMPARE(m_fixture->delivery(id).tries, 0);
    }

    // An orderly stop waits for deliveries.
    void aDeliveryWithGraceBegins()
    {
        const auto id = m_fixture->enqueue();
        const auto run = DeliveryRun::make(m_services, claimedDelivery());
        run->stop(false);
        run->run();
        QTRY_COMPARE(m_services->deliveries.size(), 0);
        QCOMPARE(m_calls, 1);
        QVERIFY(m_fixture->isDelivered(id));
    }

    void whatEndsTwiceIsWrittenOnce()
    {
        const auto id = m_fixture->enqueue();
        const auto run = JobRun::make(m_services, claimedJob());
        run->run();
        run->abandon();
        run->giveBack();
        QTRY_COMPARE(m_services->jobs.size(), 0);
        QCOMPARE(m_fixture->status(id), core::JobStatus::Finished);
        QCOMPARE(m_fixture->job(id).attempts.size(), 1);
    }
};

QTEST_GUILESS_MAIN(TestRuns)
#include "tst_runs.moc"
