-- Customers that were merged into others (R6.3): what they were, under the number that leads to the survivor.
CREATE TABLE merge (
    number      INTEGER PRIMARY KEY,
    customer    INTEGER NOT NULL REFERENCES customer (number),
    at          INTEGER NOT NULL,
    by          INTEGER REFERENCES user (id),
    loser       TEXT    NOT NULL,
    kept        TEXT,
    -- The host's identifier that it had, which leads to the survivor, too.
    external_id TEXT
) STRICT;

CREATE INDEX merge_customer ON merge (customer);
CREATE INDEX merge_external_id ON merge (external_id) WHERE external_id IS NOT NULL;
