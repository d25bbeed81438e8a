-- SPDX-License-Identifier: LGPL-3.0-or-later
-- The statements of the embedded store. Each "-- name:" line starts one.

-- name: next_commit
UPDATE store SET commits = ?1;

-- name: last_commit
SELECT epoch, commits FROM store;

-- name: name_by_id
SELECT name FROM names WHERE id = ?1;

-- name: id_by_name
SELECT id FROM names WHERE name = ?1;

-- name: add_name
INSERT INTO names (name) VALUES (?1) RETURNING id;

-- name: all_queues
SELECT name, scheduled, queued, started FROM queues ORDER BY name;

-- name: removed_running
SELECT queue, count(*) FROM jobs WHERE status = 3 AND removed = 1 GROUP BY queue;

-- name: count_queue
INSERT INTO queues (name, scheduled, queued, started) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (name) DO UPDATE SET scheduled = ?2, queued = ?3, started = ?4;

-- name: all_queue_settings
SELECT queue, paused_at, reason, resume_at, max_concurrency, rate_count, rate_per, max_queued FROM queue_settings;

-- name: set_queue
INSERT OR REPLACE INTO queue_settings (queue, paused_at, reason, resume_at, max_concurrency, rate_count, rate_per, max_queued)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8);

-- name: unset_queue
DELETE FROM queue_settings WHERE queue = ?1;

-- name: all_starts
SELECT queue, time, count FROM starts ORDER BY queue, time;

-- name: add_start
INSERT INTO starts (queue, time, count) VALUES (?1, ?2, ?3) ON CONFLICT (queue, time) DO UPDATE SET count = count + ?3;

-- name: cut_starts
DELETE FROM starts WHERE queue = ?1 AND (time <= ?2 OR time > ?3);

-- name: oldest_below
SELECT priority, created FROM jobs WHERE status = 2 AND queue = ?1 AND priority < ?2 ORDER BY priority DESC, seq LIMIT 1;

-- name: add_job
INSERT OR IGNORE INTO jobs (id, status, queue, priority, created, run_at, task, storage, callback, result_ttl, failure_ttl,
    timeout, retry, tags, traceparent, task_params, storage_params, callback_params, depends_on)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19);

-- name: answered
SELECT place, body, job, status, created, run_at FROM answered WHERE key = ?1 AND expires > ?2 ORDER BY place <> ?3 LIMIT 1;

-- name: keep_answer
INSERT OR REPLACE INTO answered (key, place, body, job, status, created, run_at, expires)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8);

-- name: forget_answers
DELETE FROM answered WHERE (key, place) IN (SELECT key, place FROM answered WHERE expires <= ?1 LIMIT ?2);

-- name: any_lock
SELECT 1 FROM locks LIMIT 1;

-- name: take_lock
INSERT INTO locks (lock, job, expires) VALUES (?1, ?2, ?3)
ON CONFLICT (lock) DO UPDATE SET job = ?2, expires = ?3 WHERE expires <= ?4;

-- name: lock_holder
SELECT job FROM locks WHERE lock = ?1;

-- name: release_lock
DELETE FROM locks WHERE job = ?1;

-- name: any_dependency
SELECT 1 FROM dependencies LIMIT 1;

-- name: state_of
SELECT status FROM jobs WHERE id = ?1 AND removed = 0;

-- name: add_dependency
INSERT OR IGNORE INTO dependencies (parent, child, cancels) VALUES (?1, ?2, ?3);

-- name: children_of
SELECT child, cancels FROM dependencies WHERE parent = ?1;

-- name: child_at
SELECT 1 FROM dependencies WHERE parent = ?1 LIMIT 1 OFFSET ?2;

-- name: drop_children
DELETE FROM dependencies WHERE parent = ?1;

-- name: any_parent
SELECT 1 FROM dependencies WHERE child = ?1 LIMIT 1;

-- name: release_job
UPDATE jobs SET status = ?2 WHERE seq = ?1;

-- name: ready_jobs
SELECT seq, id, priority, created, run_at, task, storage, callback, run, tries, lost, result_ttl, failure_ttl, timeout,
    retry, tags, traceparent, task_params, storage_params, callback_params
FROM jobs WHERE status = 2 AND queue = ?1 ORDER BY priority DESC, seq LIMIT ?2;

-- name: start_job
UPDATE jobs SET status = 3, started = ?2, lease_expiry = ?3, lease_token = ?4, worker = ?5 WHERE seq = ?1;

-- name: live_by_id
SELECT seq, id, status, queue, priority, created, started, ended, lease_token, worker, task, storage, callback, run,
    tries, lost, cancel_requested, removed, result_ttl, failure_ttl, traceparent, callback_params, attempts, run_at
FROM jobs WHERE id = ?1;

-- name: expired_jobs
SELECT seq, id, status, queue, priority, created, started, ended, lease_token, worker, task, storage, callback, run,
    tries, lost, cancel_requested, removed, result_ttl, failure_ttl, traceparent, callback_params, attempts, run_at
FROM jobs WHERE status = 3 AND lease_expiry <= ?1 ORDER BY lease_expiry LIMIT ?2;

-- name: due_jobs
SELECT seq, id, status, queue, priority, created, started, ended, lease_token, worker, task, storage, callback, run,
    tries, lost, cancel_requested, removed, result_ttl, failure_ttl, traceparent, callback_params, attempts, run_at
FROM jobs WHERE status = 0 AND run_at <= ?1 ORDER BY run_at LIMIT ?2;

-- name: end_job
UPDATE jobs SET status = ?2, ended = ?3, expires = ?4, started = ?5, worker = ?6, location = ?7, error_type = ?8,
    error_message = ?9, error_detail = ?10, fingerprint = ?11, lost = ?12, tries = ?13, attempts = ?14, lease_expiry = NULL, lease_token = NULL
WHERE seq = ?1;

-- name: put_back_job
UPDATE jobs SET status = ?2, run_at = ?3, tries = ?4, lost = ?5, attempts = ?6, worker = NULL, lease_expiry = NULL,
    lease_token = NULL, progress = NULL, progress_text = NULL
WHERE seq = ?1;

-- name: error_of
SELECT error_type, error_message, error_detail, fingerprint FROM jobs WHERE seq = ?1;

-- name: retry_job
UPDATE jobs SET status = 2, run = ?2, attempts = ?3, run_at = NULL, started = NULL, ended = NULL, expires = NULL,
    worker = NULL, tries = 0, lost = 0, cancel_requested = 0, progress = NULL, progress_text = NULL, location = NULL,
    error_type = NULL, error_message = NULL, error_detail = NULL, fingerprint = NULL
WHERE seq = ?1;

-- name: promote_job
UPDATE jobs SET status = 2 WHERE seq = ?1;

-- name: renew_job
UPDATE jobs SET lease_expiry = ?4 WHERE id = ?1 AND status = 3 AND lease_token = ?2 AND run = ?3 RETURNING cancel_requested;

-- name: expire_jobs
UPDATE jobs SET lease_expiry = ?1 WHERE status = 3 AND lease_expiry > ?1;

-- name: expire_deliveries
UPDATE deliveries SET lease_expiry = ?1 WHERE status = 1 AND lease_expiry > ?1;

-- name: progress_job
UPDATE jobs SET progress = ?2, progress_text = ?3 WHERE seq = ?1;

-- name: request_cancel
UPDATE jobs SET cancel_requested = 1 WHERE seq = ?1;

-- name: remove_job
UPDATE jobs SET removed = 1, expires = 0 WHERE seq = ?1;

-- name: last_line
SELECT max(line) FROM logs WHERE job = ?1;

-- name: add_line
INSERT INTO logs (job, line, time, level, text) VALUES (?1, ?2, ?3, ?4, ?5);

-- name: cut_lines
DELETE FROM logs WHERE job = ?1 AND line <= ?2;

-- name: lines
SELECT time, level, text FROM logs WHERE job = ?1 ORDER BY line;

-- name: add_delivery
INSERT INTO deliveries (seq, job, status, created, next_try, callback, traceparent, callback_params, payload)
VALUES (?1, ?2, 0, ?3, ?3, ?4, ?5, ?6, ?7);

-- name: due_deliveries
SELECT seq, job, created, tries, callback, traceparent, callback_params, payload
FROM deliveries WHERE status = 0 AND next_try <= ?1 ORDER BY next_try LIMIT ?2;

-- name: start_delivery
UPDATE deliveries SET status = 1, lease_expiry = ?2, lease_token = ?3, worker = ?4 WHERE seq = ?1;

-- name: leased_delivery
SELECT seq, job, created, tries, callback, tried, duration, http_status, error, answer, attempts
FROM deliveries WHERE seq = ?1 AND status = 1 AND lease_token = ?2;

-- name: find_leased_delivery
SELECT seq FROM deliveries WHERE status = 1 AND lease_token = ?1;

-- name: expired_deliveries
SELECT seq, job, created, tries, callback
FROM deliveries WHERE status = 1 AND lease_expiry <= ?1 ORDER BY lease_expiry LIMIT ?2;

-- name: renew_delivery
UPDATE deliveries SET lease_expiry = ?2 WHERE seq = ?1;

-- name: try_delivery
UPDATE deliveries SET status = ?2, next_try = ?3, tries = ?4, tried = ?5, duration = ?6, http_status = ?7, error = ?8,
    answer = ?9, attempts = ?10, lease_expiry = NULL, lease_token = NULL, worker = NULL
WHERE seq = ?1;

-- name: put_back_delivery
UPDATE deliveries SET status = 0, next_try = ?2, lease_expiry = NULL, lease_token = NULL, worker = NULL WHERE seq = ?1;

-- name: expiring_jobs
SELECT seq, expires, id, removed,
    EXISTS (SELECT 1 FROM deliveries WHERE deliveries.seq BETWEEN jobs.seq << 16 AND (jobs.seq << 16) + 65535 AND deliveries.status < 2)
FROM jobs WHERE status >= 4 AND (expires, seq) > (?1, ?2) AND expires <= ?3 ORDER BY expires, seq LIMIT ?4;

-- name: drop_job
DELETE FROM jobs WHERE seq = ?1;

-- name: drop_deliveries
DELETE FROM deliveries WHERE seq BETWEEN ?1 << 16 AND (?1 << 16) + 65535;

-- name: next_due
SELECT min(t) FROM (
    SELECT (SELECT min(run_at) FROM jobs WHERE status = 0) AS t
    UNION ALL SELECT (SELECT min(lease_expiry) FROM jobs WHERE status = 3)
    UNION ALL SELECT (SELECT min(next_try) FROM deliveries WHERE status = 0)
    UNION ALL SELECT (SELECT min(lease_expiry) FROM deliveries WHERE status = 1));

-- name: job
SELECT seq, queue, priority, created, run_at, task, storage, callback, run, tries, lost, result_ttl, failure_ttl, timeout,
    retry, tags, traceparent, task_params, storage_params, callback_params, status, started, ended, lease_expiry, worker,
    cancel_requested, progress, progress_text, location, error_type, error_message, error_detail, fingerprint, attempts,
    depends_on
FROM jobs WHERE id = ?1 AND removed = 0;

-- name: seq_of
SELECT seq FROM jobs WHERE id = ?1 AND removed = 0;

-- name: deliveries_of
SELECT seq, job, status, created, next_try, tries, callback, traceparent, callback_params, payload, tried, duration,
    http_status, error, answer, attempts
FROM deliveries WHERE seq BETWEEN ?1 << 16 AND (?1 << 16) + 65535 ORDER BY seq;

-- name: scan
SELECT id, queue, task, storage, callback, status, run, priority, created, started, ended, tries, worker, error_type,
    error_message, run_at
FROM jobs WHERE id > ?1 AND removed = 0 ORDER BY id LIMIT ?2;
