// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "broker/sqlite_parts.h"

#include <optional>

namespace dragonscales::broker::sqlite {

// Answers to requests with an Idempotency-Key, kept for a day.
class Answered final
{
public:
    explicit Answered(const Parts &parts);

    // The answer that such a request has had already, or Conflict when the key came with another body; nothing: it is
    // new.
    std::optional<core::Result<core::JobSummary>> find(const core::JobSpec &spec, core::TimePoint now);
    void keep(const core::JobSpec &spec, const core::JobSummary &answer, core::TimePoint now);
    int purge(core::TimePoint now, int n); // at most n; how many

private:
    Database &m_db;
    Statement m_find;
    Statement m_keep;
    Statement m_forget;
};

// Locks of unique jobs. As long as there is none, nothing is asked of the database.
class Locks final
{
public:
    explicit Locks(const Parts &parts);

    // The lock is `job`'s from now on; else who has it.
    std::optional<QUuid> take(const core::JobSpec &spec, core::TimePoint now);
    void release(const QUuid &job);
    void rolledBack() { look(); }

private:
    void look();

    Database &m_db;
    Statement m_some;
    Statement m_take;
    Statement m_holder;
    Statement m_release;
    bool m_any = false; // there may be some
};

} // namespace dragonscales::broker::sqlite
