-- What a host keeps of its own about a deal, and the identifier by which it knows it.
ALTER TABLE opportunity ADD COLUMN external_id TEXT;
ALTER TABLE opportunity ADD COLUMN extra TEXT;
CREATE UNIQUE INDEX opportunity_external_id ON opportunity (external_id) WHERE external_id IS NOT NULL;

-- A contract of the past whose number a list does not tell has none, as others may (R9.4).
DROP INDEX contract_good_number;
CREATE UNIQUE INDEX contract_good_number ON contract (number_folded)
    WHERE voided_at IS NULL AND archived_at IS NULL AND number_folded <> '';
