-- SPDX-License-Identifier: LGPL-3.0-or-later
-- Version 4: jobs that wait for others.

ALTER TABLE jobs ADD COLUMN depends_on TEXT; -- JSON: {"jobs": [id, …], "on_failure": "cancel"} as it was asked for

-- Whom waiting jobs (status 1) still wait for. A row goes when its parent's run ends.
CREATE TABLE dependencies (
    parent BLOB NOT NULL,
    child BLOB NOT NULL,
    cancels INTEGER NOT NULL, -- the child, when the parent does not finish
    PRIMARY KEY (parent, child)
) WITHOUT ROWID;
CREATE INDEX dependencies_child ON dependencies (child);
