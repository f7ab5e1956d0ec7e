-- Orders of lists (R2.7): what they go by stands with the customer, and is worked out by the store in the transaction that changes it.
-- The place of the name in the order of names; filled in when the file is opened, since SQL does not know it.
ALTER TABLE customer ADD COLUMN name_order BLOB NOT NULL DEFAULT x'';
-- The latest follow-up that is not archived.
ALTER TABLE customer ADD COLUMN last_follow_up INTEGER;
-- When the open task that is due first is overdue.
ALTER TABLE customer ADD COLUMN next_task INTEGER;

UPDATE customer SET
    last_follow_up = (SELECT max(at) FROM follow_up f WHERE f.customer = number AND f.archived_at IS NULL),
    next_task = (SELECT min(overdue_from) FROM task t WHERE t.customer = number AND t.state = 'open');

CREATE INDEX customer_owner_name ON customer (owner, name_order) WHERE archived_at IS NULL;
CREATE INDEX customer_owner_last_follow_up ON customer (owner, last_follow_up)
    WHERE archived_at IS NULL AND last_follow_up IS NOT NULL;
CREATE INDEX customer_owner_next_task ON customer (owner, next_task)
    WHERE archived_at IS NULL AND next_task IS NOT NULL;

-- By which rules the places of names were worked out; 0 before there are any.
ALTER TABLE meta ADD COLUMN order_version INTEGER NOT NULL DEFAULT 0;
