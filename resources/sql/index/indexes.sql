-- SPDX-License-Identifier: LGPL-3.0-or-later
-- Made after the jobs are in: sorting once is faster than inserting a million times.

CREATE INDEX IF NOT EXISTS jobs_by_status ON jobs (status, id);
CREATE INDEX IF NOT EXISTS jobs_by_queue ON jobs (queue, status, id);
