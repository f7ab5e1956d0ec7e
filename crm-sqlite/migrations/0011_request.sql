-- What somebody asked for beyond their role, and what was granted (R8.3).
CREATE TABLE request (
    id         INTEGER PRIMARY KEY,
    uuid       BLOB    NOT NULL UNIQUE CHECK (length(uuid) = 16),
    revision   INTEGER NOT NULL,
    by         INTEGER NOT NULL REFERENCES user (id),
    wanted     TEXT    NOT NULL,
    -- As they were typed, and as they were granted: JSON.
    customers  TEXT,
    role       TEXT,
    until      INTEGER NOT NULL,
    reason     TEXT    NOT NULL,
    state      TEXT    NOT NULL,
    granted    TEXT,
    first_by   INTEGER REFERENCES user (id),
    first_at   INTEGER,
    granted_by INTEGER REFERENCES user (id),
    granted_at INTEGER,
    alone      INTEGER NOT NULL,
    ended_by   INTEGER REFERENCES user (id),
    answer     TEXT,
    created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX request_created ON request (created_at);
-- What holds is asked with every call.
CREATE INDEX request_granted ON request (by, until) WHERE state = 'granted';
