// SPDX-License-Identifier: LGPL-3.0-or-later
#include "broker/event_collector.h"

namespace dragonscales::broker {

void EventCollector::add(Event::Kind kind, core::JobSummary job)
{
    pending(kind).jobs.append(std::move(job));
}

void EventCollector::add(Event::Kind kind, core::Delivery delivery)
{
    pending(kind).deliveries.append(std::move(delivery));
}

void EventCollector::add(Event::Kind kind, const QString &queue)
{
    pending(kind).queues.append(queue);
}

Event &EventCollector::pending(Event::Kind kind)
{
    Event &event = m_pending[std::size_t(kind)];
    if (event.jobs.isEmpty() && event.deliveries.isEmpty() && event.queues.isEmpty()) {
        event.kind = kind;
        m_order.append(kind);
    }
    return event;
}

void EventCollector::endBatch()
{
    for (const Event::Kind kind : std::as_const(m_order)) {
        Event &event = m_pending[std::size_t(kind)];
        if (!m_events.isEmpty() && m_events.last().kind == kind) {
            m_events.last().jobs += event.jobs;
            m_events.last().deliveries += event.deliveries;
            m_events.last().queues += event.queues;
        } else {
            m_events.append(std::move(event));
        }
        event = Event();
    }
    m_order.clear();
}

QList<Event> EventCollector::take()
{
    endBatch();
    return std::exchange(m_events, {});
}

void EventCollector::clear()
{
    endBatch();
    m_events.clear();
}

} // namespace dragonscales::broker
