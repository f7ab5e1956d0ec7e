-- Tasks that come from contracts and purchases (R4.7).
ALTER TABLE task ADD COLUMN contract INTEGER REFERENCES contract (id);
CREATE INDEX task_contract ON task (contract) WHERE contract IS NOT NULL;

-- In days, where it was set by hand.
ALTER TABLE customer ADD COLUMN purchase_cycle INTEGER;

ALTER TABLE settings ADD COLUMN renewal_days INTEGER NOT NULL DEFAULT 30;
