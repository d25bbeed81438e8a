// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/project.h"

namespace dragonscales::core {

// What a body of POST /api/v2/jobs asks for: one job, or several in an array.
struct SubmissionV2
{
    QList<JobSpec> specs; // ids are left to the caller; empty when there is a problem
    bool many = false;    // an array
    QList<Problem> problems;
};

// Checks bodies strictly: nothing is coerced, and what is not known is refused by name. Queue and times to live come
// from the project. Holds compiled schemas: make one per project version. Thread-safe once made.
class JobRequestReaderV2
{
public:
    explicit JobRequestReaderV2(ProjectPointer project);
    ~JobRequestReaderV2();

    // `now`: what a delay counts from.
    SubmissionV2 read(const QByteArray &body, TimePoint now) const;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace dragonscales::core
