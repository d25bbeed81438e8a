// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "broker/store.h"
#include "core/continuation.h"

#include <QFuture>
#include <QPromise>

#include <tuple>
#include <vector>

namespace dragonscales::broker {

// Operations of one kind that go to the store in one call, and who waits for each of them. `Call` says how:
// Argument, Value, Answers, and `static Result<Answers> call(Store &, const QList<Argument> &)`.
template <typename Call>
class Lane final
{
public:
    using Reply = QFuture<core::Result<typename Call::Value>>;

    Reply add(typename Call::Argument argument)
    {
        m_arguments.append(std::move(argument));
        m_promises.emplace_back();
        m_promises.back().start();
        return m_promises.back().future();
    }

    bool isEmpty() const { return m_promises.empty(); }

    core::Result<void> apply(Store &store)
    {
        if (isEmpty()) {
            return {};
        }
        auto answers = Call::call(store, m_arguments);
        if (!answers) {
            return tl::unexpected(std::move(answers.error()));
        }
        m_answers = std::move(*answers);
        return {};
    }

    void resolve()
    {
        for (std::size_t i = 0; i < m_promises.size(); ++i) {
            core::resolve(m_promises[i], core::Result<typename Call::Value>(std::move(m_answers[qsizetype(i)])));
        }
    }

    void fail(const core::Error &error)
    {
        for (auto &promise : m_promises) {
            core::resolve(promise, core::Result<typename Call::Value>(tl::unexpected(error)));
        }
    }

    // Lanes of one operation each, in order; this one is empty afterwards.
    template <typename Function>
    void split(Function &&function)
    {
        for (std::size_t i = 0; i < m_promises.size(); ++i) {
            Lane one;
            one.m_arguments.append(std::move(m_arguments[qsizetype(i)]));
            one.m_promises.push_back(std::move(m_promises[i]));
            function(one);
        }
        m_arguments.clear();
        m_promises.clear();
    }

private:
    QList<typename Call::Argument> m_arguments;
    std::vector<QPromise<core::Result<typename Call::Value>>> m_promises;
    typename Call::Answers m_answers;
};

struct ClaimArguments
{
    QString queue;
    int n;
    QString worker;
    std::chrono::milliseconds lease;
    QueueLimits limits;
};

struct RenewArguments
{
    QList<Lease> leases;
    std::chrono::milliseconds lease;
};

template <typename ArgumentOfCall, typename ValueOfCall, typename AnswersOfCall = QList<ValueOfCall>>
struct CallTypes
{
    using Argument = ArgumentOfCall;
    using Value = ValueOfCall;
    using Answers = AnswersOfCall;
};

struct EnqueueCall : CallTypes<core::JobSpec, core::JobSummary, QList<core::Result<core::JobSummary>>>
{
    static core::Result<Answers> call(Store &store, const QList<Argument> &list) { return store.enqueue(list); }
};
struct RetryCall : CallTypes<QUuid, core::JobSummary, QList<core::Result<core::JobSummary>>>
{
    static core::Result<Answers> call(Store &store, const QList<Argument> &list) { return store.retry(list); }
};
struct RunNowCall : CallTypes<QUuid, core::JobSummary, QList<core::Result<core::JobSummary>>>
{
    static core::Result<Answers> call(Store &store, const QList<Argument> &list) { return store.runNow(list); }
};
struct ChangeQueuesCall : CallTypes<QueuePatch, QueueSettings>
{
    static core::Result<Answers> call(Store &store, const QList<Argument> &list) { return store.changeQueues(list); }
};
struct ProgressCall : CallTypes<JobProgress, LeaseState>
{
    static core::Result<Answers> call(Store &store, const QList<Argument> &list) { return store.progress(list); }
};
struct FinishCall : CallTypes<JobEnd, LeaseState>
{
    static core::Result<Answers> call(Store &store, const QList<Argument> &list) { return store.finish(list); }
};
struct FinishDeliveryCall : CallTypes<DeliveryEnd, LeaseState>
{
    static core::Result<Answers> call(Store &store, const QList<Argument> &list)
    {
        return store.finishDeliveries(list);
    }
};
struct CancelCall : CallTypes<QUuid, CancelResult>
{
    static core::Result<Answers> call(Store &store, const QList<Argument> &list) { return store.cancel(list); }
};
struct RemoveCall : CallTypes<QUuid, bool>
{
    static core::Result<Answers> call(Store &store, const QList<Argument> &list) { return store.remove(list); }
};

// A kind whose operations the store takes one at a time.
template <typename One, typename ArgumentOfCall, typename ValueOfCall>
struct EachCall : CallTypes<ArgumentOfCall, ValueOfCall>
{
    static core::Result<QList<ValueOfCall>> call(Store &store, const QList<ArgumentOfCall> &list)
    {
        QList<ValueOfCall> answers;
        for (const ArgumentOfCall &argument : list) {
            auto answer = One::one(store, argument);
            if (!answer) {
                return tl::unexpected(std::move(answer.error()));
            }
            answers.append(std::move(*answer));
        }
        return answers;
    }
};

struct ClaimCall : EachCall<ClaimCall, ClaimArguments, QList<ClaimedJob>>
{
    static auto one(Store &store, const ClaimArguments &a)
    {
        return store.claim(a.queue, a.n, a.worker, a.lease, a.limits);
    }
};
struct RenewCall : EachCall<RenewCall, RenewArguments, QList<LeaseState>>
{
    static auto one(Store &store, const RenewArguments &a) { return store.renew(a.leases, a.lease); }
};
struct ClaimDeliveriesCall : EachCall<ClaimDeliveriesCall, ClaimArguments, QList<ClaimedDelivery>>
{
    static auto one(Store &store, const ClaimArguments &a) { return store.claimDeliveries(a.n, a.worker, a.lease); }
};
struct RenewDeliveriesCall : EachCall<RenewDeliveriesCall, RenewArguments, QList<LeaseState>>
{
    static auto one(Store &store, const RenewArguments &a) { return store.renewDeliveries(a.leases, a.lease); }
};
struct PromoteDueCall : EachCall<PromoteDueCall, int, int>
{
    static auto one(Store &store, int n) { return store.promoteDue(n); }
};
struct RecoverCall : EachCall<RecoverCall, int, int>
{
    static auto one(Store &store, int n) { return store.recover(n); }
};
struct PurgeCall : EachCall<PurgeCall, int, int>
{
    static auto one(Store &store, int n) { return store.purge(n); }
};
struct NextDueCall : EachCall<NextDueCall, std::monostate, std::optional<core::TimePoint>>
{
    static auto one(Store &store, std::monostate) { return store.nextDue(); }
};

// What one turn of the writer does, kind by kind in the order of the lanes. Merged, operations lose the order that they
// were asked in; the lanes' order keeps what matters of it: leases are renewed before they are recovered, progress
// comes before the end, new jobs before claims. Cancel and remove, which may follow or be followed by anything about
// the same job, close a batch: what is asked after them goes to the next one.
class Batch final
{
public:
    template <typename Call>
    bool takes() const
    {
        constexpr bool cancels = std::is_same_v<Call, CancelCall>;
        constexpr bool removes = std::is_same_v<Call, RemoveCall>;
        return removes || (std::get<Lane<RemoveCall>>(m_lanes).isEmpty() &&
                           (cancels || std::get<Lane<CancelCall>>(m_lanes).isEmpty()));
    }

    template <typename Call>
    typename Lane<Call>::Reply add(typename Call::Argument argument)
    {
        ++m_size;
        return std::get<Lane<Call>>(m_lanes).add(std::move(argument));
    }

    int size() const { return m_size; }

    template <typename Function>
    void forEachLane(Function &&function)
    {
        std::apply([&](auto &...lanes) { (function(lanes), ...); }, m_lanes);
    }

private:
    std::tuple<Lane<RenewCall>, Lane<ProgressCall>, Lane<FinishCall>, Lane<RenewDeliveriesCall>,
               Lane<FinishDeliveryCall>, Lane<EnqueueCall>, Lane<RetryCall>, Lane<RunNowCall>, Lane<ChangeQueuesCall>,
               Lane<PromoteDueCall>, Lane<RecoverCall>, Lane<ClaimCall>, Lane<ClaimDeliveriesCall>, Lane<PurgeCall>,
               Lane<NextDueCall>, Lane<CancelCall>, Lane<RemoveCall>>
        m_lanes;
    int m_size = 0;
};

} // namespace dragonscales::broker
