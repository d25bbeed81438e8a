-- SPDX-License-Identifier: LGPL-3.0-or-later
-- Version 3: what keeps submissions from being made twice.

-- Answers to requests with an Idempotency-Key, for a day, whatever becomes of their jobs.
CREATE TABLE answered (
    key BLOB PRIMARY KEY,    -- SHA-256 of who asked, the key, and the place in an array
    body BLOB NOT NULL,      -- SHA-256 of it
    job BLOB NOT NULL,       -- the answer: id, state, times
    status INTEGER NOT NULL,
    created INTEGER NOT NULL,
    run_at INTEGER,
    expires INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX answered_expires ON answered (expires);

-- Held by unique jobs that have not ended.
CREATE TABLE locks (
    lock BLOB PRIMARY KEY,   -- SHA-256 of task and params
    job BLOB NOT NULL UNIQUE,
    expires INTEGER NOT NULL
) WITHOUT ROWID;
