// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "broker/sqlite_job_rows.h"

namespace dragonscales::broker::sqlite {

// Who waits for whom. As long as nobody waits, nothing is asked of the database.
class Dependencies final
{
public:
    Dependencies(const Parts &parts, JobRows &rows);

    // Why the job cannot wait for those that it names; nothing: it can.
    std::optional<core::Error> faultOf(const core::JobSpec &spec);
    // Whether it has to wait; it does from now on.
    bool wait(const core::JobSpec &spec);

    // The run of `parent` has ended as its status says: who waits for nobody else any more goes on. Those that are to
    // be canceled instead.
    QList<QUuid> ended(const JobRow &parent);
    void rolledBack() { look(); }

private:
    struct Child
    {
        QUuid id;
        bool cancels;
    };

    void look();
    std::optional<core::JobStatus> stateOf(const QUuid &job);
    QList<Child> takeChildren(const QUuid &parent);
    bool stillWaits(const QUuid &child);
    void release(JobRow &child);

    Parts m_parts;
    JobRows &m_rows;
    Statement m_some;
    Statement m_state;
    Statement m_add;
    Statement m_children;
    Statement m_drop;
    Statement m_open;
    Statement m_full;
    Statement m_release;
    bool m_any = false; // there may be some
};

} // namespace dragonscales::broker::sqlite
