// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "broker/events.h"

#include <array>

namespace dragonscales::broker {

// Gathers the events of one transaction: one for each batch and kind, in the order of the batches.
class EventCollector final
{
public:
    void add(Event::Kind kind, core::JobSummary job);
    void add(Event::Kind kind, core::Delivery delivery);
    void add(Event::Kind kind, const QString &queue);
    // The batch is over: what comes now is later than all of it.
    void endBatch();

    QList<Event> take();
    void clear();

private:
    Event &pending(Event::Kind kind);

    std::array<Event, Event::kKinds> m_pending;
    QList<Event::Kind> m_order; // of the batch's kinds
    QList<Event> m_events;
};

} // namespace dragonscales::broker
