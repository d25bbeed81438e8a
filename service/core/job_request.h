// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/project.h"

namespace dragonscales::core {

// A fault of a v1 request as clients of the old service know it (pydantic 1.10):
// {"loc":["body","task","params","a"],"msg":"…","type":"…","ctx":{…}}.
struct RequestFault
{
    QByteArray json; // the whole entry, compact, keys in that order
};

struct RequestOutcome
{
    std::optional<JobSpec> spec; // set when there is no fault; id and times are left to the caller
    QList<RequestFault> faults;  // answered as 422 {"detail":[…]}
    bool unreadable = false;     // not UTF-8: 400 {"detail":"There was an error parsing the body"}
};

// Checks the body of POST /api/v1/jobs/ by the rules of pydantic 1.10 and gives back the job to enqueue, params
// coerced. Queue, time limits and times to live come from the project. Holds compiled schemas: make one per project
// version. Thread-safe once made.
class JobRequestReader
{
public:
    explicit JobRequestReader(ProjectPointer project);
    ~JobRequestReader();

    // `now`: what a delay of the project counts from.
    RequestOutcome readV1(const QByteArray &body, TimePoint now = {}) const;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

// Gives the spec what its task's entry and that one's queue say; nothing when the project has no such task. A delay
// counts from `now`.
void takeDefaults(const Project &project, TimePoint now, JobSpec *spec);

} // namespace dragonscales::core
