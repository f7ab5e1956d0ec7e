-- Whether customers who have gone quiet may be marked lost without anybody's looking at each (R2.6).
ALTER TABLE settings ADD COLUMN quiet_marks_lost INTEGER NOT NULL DEFAULT 0;
