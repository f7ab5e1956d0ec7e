-- Accounts (R8.4): what is known of them, the hashes of their passwords, who has logged in.
ALTER TABLE settings ADD COLUMN password_length INTEGER NOT NULL DEFAULT 8;
ALTER TABLE settings ADD COLUMN password_memory INTEGER NOT NULL DEFAULT 19456;
ALTER TABLE settings ADD COLUMN password_passes INTEGER NOT NULL DEFAULT 2;

CREATE TABLE account (
    user         BLOB    PRIMARY KEY NOT NULL REFERENCES user (uuid),
    revision     INTEGER NOT NULL,
    set_at       INTEGER,
    expires_on   TEXT,
    temporary    INTEGER NOT NULL,
    wrong_tries  INTEGER NOT NULL,
    rests_until  INTEGER,
    suspended_at INTEGER,
    shared_at    INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE password (
    user   BLOB PRIMARY KEY NOT NULL REFERENCES user (uuid),
    hashes TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
    id       INTEGER PRIMARY KEY,
    uuid     BLOB    NOT NULL UNIQUE CHECK (length(uuid) = 16),
    user     INTEGER NOT NULL REFERENCES user (id),
    device   TEXT    NOT NULL,
    began_at INTEGER NOT NULL
) STRICT;

CREATE INDEX session_user ON session (user);

-- When a session was last used, which the log does not tell.
CREATE TABLE session_use (
    session BLOB    PRIMARY KEY NOT NULL,
    used_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
