// SPDX-License-Identifier: LGPL-3.0-or-later
// Whole lives of jobs (enqueue, claim, finish, claim the delivery, finish it) a second: through bare SQL, through the
// store, and through the broker with the index behind it. Arguments: jobs (20000), submitters' pipeline depth (500).
#include "bench/bare_loop.h"
#include "broker/broker.h"
#include "broker/sqlite_store.h"
#include "index/index.h"
#include "support/store_driver.h"

#include <QElapsedTimer>
#include <QTemporaryDir>

#include <cstdio>
#include <deque>

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;
using namespace dragonscales;
using namespace dragonscales::broker;
using dragonscales::test::must;

namespace {

constexpr int kBatch = 100;

core::JobSpec specOf(core::TimePoint now)
{
    core::JobSpec spec = test::plainSpec(now, u"bench"_s);
    spec.task.params = R"({"text":"hello, this is about as long as parameters are"})";
    return spec;
}

std::unique_ptr<SqliteStore> opened(const QString &folder, const QString &name, bool readOnly = false)
{
    return must(SqliteStore::open({folder + u'/' + name, {}, readOnly}, std::make_shared<core::SystemClock>()));
}

JobEnd endOf(const ClaimedJob &claimed)
{
    JobEnd end;
    end.lease = claimed.lease;
    end.location = "null";
    return end;
}

DeliveryEnd endOf(const ClaimedDelivery &claimed)
{
    DeliveryEnd end;
    end.lease = claimed.lease;
    end.attempt.delivered = true;
    end.attempt.httpStatus = 200;
    return end;
}

double storeLives(const QString &folder, int jobs)
{
    const auto store = opened(folder, u"store.db"_s);
    test::StoreDriver drive(*store);
    QElapsedTimer timer;
    timer.start();
    for (int done = 0; done < jobs; done += kBatch) {
        QList<core::JobSpec> specs;
        for (int i = 0; i < kBatch; ++i) {
            specs.append(specOf(store->now()));
        }
        drive.transaction([&] { return store->enqueue(specs); });
        QList<JobEnd> ends;
        for (const ClaimedJob &claimed : drive.claim(kBatch, u"bench"_s)) {
            ends.append(endOf(claimed));
        }
        drive.transaction([&] { return store->finish(ends); });
        QList<DeliveryEnd> deliveries;
        for (const ClaimedDelivery &claimed : drive.claimDeliveries(kBatch)) {
            deliveries.append(endOf(claimed));
        }
        drive.transaction([&] { return store->finishDeliveries(deliveries); });
    }
    return jobs * 1000.0 / double(timer.elapsed());
}

// Keeps up to `depth` replies of one kind under way.
template <typename T>
class Pipeline
{
public:
    void add(QFuture<core::Result<T>> reply) { m_replies.push_back(std::move(reply)); }
    std::size_t size() const { return m_replies.size(); }
    T next()
    {
        T value = must(m_replies.front().result());
        m_replies.pop_front();
        return value;
    }

private:
    std::deque<QFuture<core::Result<T>>> m_replies;
};

double brokerLives(const QString &folder, int jobs, int depth, bool withIndex)
{
    auto writer = opened(folder, u"broker.db"_s);
    Broker broker(std::move(writer), opened(folder, u"broker.db"_s, true), {});
    broker.start();
    index::Index index(broker, {folder + u"/index.db"_s});
    if (withIndex) {
        index.start();
    }
    QElapsedTimer timer;
    timer.start();
    Pipeline<core::JobSummary> submissions;
    Pipeline<LeaseState> ends;
    Pipeline<LeaseState> deliveries;
    int submitted = 0;
    int ended = 0;
    int delivered = 0;
    while (delivered < jobs) {
        while (submitted < jobs && submitted - ended < depth) {
            submissions.add(broker.enqueue(specOf(broker.now())));
            ++submitted;
        }
        auto claims = broker.claim(u"bench"_s, kBatch, u"host:1"_s, 30s);
        auto claimedDeliveries = broker.claimDeliveries(kBatch, u"host:1"_s, 30s);
        for (const ClaimedJob &claimed : must(claims.result())) {
            ends.add(broker.finish(endOf(claimed)));
            ++ended;
        }
        for (const ClaimedDelivery &claimed : must(claimedDeliveries.result())) {
            deliveries.add(broker.finishDelivery(endOf(claimed)));
            ++delivered;
        }
        while (submissions.size() > std::size_t(depth)) {
            submissions.next();
        }
        while (ends.size() > std::size_t(depth)) {
            ends.next();
        }
        while (deliveries.size() > std::size_t(depth)) {
            deliveries.next();
        }
    }
    while (deliveries.size() > 0) {
        deliveries.next();
    }
    const double lives = jobs * 1000.0 / double(timer.elapsed());
    broker.stop();
    return lives;
}

} // namespace

int main(int argc, char **argv)
{
    const int jobs = argc > 1 ? QByteArray(argv[1]).toInt() : 20000;
    const int depth = argc > 2 ? QByteArray(argv[2]).toInt() : 500;
    const QByteArray only = argc > 3 ? QByteArray(argv[3]) : QByteArray();
    QTemporaryDir folder;
    const double bare = only.isEmpty() ? bench::bareLivesPerSecond(folder.path(), jobs) : 1;
    const auto show = [bare](const char *what, double lives) {
        std::printf("%-24s %8.0f lives/s  %5.2f of bare\n", what, lives, lives / bare);
    };
    show("bare SQL", bare);
    if (only.isEmpty() || only == "store") {
        show("store", storeLives(folder.path(), jobs));
    }
    if (only.isEmpty() || only == "broker") {
        QTemporaryDir own;
        show("broker", brokerLives(own.path(), jobs, depth, false));
    }
    if (only.isEmpty() || only == "index") {
        show("broker and index", brokerLives(folder.path(), jobs, depth, true));
    }
    return 0;
}
