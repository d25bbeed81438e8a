-- SPDX-License-Identifier: LGPL-3.0-or-later
-- The index: what lists and counts need of each job. It can be made anew from the store at any time, so that a changed
-- schema needs no migration: another user_version means another file.

CREATE TABLE reached (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    epoch TEXT,              -- of the store; NULL while the index is being made
    number INTEGER NOT NULL  -- the last commit that is in
);
INSERT INTO reached VALUES (1, NULL, 0);

CREATE TABLE queues (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
);

CREATE TABLE jobs (
    id BLOB PRIMARY KEY,     -- UUID version 7: the order of its bytes is the order of arrival
    queue INTEGER NOT NULL,
    status INTEGER NOT NULL
) WITHOUT ROWID;
