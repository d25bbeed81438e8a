// SPDX-License-Identifier: LGPL-3.0-or-later
#include "e2e_project.h"
#include "support/service_process.h"

#include <QRandomGenerator>
#include <QSet>
#include <QTest>

#include <thread>

using namespace dragonscales::test;
using namespace std::chrono_literals;
using namespace Qt::Literals::StringLiterals;

namespace {

// Posts jobs from several threads as long as it is let, and notes which were accepted.
class Posters
{
public:
    Posters(QString hookUrl, int most)
        : m_hookUrl(std::move(hookUrl))
        , m_most(most)
    {
    }

    void run(const QString &serviceUrl)
    {
        m_stopped = false;
        for (int i = 0; i < 4; ++i) {
            m_threads.emplace_back([this, serviceUrl] { post(serviceUrl); });
        }
    }

    // False when so many never came.
    bool waitForAccepted(int count)
    {
        std::unique_lock lock(m_mutex);
        return m_changed.wait_for(lock, 30s, [&] { return m_accepted.size() >= count; });
    }

    void stop()
    {
        m_stopped = true;
        for (auto &thread : m_threads) {
            thread.join();
        }
        m_threads.clear();
    }

    QSet<QByteArray> accepted() const
    {
        const std::lock_guard lock(m_mutex);
        return m_accepted;
    }

private:
    void post(const QString &serviceUrl)
    {
        const HttpCall http(serviceUrl);
        for (int i = 0; !m_stopped && accepted().size() < m_most; ++i) {
            const bool quick = i % 4 != 0;
            const auto id = submit(http, quick ? jobBody("echo", R"({"value": 1})", m_hookUrl)
                                               : jobBody("sleep", R"({"seconds": 0.02})", m_hookUrl));
            if (id.isEmpty()) {
                return; // killed
            }
            const std::lock_guard lock(m_mutex);
            m_accepted.insert(id);
            m_changed.notify_all();
        }
    }

    const QString m_hookUrl;
    const int m_most;
    std::vector<std::thread> m_threads;
    std::atomic<bool> m_stopped = false;
    mutable std::mutex m_mutex;
    std::condition_variable m_changed;
    QSet<QByteArray> m_accepted;
};

} // namespace

// Whatever was answered with 200 ends once and is delivered, however often the service is killed.
class TestE2eKill final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyAcceptedJobEndsOnceAndIsDelivered()
    {
        constexpr int kJobs = 500;
        constexpr int kKills = 8;
        WebhookReceiver receiver;
        ServiceProcess service;
        service.setProject(projectJson());
        Posters posters(receiver.url(), kJobs);
        const auto seed = QRandomGenerator::global()->generate();
        qInfo("seed %u", seed);
        QRandomGenerator random(seed);
        for (int kill = 1; kill <= kKills; ++kill) {
            QVERIFY2(service.start(), service.errorText());
            posters.run(service.url());
            const int before = (kill - 1) * kJobs / (kKills + 1);
            QVERIFY(posters.waitForAccepted(before + random.bounded(1, kJobs / (kKills + 1))));
            service.kill();
            posters.stop();
        }
        QVERIFY2(service.start(), service.errorText());
        posters.run(service.url());
        QVERIFY(posters.waitForAccepted(kJobs));
        posters.stop();

        const auto accepted = posters.accepted();
        const auto allTold = [&accepted](const QList<ReceivedHook> &hooks) {
            QSet<QByteArray> told;
            for (const auto &hook : hooks) {
                told.insert(member(hook.body, u"id"_s));
            }
            return told.contains(accepted);
        };
        QVERIFY(receiver.waitFor(allTold, 60s));

        QHash<QByteArray, QByteArray> bodies;     // by delivery
        QHash<QByteArray, QByteArray> deliveries; // by job
        for (const auto &hook : receiver.received()) {
            QVERIFY(isSigned(hook));
            const auto job = member(hook.body, u"id"_s);
            // A repeat has the id and the body of the first.
            QCOMPARE(bodies.value(hook.id(), hook.body), hook.body);
            QCOMPARE(deliveries.value(job, hook.id()), hook.id());
            bodies.insert(hook.id(), hook.body);
            deliveries.insert(job, hook.id());
        }
        for (const auto &id : accepted) {
            const auto answer = service.http().get("/api/v1/jobs/" + id);
            QVERIFY2(answer.status == 200, "status " + QByteArray::number(answer.status) +
                                               "; the service said: " + service.errorText().right(4000));
            QCOMPARE(answer.body, bodies.value(deliveries.value(id)));
            const auto status = member(answer.body, u"status"_s);
            // Whoever is at work at four kills in a row is given up.
            QVERIFY2(status == "finished" || (status == "failed" && answer.body.contains("vanished 4 times")),
                     answer.body);
        }
    }
};

QTEST_GUILESS_MAIN(TestE2eKill)
#include "tst_e2e_kill.moc"
