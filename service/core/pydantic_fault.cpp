// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/pydantic_fault.h"

#include "core/json/writer.h"

namespace dragonscales::core::pydantic {

namespace {

void appendParts(const Place &place, QByteArray *text)
{
    if (place.parent) {
        appendParts(*place.parent, text);
        *text += ',';
    }
    *text += place.index >= 0 ? QByteArray::number(place.index) : json::quoted(QByteArrayView(place.name));
}

} // namespace

QByteArray Place::text() const
{
    QByteArray text = "[";
    appendParts(*this, &text);
    return text + ']';
}

void FaultList::add(const Place &place, QByteArrayView message, QByteArrayView type, const QByteArray &context)
{
    if (m_faults->size() >= kMaxFaults) {
        return;
    }
    json::ObjectWriter entry;
    entry.add("loc", place.text()).add("msg", json::quoted(message)).add("type", json::quoted(type));
    if (!context.isEmpty()) {
        entry.add("ctx", context);
    }
    m_faults->append({entry.text()});
}

void FaultList::limit(const Place &place, QByteArrayView words, const QByteArray &limit, QByteArrayView type,
                      QByteArrayView unit)
{
    const QByteArray message = words.toByteArray() + ' ' + limit + (unit.isEmpty() ? "" : " ") + unit.toByteArray();
    add(place, message, type, "{\"limit_value\":" + limit + '}');
}

} // namespace dragonscales::core::pydantic
