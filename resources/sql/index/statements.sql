-- SPDX-License-Identifier: LGPL-3.0-or-later
-- The statements of the index. Each "-- name:" line starts one.

-- name: reached
SELECT epoch, number FROM reached;

-- name: reach
UPDATE reached SET epoch = ?1, number = ?2;

-- name: queues
SELECT id, name FROM queues;

-- name: add_queue
INSERT INTO queues (name) VALUES (?1) RETURNING id;

-- name: job
SELECT queue, status FROM jobs WHERE id = ?1;

-- name: put_job
INSERT INTO jobs (id, queue, status) VALUES (?1, ?2, ?3)
ON CONFLICT (id) DO UPDATE SET queue = excluded.queue, status = excluded.status;

-- name: drop_job
DELETE FROM jobs WHERE id = ?1;

-- name: count
SELECT queue, status, count(*) FROM jobs GROUP BY queue, status;

-- name: all
SELECT id FROM jobs WHERE id < ?1 ORDER BY id DESC LIMIT ?2;

-- name: by_status
SELECT id FROM jobs WHERE status = ?3 AND id < ?1 ORDER BY id DESC LIMIT ?2;

-- name: by_queue
SELECT id FROM jobs WHERE queue = ?4 AND status = ?3 AND id < ?1 ORDER BY id DESC LIMIT ?2;
