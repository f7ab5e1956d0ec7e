-- Reminders (R4.6): which were offered and confirmed, by the task and when it was due; who wants none of a kind.
ALTER TABLE settings ADD COLUMN reminder_lead INTEGER NOT NULL DEFAULT 0;

CREATE TABLE reminder (
    task         BLOB    NOT NULL CHECK (length(task) = 16),
    due          TEXT    NOT NULL,
    customer     INTEGER NOT NULL REFERENCES customer (number),
    holder       INTEGER NOT NULL REFERENCES user (id),
    offered_at   INTEGER NOT NULL,
    confirmed_at INTEGER,
    PRIMARY KEY (task, due)
) STRICT, WITHOUT ROWID;

CREATE INDEX reminder_customer ON reminder (customer);

CREATE TABLE silence (
    user         BLOB    NOT NULL CHECK (length(user) = 16),
    kind         TEXT    NOT NULL,
    PRIMARY KEY (user, kind)
) STRICT, WITHOUT ROWID;
