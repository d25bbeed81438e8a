// SPDX-License-Identifier: LGPL-3.0-or-later
#include "engine/job_run.h"

#include "engine/reply.h"

#include <QRandomGenerator>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::engine {

namespace {

// What code gets beyond its time limit, or beyond the grace after it was asked to stop, before its thread is given up:
// in a thread, the time in which it may notice; in a runner, the time in which the host kills and reaps it.
constexpr std::chrono::milliseconds kThreadAllowance{250};
constexpr std::chrono::milliseconds kProcessAllowance{5'000};

} // namespace

std::shared_ptr<JobRun> JobRun::make(std::shared_ptr<Services> services, broker::ClaimedJob claimed)
{
    const std::shared_ptr<JobRun> run(new JobRun(std::move(services), std::move(claimed)));
    run->m_services->jobs.add(run);
    return run;
}

JobRun::JobRun(std::shared_ptr<Services> services, broker::ClaimedJob claimed)
    : m_services(std::move(services))
    , m_claimed(std::move(claimed))
    , m_project(m_services->project)
{
}

void JobRun::listen()
{
    // Weak, since the code in a stuck thread keeps the control.
    const std::weak_ptr<JobRun> weak = weak_from_this();
    m_control->onLog = [weak](const core::LogLine &line) {
        if (const auto self = weak.lock()) {
            self->addLog(line);
        }
    };
    m_control->onProgress = [weak](double fraction, const QString &text) {
        if (const auto self = weak.lock()) {
            const std::lock_guard lock(self->m_mutex);
            self->m_progress = std::clamp(fraction, 0.0, 1.0);
            self->m_progressText = text;
            self->m_newProgress = true;
        }
    };
}

void JobRun::addLog(const core::LogLine &line)
{
    const std::lock_guard lock(m_mutex);
    if (m_log.size() >= core::kMaxLogLines) {
        m_log.removeFirst();
    }
    m_log.append(line);
}

bool JobRun::begin()
{
    const std::lock_guard lock(m_mutex);
    if (m_state != State::Waiting) {
        return false;
    }
    m_plan = planJob(m_claimed, m_project);
    m_control = std::make_shared<host::Control>();
    listen();
    m_started = m_services->clock->now();
    m_begun = std::chrono::steady_clock::now();
    m_state = State::Running;
    return true;
}

void JobRun::run()
{
    if (!begin()) {
        return;
    }
    // Neither plan nor control changes from here on, so they are read without the lock.
    if (m_plan.missing) {
        fail(*m_plan.missing, false);
        return;
    }
    endAs(m_services->code.run(m_plan.call, m_control));
}

void JobRun::endAs(const host::JobOutcome &outcome)
{
    const auto requested = m_control->requested();
    switch (outcome.kind) {
    case host::JobOutcome::Kind::Finished: {
        broker::JobEnd finished;
        finished.kind = Kind::Finished;
        finished.location = outcome.location;
        end(std::move(finished), State::Running);
        return;
    }
    case host::JobOutcome::Kind::Canceled:
    case host::JobOutcome::Kind::Stopped:
    case host::JobOutcome::Kind::Failed:
        break;
    }
    // Code that was told to stop may say so in its own way; why it was told decides.
    if (requested == host::Control::Request::None) {
        fail(outcome.error, !outcome.error.permanent);
        return;
    }
    broker::JobEnd stopped;
    stopped.kind = requested == host::Control::Request::Cancel ? Kind::Canceled : Kind::Requeue;
    end(std::move(stopped), State::Running);
}

void JobRun::fail(core::JobError error, bool retry)
{
    if (error.message.isEmpty()) {
        error.message = u"The task failed without saying why."_s;
    }
    broker::JobEnd failed;
    failed.error = std::move(error);
    const auto delay =
        retry ? m_plan.retry.delayBefore(m_claimed.tries, QRandomGenerator::global()->generateDouble()) : std::nullopt;
    failed.kind = delay ? Kind::Retry : Kind::Failed;
    if (delay) {
        failed.runAt = m_services->clock->now() + *delay;
    }
    end(std::move(failed), State::Running);
}

bool JobRun::end(broker::JobEnd end, State from)
{
    {
        const std::lock_guard lock(m_mutex);
        if (m_state != from) {
            return false;
        }
        m_state = State::Ended;
        end.lease = m_claimed.lease;
        end.attempt.run = m_claimed.lease.run;
        end.attempt.worker = m_services->options.worker;
        end.attempt.started = from == State::Waiting ? m_services->clock->now() : m_started;
        if (m_flushing) {
            m_heldEnd = std::move(end);
            return true;
        }
        end.log = std::exchange(m_log, {});
        end.progress = m_progress;
        end.progressText = m_progressText;
        post(std::move(end));
    }
    return true;
}

void JobRun::post(broker::JobEnd end)
{
    auto write = [services = m_services, end = std::move(end)](const core::Error *hopeless) {
        if (hopeless == nullptr) {
            return services->broker.finish(end);
        }
        broker::JobEnd failed;
        failed.kind = Kind::Failed;
        failed.lease = end.lease;
        failed.attempt = end.attempt;
        failed.error.type = u"store"_s;
        failed.error.message = u"The job ended, but its end could not be stored: %1"_s.arg(hopeless->message);
        return services->broker.finish(failed);
    };
    m_services->ends->write(std::move(write), [services = m_services, lease = m_claimed.lease](broker::LeaseState) {
        // Stale: somebody else has the run by now, and ends it.
        services->jobs.remove(lease);
    });
}

void JobRun::giveBack()
{
    broker::JobEnd back;
    back.kind = Kind::Requeue;
    end(std::move(back), State::Waiting);
}

void JobRun::onLease(broker::LeaseState state)
{
    if (state == broker::LeaseState::Held) {
        return;
    }
    if (state == broker::LeaseState::CancelRequested) {
        broker::JobEnd canceled;
        canceled.kind = Kind::Canceled;
        if (end(std::move(canceled), State::Waiting)) {
            return;
        }
    }
    const bool stale = state == broker::LeaseState::Stale;
    {
        const std::lock_guard lock(m_mutex);
        if (m_state == State::Ended) {
            return; // its end is on the way, and the store judges it by its token
        }
        m_asked = m_asked.value_or(std::chrono::steady_clock::now());
        if (stale) {
            m_state = State::Ended;
        }
    }
    if (m_control) {
        m_control->request(host::Control::Request::Cancel, stale);
    }
    if (stale) {
        m_services->jobs.remove(m_claimed.lease);
    }
}

void JobRun::stop(bool graceless)
{
    giveBack(); // unless it has begun
    {
        const std::lock_guard lock(m_mutex);
        if (m_state != State::Running) {
            return;
        }
        m_asked = m_asked.value_or(std::chrono::steady_clock::now());
    }
    m_control->request(host::Control::Request::Stop, graceless);
}

// Under the lock.
SteadyTime JobRun::lastMoment() const
{
    const bool limited = m_plan.call.timeout.count() > 0;
    if (!m_control || m_plan.missing || (!limited && !m_asked)) {
        return SteadyTime::max();
    }
    const bool thread = m_services->code.isolationOf(m_plan.call) == core::Isolation::Thread;
    const auto allowance = thread ? kThreadAllowance : kProcessAllowance;
    auto last = SteadyTime::max();
    if (limited) {
        last = m_begun + m_plan.call.timeout + m_plan.call.queue.grace + allowance;
    }
    if (m_asked) {
        const auto grace = m_control->graceless() ? std::chrono::milliseconds(0) : m_plan.call.queue.grace;
        last = std::min(last, *m_asked + grace + allowance);
    }
    return last;
}

bool JobRun::tick(SteadyTime now)
{
    bool inTime = true;
    {
        const std::lock_guard lock(m_mutex);
        // A lost lease has ended the run already, but its thread must come back all the same.
        inTime = now < lastMoment();
    }
    if (inTime) {
        flush();
    }
    return inTime;
}

void JobRun::abandon()
{
    giveBack(); // unless it has begun
    {
        const std::lock_guard lock(m_mutex);
        if (m_state != State::Running) {
            return;
        }
    }
    const auto requested = m_control->requested();
    if (requested == host::Control::Request::None) {
        core::JobError error;
        error.type = u"timeout"_s;
        error.message = u"The job ran longer than its time limit of %1 s and did not stop when told to."_s.arg(
            static_cast<double>(m_plan.call.timeout.count()) / 1000.0);
        // In this order: code that returns now, because it was told to, finds the run ended.
        fail(std::move(error), true);
        m_control->request(host::Control::Request::Stop, true);
        return;
    }
    broker::JobEnd stopped;
    stopped.kind = requested == host::Control::Request::Cancel ? Kind::Canceled : Kind::Requeue;
    end(std::move(stopped), State::Running);
}

void JobRun::flush()
{
    broker::JobProgress change;
    {
        const std::lock_guard lock(m_mutex);
        if (m_state != State::Running || m_flushing || (m_log.isEmpty() && !m_newProgress)) {
            return;
        }
        m_flushing = true;
        m_newProgress = false;
        change.lease = m_claimed.lease;
        change.log = std::exchange(m_log, {});
        change.progress = m_progress;
        change.text = m_progressText;
    }
    auto reply = m_services->broker.progress(change);
    whenReady(std::move(reply), [self = shared_from_this(), change](const core::Result<broker::LeaseState> &answer) {
        self->onFlushed(change, answer);
    });
}

void JobRun::onFlushed(broker::JobProgress sent, const core::Result<broker::LeaseState> &answer)
{
    std::optional<broker::JobEnd> held;
    {
        const std::lock_guard lock(m_mutex);
        m_flushing = false;
        if (!answer) {
            sent.log.append(m_log);
            m_log = std::move(sent.log);
            m_newProgress = true;
        }
        if (m_heldEnd) {
            held = std::exchange(m_heldEnd, std::nullopt);
            held->log = std::exchange(m_log, {});
            held->progress = m_progress;
            held->progressText = m_progressText;
        }
    }
    if (held) {
        post(std::move(*held));
    } else if (answer) {
        onLease(*answer);
    }
}

} // namespace dragonscales::engine
