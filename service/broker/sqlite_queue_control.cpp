// SPDX-License-Identifier: LGPL-3.0-or-later
#include "broker/sqlite_queue_control.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace dragonscales::broker::sqlite {

namespace {

constexpr auto kSoon = std::chrono::seconds(1); // not at once: the store may refuse to write for a while

std::optional<qint64> numberOf(const Query &query, int column)
{
    return query.isNull(column) ? std::nullopt : std::optional(query.number(column));
}

bool isEmpty(const QueueSettings &settings)
{
    return !settings.isPaused() && !settings.maxConcurrency && !settings.rate && !settings.maxQueued;
}

void earliest(std::optional<core::TimePoint> &time, core::TimePoint other)
{
    if (other != core::TimePoint{}) {
        time = time ? std::min(*time, other) : other;
    }
}

// Starts are counted in this many parts of a rate's time: one row for each, not one for each start.
constexpr int kParts = 1000;

std::chrono::milliseconds partOf(const QueueRate &rate)
{
    return std::max(rate.per / kParts, std::chrono::milliseconds(1));
}

// The end of the part: so a start counts rather longer than shorter.
core::TimePoint endOfPart(core::TimePoint now, std::chrono::milliseconds part)
{
    const qint64 parts = (now.time_since_epoch().count() + part.count() - 1) / part.count();
    return core::TimePoint(parts * part);
}

} // namespace

QList<QueueSettings> readQueueSettings(Statement &all, Names &names)
{
    QList<QueueSettings> list;
    Query query(all);
    while (query.next()) {
        QueueSettings settings;
        settings.queue = names.nameOf(query.number(0));
        settings.pausedAt = query.time(1);
        settings.reason = query.text(2);
        settings.resumeAt = query.time(3);
        if (const auto value = numberOf(query, 4)) {
            settings.maxConcurrency = static_cast<int>(*value);
        }
        if (const auto value = numberOf(query, 5)) {
            settings.rate = QueueRate{static_cast<int>(*value), std::chrono::milliseconds(query.number(6))};
        }
        settings.maxQueued = numberOf(query, 7);
        list.append(settings);
    }
    return list;
}

QueueControl::QueueControl(const Parts &parts)
    : m_parts(parts)
    , m_all(parts.db, parts.sql["all_queue_settings"])
    , m_write(parts.db, parts.sql["set_queue"])
    , m_remove(parts.db, parts.sql["unset_queue"])
    , m_starts(parts.db, parts.sql["all_starts"])
    , m_addStart(parts.db, parts.sql["add_start"])
    , m_cutStarts(parts.db, parts.sql["cut_starts"])
{
    load();
}

void QueueControl::load()
{
    m_states.clear();
    for (const QueueSettings &settings : readQueueSettings(m_all, m_parts.names)) {
        m_states[m_parts.names.idOf(settings.queue)].settings = settings;
    }
    Query query(m_starts);
    while (query.next()) {
        m_states[query.number(0)].starts.push_back({query.time(1), query.integer(2)});
    }
}

QList<QueueSettings> QueueControl::change(const QList<QueuePatch> &patches)
{
    QList<QueueSettings> changed;
    for (const QueuePatch &patch : patches) {
        changeOne(patch);
        changed.append(m_states[m_parts.names.idOf(patch.queue)].settings);
    }
    return changed;
}

void QueueControl::changeOne(const QueuePatch &patch)
{
    m_touched = true;
    const qint64 queue = m_parts.names.idOf(patch.queue);
    State &state = m_states[queue];
    QueueSettings &settings = state.settings;
    settings.queue = patch.queue;
    if (patch.pause) {
        const core::TimePoint now = m_parts.clock.now();
        const core::TimePoint since = settings.isPaused() ? settings.pausedAt : now;
        settings.pausedAt = patch.pause->paused ? since : core::TimePoint{};
        settings.reason = patch.pause->paused ? patch.pause->reason.value_or(settings.reason) : QString();
        settings.resumeAt = patch.pause->paused ? patch.pause->resumeAt.value_or(settings.resumeAt) : core::TimePoint{};
    }
    settings.maxConcurrency = patch.maxConcurrency.value_or(settings.maxConcurrency);
    settings.rate = patch.rate.value_or(settings.rate);
    settings.maxQueued = patch.maxQueued.value_or(settings.maxQueued);
    // What held it back may hold no longer: the next claim finds out.
    state.waitsUntil = {};
    state.toldUntil = {};
    state.fullAbove.reset();
    write(queue, settings);
    tell(Event::Kind::QueueChanged, queue);
}

void QueueControl::write(qint64 queue, const QueueSettings &settings)
{
    if (isEmpty(settings)) {
        Query(m_remove, queue).run();
        return;
    }
    std::optional<int> count;
    std::optional<qint64> per;
    if (settings.rate) {
        count = settings.rate->count;
        per = settings.rate->per.count();
    }
    Query(m_write, queue, settings.pausedAt, settings.reason, settings.resumeAt, settings.maxConcurrency, count, per,
          settings.maxQueued)
        .run();
}

qint64 QueueControl::maxQueued(qint64 queue, qint64 configured) const
{
    const auto it = m_states.constFind(queue);
    return it == m_states.cend() ? configured : it->settings.maxQueued.value_or(configured);
}

int QueueControl::allowed(qint64 queue, int n, const QueueLimits &configured, core::TimePoint now)
{
    auto it = m_states.find(queue);
    if (it == m_states.end()) {
        if (configured.maxConcurrency == 0 && configured.rate.count == 0) {
            return n;
        }
        it = m_states.insert(queue, {});
    }
    m_touched = true;
    State &state = *it;
    state.waitsUntil = {};
    state.fullAbove.reset();
    const QueueLimits limits = state.settings.over(configured);
    state.rate = limits.rate;
    if (state.settings.isPaused()) {
        return 0;
    }
    int most = n;
    if (limits.maxConcurrency > 0) {
        const qint64 left = limits.maxConcurrency - m_parts.counters.running(queue);
        if (left < most) {
            most = static_cast<int>(std::max<qint64>(0, left));
            state.fullAbove = limits.maxConcurrency;
        }
    }
    if (limits.rate.count > 0) {
        most = std::min(most, leftOfRate(queue, state, now));
    }
    return most;
}

// Forgets the starts that no longer count, and those of a clock that was set back since.
int QueueControl::leftOfRate(qint64 queue, State &state, core::TimePoint now)
{
    const core::TimePoint over = now - state.rate.per;
    const core::TimePoint latest = now + partOf(state.rate);
    const auto counts = [&](const Start &start) { return start.time > over && start.time <= latest; };
    if (!std::all_of(state.starts.begin(), state.starts.end(), counts)) {
        std::erase_if(state.starts, std::not_fn(counts));
        Query(m_cutStarts, queue, over, latest).run();
    }
    int used = 0;
    for (const Start &start : state.starts) {
        used += start.count;
    }
    return std::max(0, state.rate.count - used);
}

void QueueControl::started(qint64 queue, int n, core::TimePoint now)
{
    const auto it = m_states.find(queue);
    if (it == m_states.end()) {
        return;
    }
    State &state = *it;
    if (state.fullAbove && m_parts.counters.running(queue) < *state.fullAbove) {
        state.fullAbove.reset(); // fewer were ready than might run
    }
    if (state.rate.count == 0) {
        return;
    }
    if (n > 0) {
        const core::TimePoint time = endOfPart(now, partOf(state.rate));
        if (!state.starts.empty() && state.starts.back().time == time) {
            state.starts.back().count += n;
        } else {
            state.starts.push_back({time, n});
        }
        Query(m_addStart, queue, time, n).run();
    }
    if (!state.starts.empty() && leftOfRate(queue, state, now) == 0) {
        state.waitsUntil = state.starts.front().time + state.rate.per;
        if (state.waitsUntil != std::exchange(state.toldUntil, state.waitsUntil)) {
            tell(Event::Kind::QueueWaits, queue);
        }
    }
}

void QueueControl::resumeDue(core::TimePoint now)
{
    for (auto it = m_states.begin(); it != m_states.end(); ++it) {
        QueueSettings &settings = it->settings;
        if (settings.isPaused() && settings.resumeAt != core::TimePoint{} && settings.resumeAt <= now) {
            m_touched = true;
            settings.pausedAt = {};
            settings.reason.clear();
            settings.resumeAt = {};
            write(it.key(), settings);
            tell(Event::Kind::QueueChanged, it.key());
        }
        if (it->waitsUntil != core::TimePoint{} && it->waitsUntil <= now) {
            m_touched = true;
            it->waitsUntil = {};
            tell(Event::Kind::QueueChanged, it.key());
        }
    }
}

std::optional<core::TimePoint> QueueControl::nextDue() const
{
    std::optional<core::TimePoint> due;
    for (const State &state : m_states) {
        if (state.settings.isPaused()) {
            earliest(due, state.settings.resumeAt);
        }
        earliest(due, state.waitsUntil);
    }
    return due;
}

void QueueControl::settle()
{
    for (auto it = m_states.begin(); it != m_states.end(); ++it) {
        if (it->fullAbove && m_parts.counters.running(it.key()) < *it->fullAbove) {
            m_touched = true;
            it->fullAbove.reset();
            tell(Event::Kind::QueueChanged, it.key());
        }
    }
}

// Whoever is held back was perhaps told so, or let go, in what is undone: all are told to look again.
void QueueControl::rolledBack()
{
    if (!std::exchange(m_touched, false)) {
        return;
    }
    const QHash<qint64, State> before = std::exchange(m_states, {});
    load();
    if (m_parts.db.failed()) { // it will be rolled back once more
        m_states = before;
        m_touched = true;
        return;
    }
    const core::TimePoint soon = m_parts.clock.now() + kSoon;
    for (auto it = before.cbegin(); it != before.cend(); ++it) {
        State &state = m_states[it.key()];
        state.rate = it->rate;
        state.waitsUntil = soon;
    }
}

void QueueControl::tell(Event::Kind kind, qint64 queue)
{
    m_parts.events.add(kind, m_parts.names.nameOf(queue));
}

} // namespace dragonscales::broker::sqlite
