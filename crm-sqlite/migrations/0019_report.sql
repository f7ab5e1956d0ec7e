-- What people are to bring in (R7.3), and what reports read facts along (R7).
ALTER TABLE settings ADD COLUMN fiscal_year_start INTEGER NOT NULL DEFAULT 1;
ALTER TABLE settings ADD COLUMN report_rights TEXT;
ALTER TABLE settings ADD COLUMN list_exporters TEXT DEFAULT '["supervisor"]';

CREATE TABLE target (
    person   BLOB    NOT NULL REFERENCES user (uuid),
    -- The first day of the month.
    month    TEXT    NOT NULL,
    revision INTEGER NOT NULL,
    amount   INTEGER,
    PRIMARY KEY (person, month)
) STRICT, WITHOUT ROWID;

CREATE INDEX target_month ON target (month);
CREATE INDEX contract_signed ON contract (signed_on);
CREATE INDEX opportunity_closed ON opportunity (closed_at) WHERE closed_at IS NOT NULL;
CREATE INDEX status_change_at ON status_change (at);
CREATE INDEX hand_over_at ON hand_over (at);
