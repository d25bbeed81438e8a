-- SPDX-License-Identifier: LGPL-3.0-or-later
-- Version 2: what operators set for queues, and the starts that rates count.

-- It wins over the project's file; NULL: as the project says.
CREATE TABLE queue_settings (
    queue INTEGER PRIMARY KEY REFERENCES names (id),
    paused_at INTEGER,
    reason TEXT,
    resume_at INTEGER,      -- of a pause: when it ends by itself
    max_concurrency INTEGER, -- 0: no limit
    rate_count INTEGER,      -- 0: no limit
    rate_per INTEGER,        -- milliseconds
    max_queued INTEGER       -- 0: no limit
);

-- Of queues with a rate only, and no longer than its window.
CREATE TABLE starts (
    queue INTEGER NOT NULL,
    time INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (queue, time)
) WITHOUT ROWID;
