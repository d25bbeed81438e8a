// SPDX-License-Identifier: LGPL-3.0-or-later
#include "engine/delivery_run.h"

#include "core/ids.h"
#include "engine/log.h"

#include <QDateTime>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::engine {

namespace {

// Beyond the callback's own time limit: it notices in a thread, or the host kills and reaps its runner.
constexpr std::chrono::milliseconds kAllowance{5'000};
// After it was told to stop at once.
constexpr std::chrono::milliseconds kStopAllowance{1'000};

// Jobs keep the lines of their task and storage; those of a callback go to the service's own log.
void logLine(const QString &callback, const core::LogLine &line)
{
    const auto text = u"callback “%1”: %2"_s.arg(callback, line.text);
    if (line.level == u"error"_s) {
        qCCritical(lcEngine).noquote() << text;
    } else if (line.level == u"warning"_s) {
        qCWarning(lcEngine).noquote() << text;
    } else if (line.level == u"debug"_s) {
        qCDebug(lcEngine).noquote() << text;
    } else {
        qCInfo(lcEngine).noquote() << text;
    }
}

} // namespace

std::shared_ptr<DeliveryRun> DeliveryRun::make(std::shared_ptr<Services> services, broker::ClaimedDelivery claimed)
{
    const std::shared_ptr<DeliveryRun> run(new DeliveryRun(std::move(services), std::move(claimed)));
    run->m_services->deliveries.add(run);
    return run;
}

DeliveryRun::DeliveryRun(std::shared_ptr<Services> services, broker::ClaimedDelivery claimed)
    : m_services(std::move(services))
    , m_claimed(std::move(claimed))
    , m_project(m_services->project)
{
}

bool DeliveryRun::begin()
{
    const std::lock_guard lock(m_mutex);
    if (m_state != State::Waiting) {
        return false;
    }
    m_plan = planDelivery(m_claimed.delivery, m_project, m_services->options.callbackTimeout);
    m_control = std::make_shared<host::Control>();
    m_control->onLog = [name = m_claimed.delivery.callback.name](const core::LogLine &line) { logLine(name, line); };
    m_started = m_services->clock->now();
    m_begun = std::chrono::steady_clock::now();
    m_state = State::Running;
    return true;
}

void DeliveryRun::run()
{
    if (!begin()) {
        return;
    }
    if (!m_plan.missing.isEmpty()) {
        host::CallbackOutcome outcome;
        outcome.kind = host::CallbackOutcome::Kind::GiveUp;
        outcome.error = m_plan.missing;
        endAs(outcome);
        return;
    }
    endAs(m_services->code.call(m_plan.call, m_control));
}

void DeliveryRun::endAs(const host::CallbackOutcome &outcome)
{
    using Outcome = host::CallbackOutcome::Kind;
    using Kind = broker::DeliveryEnd::Kind;
    broker::DeliveryEnd result;
    const auto now = m_services->clock->now();
    const bool stopped = m_control->requested() != host::Control::Request::None;
    if (outcome.kind == Outcome::Delivered) {
        result.kind = Kind::Delivered;
    } else if (outcome.kind == Outcome::Retry && stopped) {
        // Cut short by us: no try of the receiver's.
        result.kind = Kind::Requeue;
    } else if (const auto due = nextTry(m_plan.retry, m_claimed.delivery.tries, outcome, now)) {
        result.kind = Kind::Retry;
        result.nextTry = *due;
    } else {
        result.kind = Kind::Dead;
    }
    result.attempt.delivered = outcome.kind == Outcome::Delivered;
    result.attempt.httpStatus = outcome.httpStatus;
    result.attempt.answer = outcome.answer.left(core::kMaxAnswer);
    result.attempt.error = outcome.error;
    if (end(result, State::Running)) {
        tell(result);
    }
}

void DeliveryRun::tell(const broker::DeliveryEnd &end) const
{
    using Kind = broker::DeliveryEnd::Kind;
    if (end.kind != Kind::Retry && end.kind != Kind::Dead) {
        return;
    }
    const core::Delivery &delivery = m_claimed.delivery;
    const QString what = u"Delivery of job %1 by the callback “%2” failed: %3"_s.arg(
        QString::fromLatin1(core::idText(delivery.job)), delivery.callback.name, end.attempt.error);
    if (end.kind == Kind::Retry) {
        qCWarning(lcEngine).noquote()
            << what << "Next try at"
            << QDateTime::fromMSecsSinceEpoch(end.nextTry.time_since_epoch().count(), Qt::UTC).toString(Qt::ISODate);
    } else {
        qCCritical(lcEngine).noquote() << what << "It is not tried again.";
    }
}

bool DeliveryRun::end(broker::DeliveryEnd end, State from)
{
    const std::lock_guard lock(m_mutex);
    if (m_state != from) {
        return false;
    }
    m_state = State::Ended;
    end.lease = m_claimed.lease;
    end.attempt.time = from == State::Waiting ? m_services->clock->now() : m_started;
    if (from == State::Running) {
        end.attempt.duration =
            std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - m_begun);
    }
    post(std::move(end));
    return true;
}

void DeliveryRun::post(broker::DeliveryEnd end)
{
    auto write = [services = m_services, end = std::move(end)](const core::Error *hopeless) {
        if (hopeless == nullptr) {
            return services->broker.finishDelivery(end);
        }
        broker::DeliveryEnd dead;
        dead.kind = broker::DeliveryEnd::Kind::Dead;
        dead.lease = end.lease;
        dead.attempt.time = end.attempt.time;
        dead.attempt.duration = end.attempt.duration;
        dead.attempt.error = u"The outcome of this try could not be stored: %1"_s.arg(hopeless->message);
        return services->broker.finishDelivery(dead);
    };
    m_services->ends->write(std::move(write), [services = m_services, lease = m_claimed.lease](broker::LeaseState) {
        services->deliveries.remove(lease);
    });
}

void DeliveryRun::giveBack()
{
    broker::DeliveryEnd back;
    back.kind = broker::DeliveryEnd::Kind::Requeue;
    end(std::move(back), State::Waiting);
}

void DeliveryRun::onLease(broker::LeaseState state)
{
    if (state != broker::LeaseState::Stale) {
        return; // deliveries are not cancelled
    }
    {
        const std::lock_guard lock(m_mutex);
        if (m_state == State::Ended) {
            return;
        }
        m_state = State::Ended;
        m_asked = m_asked.value_or(std::chrono::steady_clock::now());
    }
    if (m_control) {
        m_control->request(host::Control::Request::Cancel, true);
    }
    m_services->deliveries.remove(m_claimed.lease);
}

void DeliveryRun::stop(bool graceless)
{
    if (!graceless) {
        return; // it ends by its own time limit, or is stopped for good
    }
    giveBack(); // unless it has begun
    {
        const std::lock_guard lock(m_mutex);
        if (m_state != State::Running) {
            return;
        }
        m_asked = m_asked.value_or(std::chrono::steady_clock::now());
    }
    m_control->request(host::Control::Request::Stop, true);
}

bool DeliveryRun::tick(SteadyTime now)
{
    const std::lock_guard lock(m_mutex);
    if (!m_control) {
        return true; // about to begin
    }
    auto last = m_begun + m_plan.call.timeout + kAllowance;
    if (m_asked) {
        last = std::min(last, *m_asked + kStopAllowance);
    }
    return now < last;
}

void DeliveryRun::abandon()
{
    giveBack(); // unless it has begun
    {
        const std::lock_guard lock(m_mutex);
        if (m_state != State::Running) {
            return;
        }
    }
    host::CallbackOutcome outcome;
    outcome.kind = host::CallbackOutcome::Kind::Retry;
    outcome.error = u"The callback did not return within its time limit of %1 s."_s.arg(
        static_cast<double>(m_plan.call.timeout.count()) / 1000.0);
    endAs(outcome);
    m_control->request(host::Control::Request::Stop, true);
}

} // namespace dragonscales::engine
