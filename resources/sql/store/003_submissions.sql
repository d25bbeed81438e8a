-- SPDX-License-Identifier: LGPL-3.0-or-later
-- Version 3: what keeps submissions from being made twice.

-- Answers to requests with an Idempotency-Key, for a day, whatever becomes of their jobs.
CREATE TABLE answered (
    key BLOB NOT NULL,       -- SHA-256 of who asked and the key
    place INTEGER NOT NULL,  -- in an array; 0 else
    body BLOB NOT NULL,      -- SHA-256 of the whole of it
    job BLOB NOT NULL,       -- the answer: id, state, times
    status INTEGER NOT NULL,
    created INTEGER NOT NULL,
    run_at INTEGER,
    expires INTEGER NOT NULL,
    PRIMARY KEY (key, place)
) WITHOUT ROWID;
CREATE INDEX answered_expires ON answered (expires);

-- Held by unique jobs that have not ended.
CREATE TABLE locks (
    lock BLOB PRIMARY KEY,   -- SHA-256 of task and params
    job BLOB NOT NULL UNIQUE,
    expires INTEGER NOT NULL
) WITHOUT ROWID;
