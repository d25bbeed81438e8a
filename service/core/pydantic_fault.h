// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/job_request.h"

namespace dragonscales::core::pydantic {

// Where in the body a value lies: a chain of names and indexes that lives on the stack of whoever descends.
struct Place
{
    const Place *parent = nullptr;
    QByteArray name;
    qsizetype index = -1; // of an array's item, or a character's number; below 0: `name` counts

    QByteArray text() const; // ["body","task",0]
};

// A body of megabytes could hold millions of faults; more than these help nobody.
inline constexpr qsizetype kMaxFaults = 1000;

// Appends entries as pydantic words them, up to kMaxFaults.
class FaultList
{
public:
    explicit FaultList(QList<RequestFault> *faults)
        : m_faults(faults)
    {
    }

    // `type` is "value_error.missing" and the like; `context` the JSON object behind "ctx", left out when empty.
    void add(const Place &place, QByteArrayView message, QByteArrayView type, const QByteArray &context = {});
    void missing(const Place &place) { add(place, "field required", "value_error.missing"); }
    void none(const Place &place) { add(place, "none is not an allowed value", "type_error.none.not_allowed"); }
    void notDict(const Place &place) { add(place, "value is not a valid dict", "type_error.dict"); }
    // {"limit_value": …} and its message, which ends in the limit unless `unit` follows it.
    void limit(const Place &place, QByteArrayView words, const QByteArray &limit, QByteArrayView type,
               QByteArrayView unit = {});

    qsizetype size() const { return m_faults->size(); }
    // Forgets what was added since there were `size`.
    void cut(qsizetype size) { m_faults->resize(size); }

private:
    QList<RequestFault> *m_faults;
};

} // namespace dragonscales::core::pydantic
