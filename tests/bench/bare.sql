-- SPDX-License-Identifier: LGPL-3.0-or-later
-- The yardstick of bench_jobs: what a whole life of a job costs SQLite itself. Two tables, three partial indexes,
-- batches of 100, ids of 16 bytes that jobs are found by, nothing around it. Fixed: a changed yardstick makes old ratios meaningless.
-- Each "-- name" starts one statement; :parameters are bound by bare_loop.cpp.

-- schema
CREATE TABLE jobs(
    seq INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    queue TEXT NOT NULL,
    status INTEGER NOT NULL,
    request TEXT NOT NULL,
    created INTEGER NOT NULL,
    token INTEGER,
    expiry INTEGER,
    location TEXT
);
CREATE INDEX jobs_ready ON jobs(queue, seq) WHERE status = 0;
CREATE INDEX jobs_leased ON jobs(expiry) WHERE status = 1;
CREATE TABLE deliveries(
    seq INTEGER PRIMARY KEY,
    job BLOB NOT NULL UNIQUE,
    status INTEGER NOT NULL,
    payload TEXT NOT NULL,
    next_try INTEGER NOT NULL,
    token INTEGER
);
CREATE INDEX deliveries_due ON deliveries(next_try) WHERE status = 0;

-- enqueue
INSERT INTO jobs(id, queue, status, request, created) VALUES(:id, 'bench', 0, :request, :now);

-- claim
UPDATE jobs SET status = 1, token = :token, expiry = :now + 30000
WHERE seq IN (SELECT seq FROM jobs WHERE queue = 'bench' AND status = 0 ORDER BY seq LIMIT 100) RETURNING id, request;

-- finish
UPDATE jobs SET status = 2, token = NULL, expiry = NULL, location = 'null' WHERE id = :id AND token = :token;

-- deliver
INSERT INTO deliveries(job, status, payload, next_try) VALUES(:id, 0, :payload, :now);

-- claim deliveries
UPDATE deliveries SET status = 1, token = :token
WHERE seq IN (SELECT seq FROM deliveries WHERE status = 0 AND next_try <= :now ORDER BY next_try LIMIT 100)
RETURNING job, payload;

-- finish delivery
UPDATE deliveries SET status = 2, token = NULL WHERE job = :id AND token = :token;
