-- What was done for a customer (R7.7).
CREATE TABLE service_record (
    id          INTEGER PRIMARY KEY,
    uuid        BLOB    NOT NULL UNIQUE CHECK (length(uuid) = 16),
    customer    INTEGER NOT NULL REFERENCES customer (number),
    revision    INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    by          INTEGER NOT NULL REFERENCES user (id),
    kind        TEXT    NOT NULL,
    kind_detail TEXT,
    text        TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    archived_at INTEGER
) STRICT;

CREATE INDEX service_record_customer ON service_record (customer, at);
