// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "broker/queue_settings.h"
#include "broker/sqlite_parts.h"

#include <QHash>
#include <QSet>

#include <deque>

namespace dragonscales::broker::sqlite {

// Settings as the rows of "queue_settings" have them.
QList<QueueSettings> readQueueSettings(Statement &all, Names &names);

// Says how much of a queue may start: what operators have set, in memory, and what has started lately. Queues that are
// held back are told of (QueueChanged) as soon as they may go on.
class QueueControl final
{
public:
    explicit QueueControl(const Parts &parts);

    void load();
    QList<QueueSettings> change(const QList<QueuePatch> &patches);

    qint64 maxQueued(qint64 queue, qint64 configured) const;
    // How many of `n` may start now; started() then says how many did.
    int allowed(qint64 queue, int n, const QueueLimits &configured, core::TimePoint now);
    void started(qint64 queue, int n, core::TimePoint now);

    // Ends pauses and waits whose time has come.
    void resumeDue(core::TimePoint now);
    std::optional<core::TimePoint> nextDue() const;

    // Last thing before a commit: queues that were full and are no longer.
    void settle();
    void committed() { m_touched = false; }
    void rolledBack();

private:
    struct Start
    {
        core::TimePoint time;
        int count;
    };
    struct State
    {
        QueueSettings settings;
        std::deque<Start> starts;     // within the window of `rate`
        QueueRate rate;               // that the last claim was under
        core::TimePoint waitsUntil;   // its rate was used up; epoch: it does not wait
        core::TimePoint toldUntil;    // the last such moment that was told
        std::optional<int> fullAbove; // held back by so many that ran
    };

    void changeOne(const QueuePatch &patch);
    void write(qint64 queue, const QueueSettings &settings);
    int leftOfRate(qint64 queue, State &state, core::TimePoint now);
    void tell(Event::Kind kind, qint64 queue);

    Parts m_parts;
    Statement m_all;
    Statement m_write;
    Statement m_remove;
    Statement m_starts;
    Statement m_addStart;
    Statement m_cutStarts;
    QHash<qint64, State> m_states; // of queues with settings, a limit or both
    bool m_touched = false;        // by this transaction
};

} // namespace dragonscales::broker::sqlite
