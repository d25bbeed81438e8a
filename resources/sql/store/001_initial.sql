-- SPDX-License-Identifier: LGPL-3.0-or-later
-- The embedded store, version 1. Times are milliseconds since the Unix epoch, UTC; NULL means never, or empty.
-- Every index costs on the hot path, so there is one for ids, and else only partial ones that hold what waits.

CREATE TABLE store (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    epoch TEXT NOT NULL,      -- names this store for life, in event ids
    commits INTEGER NOT NULL  -- those that had events
);
INSERT INTO store VALUES (1, lower(hex(randomblob(8))), 0);

-- Names of queues, tasks, storages, callbacks and workers: the other tables hold their numbers, 0 for no name.
CREATE TABLE names (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
);

CREATE TABLE queues (
    name INTEGER PRIMARY KEY REFERENCES names (id),
    scheduled INTEGER NOT NULL DEFAULT 0,
    queued INTEGER NOT NULL DEFAULT 0,
    started INTEGER NOT NULL DEFAULT 0
);

-- The small columns come first: large ones after them spill to other pages, which most reads need not follow.
CREATE TABLE jobs (
    seq INTEGER PRIMARY KEY,        -- order of arrival
    id BLOB NOT NULL UNIQUE,        -- UUID version 7, 16 bytes: new ones go to the end of the index
    status INTEGER NOT NULL,        -- 0 scheduled, 1 waiting, 2 queued, 3 started, 4 finished, 5 failed, 6 canceled
    queue INTEGER NOT NULL,
    priority INTEGER NOT NULL,
    created INTEGER NOT NULL,
    run_at INTEGER,
    started INTEGER,                -- of the current or last attempt
    ended INTEGER,
    expires INTEGER,                -- of an ended job: when its row may go
    lease_expiry INTEGER,
    lease_token INTEGER,
    worker INTEGER,                 -- who makes the current, or made the last attempt; NULL between two
    task INTEGER NOT NULL,
    storage INTEGER NOT NULL,
    callback INTEGER NOT NULL,
    run INTEGER NOT NULL DEFAULT 1,
    tries INTEGER NOT NULL DEFAULT 0,
    lost INTEGER NOT NULL DEFAULT 0,
    cancel_requested INTEGER NOT NULL DEFAULT 0,
    removed INTEGER NOT NULL DEFAULT 0, -- absent from every read; the row goes after its last delivery
    result_ttl INTEGER NOT NULL,    -- seconds
    failure_ttl INTEGER NOT NULL,   -- seconds
    timeout INTEGER,                -- milliseconds
    progress REAL,
    error_type TEXT,
    error_message TEXT,
    fingerprint TEXT,
    retry TEXT,                     -- JSON: {"max": n, "delays": [ms, …], "backoff": {"first": ms, "factor": x, "longest": ms, "jitter": x}}
    tags TEXT,                      -- JSON: array of texts
    traceparent TEXT,
    progress_text TEXT,
    task_params TEXT,
    storage_params TEXT,
    callback_params TEXT,
    location TEXT,
    error_detail TEXT,
    attempts TEXT                   -- JSON: those before the last one, which the columns above hold
);
CREATE INDEX jobs_ready ON jobs (queue, priority DESC) WHERE status = 2; -- then by seq, which every index ends with
CREATE INDEX jobs_due ON jobs (run_at) WHERE status = 0;
CREATE INDEX jobs_leased ON jobs (lease_expiry) WHERE status = 3;
CREATE INDEX jobs_expiring ON jobs (expires) WHERE status >= 4;

CREATE TABLE logs (
    job INTEGER NOT NULL,           -- jobs.seq
    line INTEGER NOT NULL,
    time INTEGER NOT NULL,
    level TEXT,
    text TEXT,
    PRIMARY KEY (job, line)
) WITHOUT ROWID;

-- A delivery needs nothing of its job's row, so that it is attempted whatever becomes of that one.
CREATE TABLE deliveries (
    seq INTEGER PRIMARY KEY,        -- jobs.seq * 65536 + run: one for each run, without another index
    job BLOB NOT NULL,
    status INTEGER NOT NULL,        -- 0 pending, 1 delivering, 2 delivered, 3 dead
    created INTEGER NOT NULL,
    next_try INTEGER,
    lease_expiry INTEGER,
    lease_token INTEGER,
    worker INTEGER,
    tries INTEGER NOT NULL DEFAULT 0,
    callback INTEGER NOT NULL,
    tried INTEGER,                  -- the last try: when, how long in milliseconds, and what came of it
    duration INTEGER,
    http_status INTEGER,
    error TEXT,
    traceparent TEXT,
    callback_params TEXT,
    payload TEXT NOT NULL,
    answer BLOB,
    attempts TEXT                   -- JSON: the tries before the last one
);
CREATE INDEX deliveries_due ON deliveries (next_try) WHERE status = 0;
CREATE INDEX deliveries_leased ON deliveries (lease_expiry) WHERE status = 1;
