-- Whether the log keeps who opened a customer's details (R8.5).
ALTER TABLE settings ADD COLUMN record_openings INTEGER NOT NULL DEFAULT 0;
