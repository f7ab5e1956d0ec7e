-- How a customer's status (R2.5) and owner (R2.8) came to be what they are, and whether it was entered late (R2.9).
ALTER TABLE customer ADD COLUMN late INTEGER NOT NULL DEFAULT 0;

CREATE TABLE status_change (
    customer      INTEGER NOT NULL REFERENCES customer (number),
    -- The revision of the customer that it made.
    revision      INTEGER NOT NULL,
    at            INTEGER NOT NULL,
    status_before TEXT    NOT NULL,
    status_after  TEXT    NOT NULL,
    by            INTEGER REFERENCES user (id),
    reason        TEXT,
    PRIMARY KEY (customer, revision)
) STRICT, WITHOUT ROWID;

CREATE TABLE hand_over (
    customer     INTEGER NOT NULL REFERENCES customer (number),
    revision     INTEGER NOT NULL,
    at           INTEGER NOT NULL,
    owner_before INTEGER NOT NULL REFERENCES user (id),
    owner_after  INTEGER NOT NULL REFERENCES user (id),
    by           INTEGER REFERENCES user (id),
    reason       TEXT,
    PRIMARY KEY (customer, revision)
) STRICT, WITHOUT ROWID;
