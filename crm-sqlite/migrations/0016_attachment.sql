-- Files that hang on a customer, on a conversation or on a contract (R4.2).
CREATE TABLE attachment (
    id          INTEGER PRIMARY KEY,
    uuid        BLOB    NOT NULL UNIQUE CHECK (length(uuid) = 16),
    customer    INTEGER NOT NULL REFERENCES customer (number),
    revision    INTEGER NOT NULL,
    follow_up   INTEGER REFERENCES follow_up (id),
    contract    INTEGER REFERENCES contract (id),
    opportunity INTEGER REFERENCES opportunity (id),
    kind        TEXT    NOT NULL,
    kind_detail TEXT,
    name        TEXT    NOT NULL,
    media_type  TEXT    NOT NULL,
    size        INTEGER NOT NULL,
    digest      TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    created_by  INTEGER REFERENCES user (id),
    archived_at INTEGER
) STRICT;

CREATE INDEX attachment_customer ON attachment (customer, created_at);
CREATE INDEX attachment_created ON attachment (created_at);
CREATE INDEX attachment_follow_up ON attachment (follow_up) WHERE follow_up IS NOT NULL;
CREATE INDEX attachment_contract ON attachment (contract) WHERE contract IS NOT NULL;
CREATE INDEX attachment_opportunity ON attachment (opportunity) WHERE opportunity IS NOT NULL;

-- Their bytes, in parts of 256 KiB. The same ones stand here once, whatever names them.
CREATE TABLE content_part (
    id     INTEGER PRIMARY KEY,
    digest TEXT    NOT NULL,
    part   INTEGER NOT NULL,
    bytes  BLOB    NOT NULL,
    UNIQUE (digest, part)
) STRICT;
