-- What reports read (R7): each sort of fact of a person stands in one index, in the order of time, with all that is told of it; see
-- docs/adr/0034-facts-in-indexes.md.

-- The stages of a deal in one piece, in the order of its ledger: nine bytes each, the stage's place (initial_contact is 0, lost is 5)
-- and the instant. And what was signed, by contracts that are good.
ALTER TABLE opportunity ADD COLUMN ledger BLOB;
ALTER TABLE opportunity ADD COLUMN signed INTEGER;
-- What was signed with a customer by contracts that are good: of deals that are not archived, and of the past, without a deal.
ALTER TABLE customer ADD COLUMN signed INTEGER;
ALTER TABLE customer ADD COLUMN signed_before INTEGER;

-- It looked at every change of a deal; now at those of these columns.
DROP TRIGGER opportunity_changed;
CREATE TRIGGER opportunity_changed AFTER UPDATE OF owner, customer, closed_at, archived_at ON opportunity
WHEN (OLD.owner, OLD.customer, OLD.closed_at IS NULL, OLD.archived_at IS NULL)
    <> (NEW.owner, NEW.customer, NEW.closed_at IS NULL, NEW.archived_at IS NULL)
BEGIN
    DELETE FROM guest_deal WHERE owner = OLD.owner AND opportunity = OLD.uuid;
    INSERT INTO guest_deal (owner, opportunity, customer)
    SELECT NEW.owner, NEW.uuid, NEW.customer FROM customer c
    WHERE c.number = NEW.customer AND c.owner <> NEW.owner AND NEW.closed_at IS NULL AND NEW.archived_at IS NULL;
END;

UPDATE opportunity SET
    ledger = (SELECT unhex(group_concat(format('%02x%016x',
            CASE stage_after WHEN 'initial_contact' THEN 0 WHEN 'needs_analysis' THEN 1 WHEN 'proposal' THEN 2
                WHEN 'negotiation' THEN 3 WHEN 'won' THEN 4 ELSE 5 END, at), '' ORDER BY revision))
        FROM stage_change s WHERE s.opportunity = opportunity.uuid),
    signed = (SELECT sum(amount) FROM contract k
        WHERE k.opportunity = opportunity.id AND k.voided_at IS NULL AND k.archived_at IS NULL);
UPDATE customer SET
    signed = (SELECT sum(amount) FROM contract k JOIN opportunity o ON o.id = k.opportunity
        WHERE k.customer = number AND k.voided_at IS NULL AND k.archived_at IS NULL AND o.archived_at IS NULL),
    signed_before = (SELECT sum(amount) FROM contract k
        WHERE k.customer = number AND k.voided_at IS NULL AND k.archived_at IS NULL AND k.opportunity IS NULL)
WHERE number IN (SELECT customer FROM contract);

CREATE INDEX customer_owner_created ON customer (owner, created_at, source, status, signed, signed_before, late, created_by)
    WHERE archived_at IS NULL;
DROP INDEX status_change_at;
CREATE INDEX status_change_at ON status_change (at, revision, customer, status_before);
DROP INDEX hand_over_at;
CREATE INDEX hand_over_at ON hand_over (at, revision, customer, owner_before);
DROP INDEX task_open;
CREATE INDEX task_open ON task (overdue_from, customer) WHERE state = 'open';
CREATE INDEX log_restored ON log (at) WHERE kind = 'customer.restored';

-- By who held, holds or signed it; and by the customer, with whose it is, so that those of others are seen at once.
DROP INDEX follow_up_by;
CREATE INDEX follow_up_by ON follow_up (by, at, customer, late, archived_at);
DROP INDEX follow_up_customer;
CREATE INDEX follow_up_customer ON follow_up (customer, at, by, archived_at);
DROP INDEX opportunity_owner;
CREATE INDEX opportunity_owner ON opportunity (owner, created_at, customer, expected_amount, signed, ledger, archived_at);
DROP INDEX opportunity_customer;
CREATE INDEX opportunity_customer ON opportunity (customer, created_at, owner, archived_at);
DROP INDEX opportunity_closed;
CREATE INDEX opportunity_closed ON opportunity (owner, closed_at) WHERE closed_at IS NOT NULL AND archived_at IS NULL;
DROP INDEX opportunity_open;
CREATE INDEX opportunity_open ON opportunity (owner, closed_at, archived_at, created_at, customer, stage, expected_amount, expected_close)
    WHERE closed_at IS NULL AND archived_at IS NULL;
CREATE INDEX opportunity_archived ON opportunity (archived_at) WHERE archived_at IS NOT NULL;
CREATE INDEX contract_credited_signed ON contract (credited_to, signed_on, customer, opportunity, amount, voided_at, archived_at)
    WHERE voided_at IS NULL AND archived_at IS NULL;
DROP INDEX contract_customer;
CREATE INDEX contract_customer ON contract (customer, created_at, credited_to);
CREATE INDEX task_holder ON task (holder, coalesce(planned, due)) WHERE state <> 'cancelled' AND kind <> 'hand_over';
