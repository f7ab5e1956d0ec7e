-- Possible deals (R5.1) with the ledgers of their stages and of what was expected, and contracts (R5.3). Amounts are in fen.
CREATE TABLE opportunity (
    id               INTEGER PRIMARY KEY,
    uuid             BLOB    NOT NULL UNIQUE CHECK (length(uuid) = 16),
    customer         INTEGER NOT NULL REFERENCES customer (number),
    revision         INTEGER NOT NULL,
    name             TEXT    NOT NULL,
    expected_amount  INTEGER NOT NULL,
    lowest           INTEGER,
    highest          INTEGER,
    expected_close   TEXT    NOT NULL,
    stage            TEXT    NOT NULL,
    stage_changed_at INTEGER NOT NULL,
    owner            INTEGER NOT NULL REFERENCES user (id),
    competitors      TEXT,
    reason           TEXT,
    closed_at        INTEGER,
    created_at       INTEGER NOT NULL,
    created_by       INTEGER REFERENCES user (id),
    archived_at      INTEGER
) STRICT;

CREATE INDEX opportunity_customer ON opportunity (customer, created_at);
CREATE INDEX opportunity_owner ON opportunity (owner, created_at);
CREATE INDEX opportunity_created ON opportunity (created_at);
CREATE INDEX opportunity_open ON opportunity (owner, created_at) WHERE closed_at IS NULL AND archived_at IS NULL;

CREATE TABLE stage_change (
    opportunity  BLOB    NOT NULL REFERENCES opportunity (uuid),
    -- The revision of the opportunity that it made.
    revision     INTEGER NOT NULL,
    customer     INTEGER NOT NULL REFERENCES customer (number),
    at           INTEGER NOT NULL,
    stage_before TEXT,
    stage_after  TEXT    NOT NULL,
    by           INTEGER REFERENCES user (id),
    note         TEXT,
    PRIMARY KEY (opportunity, revision)
) STRICT, WITHOUT ROWID;

CREATE INDEX stage_change_customer ON stage_change (customer);

CREATE TABLE expectation (
    opportunity     BLOB    NOT NULL REFERENCES opportunity (uuid),
    revision        INTEGER NOT NULL,
    customer        INTEGER NOT NULL REFERENCES customer (number),
    at              INTEGER NOT NULL,
    expected_amount INTEGER NOT NULL,
    lowest          INTEGER,
    highest         INTEGER,
    expected_close  TEXT    NOT NULL,
    by              INTEGER REFERENCES user (id),
    PRIMARY KEY (opportunity, revision)
) STRICT, WITHOUT ROWID;

CREATE INDEX expectation_customer ON expectation (customer);

CREATE TABLE contract (
    id              INTEGER PRIMARY KEY,
    uuid            BLOB    NOT NULL UNIQUE CHECK (length(uuid) = 16),
    customer        INTEGER NOT NULL REFERENCES customer (number),
    revision        INTEGER NOT NULL,
    contract_number TEXT    NOT NULL,
    opportunity     INTEGER REFERENCES opportunity (id),
    amount          INTEGER NOT NULL,
    signed_on       TEXT    NOT NULL,
    start           TEXT    NOT NULL,
    end             TEXT,
    payments        TEXT,
    paid            INTEGER NOT NULL,
    paid_reason     TEXT,
    credited_to     INTEGER NOT NULL REFERENCES user (id),
    renews          INTEGER REFERENCES contract (id),
    voided_at       INTEGER,
    created_at      INTEGER NOT NULL,
    created_by      INTEGER REFERENCES user (id),
    archived_at     INTEGER,
    -- The number as it is compared with others.
    number_folded   TEXT    NOT NULL
) STRICT;

CREATE INDEX contract_customer ON contract (customer, created_at);
CREATE INDEX contract_credited ON contract (credited_to, created_at);
CREATE INDEX contract_created ON contract (created_at);
CREATE INDEX contract_opportunity ON contract (opportunity) WHERE opportunity IS NOT NULL;
CREATE INDEX contract_renews ON contract (renews) WHERE renews IS NOT NULL;
CREATE INDEX contract_number ON contract (number_folded);
CREATE UNIQUE INDEX contract_good_number ON contract (number_folded) WHERE voided_at IS NULL AND archived_at IS NULL;

ALTER TABLE follow_up ADD COLUMN opportunity INTEGER REFERENCES opportunity (id);
CREATE INDEX follow_up_opportunity ON follow_up (opportunity) WHERE opportunity IS NOT NULL;
ALTER TABLE task ADD COLUMN opportunity INTEGER REFERENCES opportunity (id);
CREATE INDEX task_opportunity ON task (opportunity) WHERE opportunity IS NOT NULL;

-- The open deals on customers of others (R8.1), which every call of their owner asks for: kept by the three that can make one.
CREATE TABLE guest_deal (
    owner       INTEGER NOT NULL REFERENCES user (id),
    opportunity BLOB    NOT NULL,
    customer    INTEGER NOT NULL,
    PRIMARY KEY (owner, opportunity)
) STRICT, WITHOUT ROWID;

CREATE INDEX guest_deal_customer ON guest_deal (customer);

CREATE TRIGGER opportunity_entered AFTER INSERT ON opportunity
WHEN NEW.closed_at IS NULL AND NEW.archived_at IS NULL
BEGIN
    INSERT INTO guest_deal (owner, opportunity, customer)
    SELECT NEW.owner, NEW.uuid, NEW.customer FROM customer c WHERE c.number = NEW.customer AND c.owner <> NEW.owner;
END;

CREATE TRIGGER opportunity_changed AFTER UPDATE ON opportunity
WHEN (OLD.owner, OLD.customer, OLD.closed_at IS NULL, OLD.archived_at IS NULL)
    <> (NEW.owner, NEW.customer, NEW.closed_at IS NULL, NEW.archived_at IS NULL)
BEGIN
    DELETE FROM guest_deal WHERE owner = OLD.owner AND opportunity = OLD.uuid;
    INSERT INTO guest_deal (owner, opportunity, customer)
    SELECT NEW.owner, NEW.uuid, NEW.customer FROM customer c
    WHERE c.number = NEW.customer AND c.owner <> NEW.owner AND NEW.closed_at IS NULL AND NEW.archived_at IS NULL;
END;

CREATE TRIGGER customer_given AFTER UPDATE ON customer
WHEN OLD.owner <> NEW.owner
BEGIN
    DELETE FROM guest_deal WHERE customer = NEW.number;
    INSERT INTO guest_deal (owner, opportunity, customer)
    SELECT o.owner, o.uuid, o.customer FROM opportunity o
    WHERE o.customer = NEW.number AND o.owner <> NEW.owner AND o.closed_at IS NULL AND o.archived_at IS NULL;
END;

ALTER TABLE settings ADD COLUMN initial_contact_percent INTEGER NOT NULL DEFAULT 10;
ALTER TABLE settings ADD COLUMN needs_analysis_percent INTEGER NOT NULL DEFAULT 25;
ALTER TABLE settings ADD COLUMN proposal_percent INTEGER NOT NULL DEFAULT 50;
ALTER TABLE settings ADD COLUMN negotiation_percent INTEGER NOT NULL DEFAULT 75;

-- For a person with a SQL tool, as the others: times are those of China, amounts are in yuan.
CREATE VIEW "销售机会表" AS
SELECT
    'CRM' || format('%08d', o.customer / 10000000000) || format('%04d', o.customer % 10000000000) AS "客户编号",
    (SELECT c.name FROM customer c WHERE c.number = o.customer) AS "客户名称",
    o.name AS "机会名称",
    o.expected_amount / 100.0 AS "预计成交金额",
    o.expected_close AS "预计成交日期",
    CASE o.stage
        WHEN 'initial_contact' THEN '初步接洽' WHEN 'needs_analysis' THEN '需求分析' WHEN 'proposal' THEN '方案提交'
        WHEN 'negotiation' THEN '商务谈判' WHEN 'won' THEN '成交' WHEN 'lost' THEN '失败' END AS "销售阶段",
    strftime('%Y-%m-%d %H:%M:%S', o.stage_changed_at / 1000, 'unixepoch', '+8 hours') AS "阶段更新时间",
    (SELECT u.name FROM user u WHERE u.id = o.owner) AS "负责人",
    (SELECT group_concat(value, '、') FROM json_each(o.competitors)) AS "竞争对手",
    o.reason AS "赢单/输单原因",
    strftime('%Y-%m-%d %H:%M:%S', o.closed_at / 1000, 'unixepoch', '+8 hours') AS "关闭时间"
FROM opportunity o
WHERE o.archived_at IS NULL;

CREATE VIEW "合同表" AS
SELECT
    'CRM' || format('%08d', k.customer / 10000000000) || format('%04d', k.customer % 10000000000) AS "客户编号",
    (SELECT c.name FROM customer c WHERE c.number = k.customer) AS "客户名称",
    k.contract_number AS "合同编号",
    k.amount / 100.0 AS "成交金额",
    k.signed_on AS "签约日期",
    k.start AS "合同开始日期",
    k.end AS "合同结束日期",
    CASE k.paid WHEN 1 THEN '是' ELSE '否' END AS "已付清",
    (SELECT u.name FROM user u WHERE u.id = k.credited_to) AS "业绩归属"
FROM contract k
WHERE k.archived_at IS NULL AND k.voided_at IS NULL;
