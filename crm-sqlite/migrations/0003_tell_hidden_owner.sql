-- Whether a likely duplicate that the caller may not see is refused with its owner's name (R6.1): it was, before it was a
-- setting.
ALTER TABLE settings ADD COLUMN tell_hidden_owner INTEGER NOT NULL DEFAULT 1;
